import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createAnalysers } from '../../src/search/analysers.ts';
import { rebuildIndex } from '../../src/search/rebuild.ts';
import { createSearchIndex } from '../../src/search/search-index.ts';
import { freshDatabase } from '../support/engines.ts';
import { importInto } from './newsrooms.ts';

let opened: Awaited<ReturnType<typeof freshDatabase>>;
beforeEach(async () => {
  opened = await freshDatabase('sqlite');
});
afterEach(() => opened.dispose());

const lines = (count: number, first = 0) =>
  Array.from({ length: count }, (_, at) => ({
    ...{ externalId: `n-${first + at}`, headline: `خبر رقم ${first + at}`, status: 'published' },
    sections: [{ body: { text: `نص الخبر رقم ${first + at}` } }],
  }));

/** In how many pieces the index of stories is that searches look into. */
async function pieces(): Promise<number | undefined> {
  const [row] = await opened.db.read.rows<{ count: number }>(
    sql`select count(distinct segid) as count from search_publications_idx`,
  );
  return row?.count;
}

it('an import of many leaves the search index in one piece; one of few beside many leaves it as it is', async () => {
  expect(await importInto(opened.db, lines(1100))).toMatchObject({ created: 1100, failed: 0 });
  expect(await pieces()).toBe(1);
  await importInto(opened.db, lines(20, 1100));
  expect(await pieces()).toBeGreaterThan(1);
});

it('an import that changes many leaves nothing of what they were in the search index', async () => {
  await importInto(opened.db, lines(1000));
  const changed = lines(1000).map((line) => ({ ...line, headline: `${line.headline} بعد التعديل` }));
  expect(await importInto(opened.db, changed)).toMatchObject({ updated: 1000, failed: 0 });
  expect(await pieces()).toBe(1);
});

it('imports that leave pieces leave the index to merge them by itself, and never many', async () => {
  for (let more = 0; more < 40; more++) await importInto(opened.db, lines(1, more));
  expect(await pieces()).toBeLessThan(20);
  const settings = await opened.db.read.rows(sql`select v from search_publications_config where k = 'automerge'`);
  expect(settings).toEqual([{ v: 4 }]);
});

it('a rebuild merges as it goes, never many pieces at once, and leaves the index to itself after each step', async () => {
  await importInto(opened.db, lines(300));
  const analysers = createAnalysers();
  const deps = { db: opened.db, analysers, index: createSearchIndex(opened.db, analysers) };
  const seen: Promise<[number | undefined, unknown]>[] = [];
  const look = async () => opened.db.read.rows(sql`select v from search_publications_config where k = 'automerge'`);
  const report = await rebuildIndex(deps, {
    ...{ batch: 3, pauseMs: 1, isForced: true },
    onProgress: () => void seen.push(Promise.all([pieces(), look()])),
  });
  expect(report).toMatchObject({ indexed: 600, finished: true });
  const all = await Promise.all(seen);
  expect(all.length).toBeGreaterThan(100);
  expect(Math.max(...all.map(([count = 0]) => count))).toBeLessThan(16);
  expect(new Set(all.map(([, setting]) => JSON.stringify(setting)))).toEqual(new Set(['[{"v":4}]']));
  expect(await pieces()).toBe(1);
});

it('a rebuild goes on over numbers that nothing has any more', async () => {
  await importInto(opened.db, lines(20));
  await opened.db.write(async (tx) => {
    await tx.run(sql`update sqlite_sequence set seq = 5000 where name = 'publications'`);
  });
  await importInto(opened.db, lines(20, 20));
  const [last] = await opened.db.read.rows(sql`select max(n) as n from publications`);
  expect(last).toEqual({ n: 5020 });
  const analysers = createAnalysers();
  const deps = { db: opened.db, analysers, index: createSearchIndex(opened.db, analysers) };
  let steps = 0;
  const report = await rebuildIndex(deps, { batch: 3, pauseMs: 0, isForced: true, onProgress: () => void steps++ });
  expect(report).toMatchObject({ indexed: 80, finished: true });
  // A thousand numbers that nothing has are passed in one.
  expect(steps).toBeLessThan(80);
});
