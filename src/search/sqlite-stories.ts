// Runs in a worker thread: finds a page of stories in a SQLite file and cuts their excerpts, so that a question goes to
// the thread once and whole documents never come back from it.
import { unpack } from '../db/packing.ts';
import { type ThreadReader, threadReader } from '../db/thread-reader.ts';
import { bestOf } from './best.ts';
import { excerptMaker } from './excerpts.ts';
import { type Dated, rankedAtOnce, type StoryFinder } from './finder.ts';
import { countQuery, havingAllQuery, listQuery, type Query, sortedAtOnce, windowQuery } from './sqlite-queries.ts';
import { timesOf } from './sqlite-times.ts';
import { excerptTaskOf, type FoundStories, findStories, type StoriesTask } from './stories.ts';

export type ThreadTask = StoriesTask & { file: string };

export async function stories({ file, ...task }: ThreadTask): Promise<FoundStories> {
  const reader = threadReader(file);
  const { hits, ...rest } = await findStories(threadFinder(reader, new Date(task.at)), task);
  // As a join it would be planned anew for every document.
  const document = reader.statement(
    'select card, (select rest from publication_documents d where d.n = p.n) as rest from publications p where n = ?',
  );
  const excerptOf = excerptMaker(excerptTaskOf(task, rest));
  const shown = hits.flatMap((hit) => {
    const row = document.get(hit.n) as { card: Buffer; rest: Buffer } | undefined;
    return row ? [{ ...hit, highlight: excerptOf([row.card, unpack(row.rest)]) }] : [];
  });
  return { ...rest, hits: shown };
}

function threadFinder(reader: ThreadReader, now: Date): StoryFinder {
  const rows = <Row>({ text, params }: Query) => reader.statement(text).all(...params) as Row[];

  const finder: StoryFinder = {
    async newest() {
      const [row] = rows<{ n: number | null }>({ text: 'select max(n) as n from publications', params: [] });
      return row?.n ?? 0;
    },

    async count(matching, most) {
      return rows<{ found: number }>(countQuery(matching, most, now))[0]?.found ?? 0;
    },

    async rank(matching, window) {
      const { top } = window;
      const { text, params } = windowQuery({ ...matching, except: [] }, top, now);
      const found = reader
        .statement(text)
        .raw()
        .all(...params) as [n: number, score: number][];
      // FTS5 would look for what has everything beside every story that has something; there is less than a page of it.
      const all =
        matching.except.length === 0 ? [] : rows<{ rowid: number }>(havingAllQuery(matching.except, top, now));
      const left = new Set(all.map(({ rowid }) => rowid));
      const rest = left.size === 0 ? found : found.filter(([n]) => !left.has(n));
      const isTimed = window.freshAt !== null || matching.from !== null || matching.to !== null;
      const times = isTimed ? timesOf(reader)(rest.map(([n]) => n)) : null;
      const hits = bestOf(rest, times, matching, window);
      return { hits, low: found.at(-1)?.[0] ?? 0, isFull: found.length === rankedAtOnce };
    },

    async list(matching, after, limit) {
      const some = { ...matching, from: null, to: null };
      const isMany = (await finder.count(some, sortedAtOnce)) === sortedAtOnce;
      return rows<Dated>(listQuery(matching, after, limit, isMany, now));
    },
  };
  return finder;
}
