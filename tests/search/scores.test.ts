import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrateDatabase } from '../../src/db/migrate.ts';
import { type ThreadReader, threadReader } from '../../src/db/thread-reader.ts';
import { matchingOf, rankedAtOnce } from '../../src/search/finder.ts';
import { ftsExpression, rankingPhrases } from '../../src/search/sqlite-expression.ts';
import { weights } from '../../src/search/sqlite-queries.ts';
import { scoredByTerm, scoresOf } from '../../src/search/sqlite-scores.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { storiesOf } from './stories.ts';

const columns = Object.keys(weights);
const term = fc.constantFrom('خبر', 'وزير', 'قمة', 'مدينة', 'نادر', '2024', '·12');
const stories = fc.array(fc.array(fc.array(term, { maxLength: 40 }), { minLength: 6, maxLength: 6 }), {
  minLength: 1,
  maxLength: 40,
});

describe('scores', () => {
  const file = join(tmpdir(), `khabar-scores-${process.pid}.db`);
  let index: BetterSqlite.Database;
  let reader: ThreadReader;
  let newest = 0;
  beforeAll(async () => {
    await migrateDatabase(file);
    index = new BetterSqlite(file);
    reader = threadReader(file);
  });
  afterAll(async () => {
    index.close();
    reader.connection.close();
    for (const end of ['', '-wal', '-shm']) await rm(`${file}${end}`, { force: true });
  });

  /** An index of nothing but some stories, numbered on from those of the last time. */
  function fill(texts: readonly (readonly (readonly string[])[])[]): void {
    const insert = index.prepare(
      `insert into search_publications (rowid, ${columns.join()}) values (${'?,'.repeat(columns.length)}?)`,
    );
    index.transaction(() => {
      index.exec('delete from search_publications');
      for (const story of texts) insert.run(++newest, ...story.map((words) => words.join(' ')));
    })();
  }

  function bm25(match: string, top: number): [n: number, score: number][] {
    return index
      .prepare(
        `select rowid, bm25(search_publications, ${Object.values(weights).join()}) from search_publications
         where search_publications match ? and rowid <= ? order by rowid desc`,
      )
      .raw()
      .all(match, top) as [number, number][];
  }

  function expectSame(numbers: ArrayLike<number>, scores: ArrayLike<number>, expected: [number, number][]): void {
    expect(Array.from(numbers)).toEqual(expected.map(([n]) => n));
    for (const [at, [, score]] of expected.entries()) expect(scores[at]).toBeCloseTo(score, 9);
  }

  it('of one term are those of bm25', () => {
    fc.assert(
      fc.property(stories, term, fc.nat(10), (texts, word, before) => {
        fill(texts);
        const top = newest - before;
        const found = scoredByTerm(reader, word, { top, most: rankedAtOnce });
        expectSame(found?.numbers ?? [], found?.scores ?? [], bm25(`"${word}"`, top));
      }),
    );
  });

  it('of several terms and phrases, some of them twice, are those of bm25', () => {
    const phrases = fc.array(fc.array(term, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(stories, phrases, (texts, asked) => {
        fill(texts);
        for (const operator of [' AND ', ' OR ']) {
          const expected = bm25(asked.map((phrase) => `"${phrase.join(' ')}"`).join(operator), newest);
          const numbers = Float64Array.from(expected, ([n]) => n);
          expectSame(numbers, scoresOf(reader, asked, numbers) ?? [], expected);
        }
      }),
    );
  });

  it('are those of bm25 where some words decide what matches and others only rank', () => {
    const wanted = fc
      .tuple(term, fc.array(term, { maxLength: 2 }))
      .map(([word, related]) => ({ all: [word], phrases: [], names: [], related }));
    const few = fc.array(wanted, { maxLength: 2 });
    const some = fc.array(wanted, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(stories, some, few, few, (texts, deciding, also, every) => {
        fill(texts);
        const matching = matchingOf({ every, some: deciding, also });
        const expected = bm25(ftsExpression(matching, new Date()), newest);
        const numbers = Float64Array.from(expected, ([n]) => n);
        expectSame(numbers, scoresOf(reader, rankingPhrases(matching), numbers) ?? [], expected);
      }),
    );
  });

  it('are those of bm25 in an index of many pages and segments, with stories taken out and put back', () => {
    fill([]);
    const first = newest + 1;
    const insert = index.prepare(
      `insert into search_publications (rowid, ${columns.join()}) values (${'?,'.repeat(columns.length)}?)`,
    );
    const remove = index.prepare('delete from search_publications where rowid = ?');
    // A sequence of its own, so that every run has the same stories.
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed % below;
    };
    // Terms that begin alike stand side by side; one fills pages by itself in a single story.
    const rare = Array.from({ length: 400 }, (_, number) => `كلمة${number}`);
    const words = ['خبر', 'خبرة', 'خ', 'و', ...rare];
    const textOf = (length: number) =>
      Array.from({ length }, () => words[random(4) === 0 ? random(4) : random(words.length)]).join(' ');
    const put = (n: number) =>
      insert.run(
        n,
        n % 97 === 0 ? 'خبر '.repeat(6000) + textOf(2000) : textOf(60),
        textOf(8),
        '',
        textOf(3),
        '',
        '·12',
      );
    const compare = () => {
      for (const word of ['خبر', 'خبرة', 'خ', 'و', 'كلمة', 'كلمة7', 'كلمة399', '·12', 'غائب']) {
        const found = scoredByTerm(reader, word, { top: newest, most: rankedAtOnce });
        expectSame(found?.numbers ?? [], found?.scores ?? [], bm25(`"${word}"`, newest));
      }
    };
    for (let round = 0; round < 6; round++) {
      index.transaction(() => {
        for (let number = 0; number < 250; number++) put(++newest);
        // Their numbers are lower than those that the segment before ends with.
        for (let number = 0; number < 30; number++) {
          const n = first + random(newest - first);
          remove.run(n);
          if (number % 3 > 0) put(n);
        }
      })();
      compare();
      index.exec("insert into search_publications (search_publications, rank) values ('merge', 20)");
      compare();
    }
    index.exec("insert into search_publications (search_publications) values ('optimize')");
    compare();
    // So many are taken out of one segment, which is not written anew, that the list of them has several pages.
    index.exec("insert into search_publications (search_publications, rank) values ('deletemerge', 0)");
    index.transaction(() => {
      for (let n = first; n <= newest; n++) if (n % 7 > 0) remove.run(n);
    })();
    compare();
    index.exec("insert into search_publications (search_publications, rank) values ('deletemerge', 10)");
  });

  it('are left to bm25 where terms are not words for the index', () => {
    fill([Array.from(columns, () => ['خبر', 'وزير'])]);
    const numbers = Float64Array.of(newest);
    expect(scoresOf(reader, [['خبر']], numbers)).not.toBeNull();
    expect(scoresOf(reader, [['خبر', 'وزير']], numbers)).not.toBeNull();
    expect(scoresOf(reader, [['خبر', 'a-b']], numbers)).toBeNull();
    expect(scoredByTerm(reader, 'a-b', { top: newest, most: rankedAtOnce })).toBeNull();
  });

  it('are left to bm25 where the index is in another format', () => {
    fill([Array.from(columns, () => ['خبر'])]);
    index.unsafeMode();
    const format = index.prepare("update search_publications_config set v = ? where k = 'version'");
    format.run(5);
    expect(scoredByTerm(reader, 'خبر', { top: newest, most: rankedAtOnce })).toBeNull();
    expect(scoresOf(reader, [['خبر']], Float64Array.of(newest))).toBeNull();
    format.run(4);
    index.unsafeMode(false);
    expect(scoredByTerm(reader, 'خبر', { top: newest, most: rankedAtOnce })).not.toBeNull();
  });
});

describeEachEngine('a story that grew longer', (engine) => {
  let room: Newsroom;
  beforeAll(async () => {
    room = await openNewsroom(engine);
  });
  afterAll(() => room.close());

  it('ranks lower with its next publication', async () => {
    const { desk, find, publish, republish } = storiesOf(room);
    const filling = 'كلام آخر '.repeat(30);
    const grown = await publish({ text: 'زلزال قوي' });
    const steady = await publish({ text: `زلزال قوي ${filling}` });
    for (let number = 0; number < 3; number++) await publish({ text: filling });
    const query = { q: 'زلزال', fresh: 'false' };
    expect(await find(query)).toEqual([grown.id, steady.id]);
    const section = `${desk.sectionsOf(grown.id)}/${grown.sections[0]?.id}`;
    await desk.send('PATCH', section, { body: { text: `زلزال قوي ${filling.repeat(20)}` } });
    await republish(grown.id);
    expect(await find(query)).toEqual([steady.id, grown.id]);
  });
});
