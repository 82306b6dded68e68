import { asc, count, gt } from 'drizzle-orm';
import type { Database } from '../db/database.ts';
import { loadArticleRecords, loadTermRecords } from './load-records.ts';
import { loadSettingsRecord } from './settings.ts';

export type ExportCounts = { terms: number; articles: number; comments: number };

const articlesAtOnce = 200;

/**
 * Hands everything that a newsroom has written to `write`, line by line, from one unchanging view of the database:
 * settings, categories, tags and authors, then articles with their sections, slugs, publications and comments, by id. The same
 * content always gives the same bytes. Users, keys, sessions and the audit log are not in it.
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
        await write(JSON.stringify(record));
        counts.comments += record.comments.length;
      }
      counts.articles += rows.length;
      onProgress(counts.articles, size?.total ?? 0);
      last = rows.at(-1)?.id ?? last;
      if (rows.length < articlesAtOnce) return counts;
    }
  });
}
