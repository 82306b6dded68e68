import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeArticle } from '../../bench/newsrooms/articles.ts';
import type { Readers } from '../../src/imports/read-ahead.ts';
import { noSearchSettings } from '../../src/search/analysers.ts';
import { createThreads } from '../../src/threads.ts';
import { describeEachEngine, freshDatabase } from '../support/engines.ts';
import { articlesOf, importInto } from './newsrooms.ts';

/** More lines than are read where they come in, so that threads read most of them. */
const lines: (object | string)[] = Array.from({ length: 380 }, (_, n) => makeArticle(n, 400));
lines[10] = '{';
lines[220] = '{ "headline": ';
lines[233] = { ...makeArticle(233), headline: 7 };
lines[240] = { ...makeArticle(123), headline: 'عنوان ثان للخبر' };
lines[241] = { ...makeArticle(241), publishedAt: undefined };
lines[242] = { ...makeArticle(242), status: 'draft' };
lines[243] = { ...makeArticle(243), headline: makeArticle(242).headline };
lines[244] = { ...makeArticle(244), publishedAt: '2999-01-01T00:00:00Z' };
lines[245] = { type: 'tag', id: '0190f0a0-0000-7000-8000-000000000001', name: 'x' };
lines[246] = { ...makeArticle(246), updatedAt: '2999-01-01T00:00:00Z' };

describeEachEngine('a long import that threads read ahead', (engine) => {
  let opened: Awaited<ReturnType<typeof freshDatabase>>;
  let other: Awaited<ReturnType<typeof freshDatabase>>;
  beforeEach(async () => {
    opened = await freshDatabase(engine);
    other = await freshDatabase(engine);
  });
  afterEach(async () => {
    await opened.dispose();
    await other.dispose();
  });

  it('stores the same as one that reads each line when its turn comes, and names the same bad lines', async () => {
    const threads = createThreads({ most: 1 });
    const readers: Readers = { threads, settings: noSearchSettings };
    const ahead = await importInto(opened.db, lines, {}, readers);
    await threads.close();
    const plain = await importInto(other.db, lines);
    expect(told(ahead)).toEqual(told(plain));
    expect(ahead.problems.map(([line]) => line).sort()).toEqual([11, 221, 234, 245, 246, 247]);
    expect(withoutIds(await articlesOf(opened.db))).toEqual(withoutIds(await articlesOf(other.db)));
    expect(await indexOf(opened.db)).toEqual(await indexOf(other.db));
  });

  it('goes on without threads that fail', async () => {
    let calls = 0;
    const threads = {
      run: () => {
        calls++;
        return Promise.reject(new Error('the thread died'));
      },
    };
    const readers: Readers = { threads, settings: noSearchSettings };
    const result = await importInto(opened.db, lines.slice(0, 360), {}, readers);
    expect(calls).toBeGreaterThan(0);
    expect(result).toMatchObject({ lines: 360, failed: 6 });
  });
});

function told({ problems, ...counts }: Awaited<ReturnType<typeof importInto>>) {
  return { ...counts, problems: problems.map(([line, error]) => [line, error.message]).sort() };
}

/** Documents and their hashes stand for ids, so only what searches find is compared. */
async function indexOf(db: (typeof freshDatabase extends (engine: never) => Promise<infer T> ? T : never)['db']) {
  const { publications } = db.tables;
  const rows = await db.read.select({ key: publications.slug, card: publications.card }).from(publications);
  return rows.map(({ key, card }) => [key, JSON.parse(card.toString()).wordCount]).sort(([a], [b]) => (a < b ? -1 : 1));
}

// biome-ignore lint/suspicious/noExplicitAny: records of every shape
function withoutIds(articles: any[]): unknown[] {
  const text = JSON.stringify(articles.sort((a, b) => (a.externalId < b.externalId ? -1 : 1)));
  return JSON.parse(text.replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'id'));
}
