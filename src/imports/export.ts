import { asc, count, gt } from 'drizzle-orm';
import type { Database } from '../db/database.ts';
import { LineError, maxLineBytes } from './lines.ts';
import { loadArticleRecords, loadTermRecords } from './load-records.ts';
import type { ArticleRecord, CommentRecord } from './records.ts';
import { loadSettingsRecord } from './settings.ts';

export type ExportCounts = { terms: number; articles: number; comments: number };

const articlesAtOnce = 200;
/** About so many letters of comments stand in one line. */
const commentsInLine = 1_000_000;
/** What a comment takes beside its words. */
const aroundComment = 400;

/**
 * Hands everything that a newsroom has written to `write`, line by line, from one unchanging view of the database:
 * settings, categories, tags and authors, then articles with their sections, slugs, publications and comments, by id. The same
 * content always gives the same bytes. Users, keys, sessions and the audit log are not in it. Throws LineError for an
 * article that is longer than an import reads.
 */
export async function exportNewsroom(
  db: Database,
  write: (line: string) => void | Promise<void>,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<ExportCounts> {
  const { tables } = db;
  const { articles } = tables;
  return db.snapshot(async (read) => {
    const counts: ExportCounts = { terms: 0, articles: 0, comments: 0 };
    await write('{"type":"khabar","format":1}');
    const settings = await loadSettingsRecord(read, tables);
    if (settings) await write(JSON.stringify(settings));
    const { records, names } = await loadTermRecords(read, tables);
    for (const record of records) await write(JSON.stringify(record));
    counts.terms = records.length;
    const [size] = await read.select({ total: count() }).from(articles);
    for (let last = ''; ; ) {
      const rows = await read
        .select()
        .from(articles)
        .where(gt(articles.id, last))
        .orderBy(asc(articles.id))
        .limit(articlesAtOnce);
      for (const record of await loadArticleRecords(read, tables, rows, names)) {
        for (const line of linesOf(record)) await write(line);
        counts.comments += record.comments.length;
      }
      counts.articles += rows.length;
      onProgress(counts.articles, size?.total ?? 0);
      last = rows.at(-1)?.id ?? last;
      if (rows.length < articlesAtOnce) return counts;
    }
  });
}

/** An article with more comments than one line shall hold is written again with the next of them: an import adds them. */
function* linesOf(record: ArticleRecord): Generator<string> {
  for (const comments of portionsOf(record.comments)) {
    const line = JSON.stringify({ ...record, comments });
    if (Buffer.byteLength(line) > maxLineBytes) throw tooLong(record);
    yield line;
  }
}

/** In their order, by whole threads, for no reply comes before what it answers. */
function portionsOf(comments: CommentRecord[]): CommentRecord[][] {
  const sizeOf = (some: CommentRecord[]) => some.reduce((sum, { body }) => sum + body.length + aroundComment, 0);
  if (sizeOf(comments) <= commentsInLine) return [comments];
  const threadOf = new Map<string, string>();
  for (const { id, parentId } of comments) threadOf.set(id, threadOf.get(parentId ?? '') ?? id);
  const portionOf = new Map<string, number>();
  let size = 0;
  let portion = 0;
  for (const [thread, some] of Map.groupBy(comments, ({ id }) => threadOf.get(id) ?? id)) {
    size += sizeOf(some);
    if (size > commentsInLine) {
      portion++;
      size = sizeOf(some);
    }
    portionOf.set(thread, portion);
  }
  return [...Map.groupBy(comments, ({ id }) => portionOf.get(threadOf.get(id) ?? id)).values()];
}

function tooLong({ id }: ArticleRecord): LineError {
  return new LineError({
    en: `The article ${id} is longer than the ${maxLineBytes} bytes that an import reads as one line.`,
    ar: `المقال ${id} أطول من ${maxLineBytes} بايت، وهو أطول سطر يقرؤه الاستيراد.`,
  });
}
