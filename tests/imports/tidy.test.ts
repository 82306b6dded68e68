import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, it } from 'vitest';
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

it('imports that leave pieces leave the index to merge them by itself, and never many', async () => {
  for (let more = 0; more < 40; more++) await importInto(opened.db, lines(1, more));
  expect(await pieces()).toBeLessThan(20);
  const settings = await opened.db.read.rows(sql`select v from search_publications_config where k = 'automerge'`);
  expect(settings).toEqual([{ v: 4 }]);
});
