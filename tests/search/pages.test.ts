import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { standardAnalyser } from '../../src/arabic/analyse.ts';
import type { Ask } from '../../src/search/ask.ts';
import { type Matching, matchingOf, type StoryFinder, type Window } from '../../src/search/finder.ts';
import { rankedPage } from '../../src/search/pages.ts';
import type { RankedPlace } from '../../src/search/places.ts';
import { createPostgresFinder } from '../../src/search/postgres-finder.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { type Stories, storiesOf } from './stories.ts';

describeEachEngine('pages of a search', (engine) => {
  let room: Newsroom;
  let stories: Stories;
  beforeEach(async () => {
    room = await openNewsroom(engine);
    stories = storiesOf(room);
  });
  afterEach(() => room.close());

  it('show every story once, in one order, those with all words before those with some', async () => {
    const both: string[] = [];
    const some: string[] = [];
    for (let n = 0; n < 11; n++) {
      const text =
        n % 3 === 0 ? `زلزال وفيضان ${'كلمة '.repeat(n)}` : `${n % 3 === 1 ? 'زلزال' : 'فيضان'} ${'كلمة '.repeat(n)}`;
      (n % 3 === 0 ? both : some).push((await stories.publish({ text })).id);
      room.pass(n % 2 === 0 ? 60_000 : 0);
    }
    const whole = await stories.find({ q: 'زلزال فيضان', limit: '100' });
    expect(whole.slice(0, both.length).toSorted()).toEqual(both.toSorted());
    expect(whole.slice(both.length).toSorted()).toEqual(some.toSorted());
    for (const limit of ['5', '7']) expect(await stories.walk({ q: 'زلزال فيضان', limit })).toEqual(whole);
    // Four have both, which fills a page of three: the list ends with them.
    expect(await stories.walk({ q: 'زلزال فيضان', limit: '3' })).toEqual(whole.slice(0, both.length));
    const byDate = await stories.find({ q: 'زلزال فيضان', sort: 'date', limit: '100' });
    expect(await stories.walk({ q: 'زلزال فيضان', sort: 'date', limit: '5' })).toEqual(byDate);
    expect(new Set(byDate).size).toBe(11);
  });

  it('keep their place while others are published', async () => {
    const made: string[] = [];
    for (let n = 0; n < 7; n++) made.push((await stories.publish({ text: `زلزال ${'كلمة '.repeat(n)}` })).id);
    let before = [...made];
    for (const sort of ['relevance', 'date']) {
      const seen = await stories.walk({ q: 'زلزال', limit: '2', sort }, async () => {
        room.pass(1000);
        made.push((await stories.publish({ text: 'زلزال جديد' })).id);
        made.push((await stories.publish({ text: `زلزال ${'كلمة '.repeat(30)}` })).id);
      });
      expect(seen.toSorted()).toEqual(before.toSorted());
      before = [...made];
    }
  });

  it('go on in the list that the first of them began, though more have everything by now', async () => {
    for (const [sort, one, other] of [
      ['relevance', 'زلزال', 'فيضان'],
      ['date', 'حريق', 'عاصفة'],
    ] as const) {
      for (const text of [`${one} ثم ${other}`, one, other, one, other]) await stories.publish({ text });
      const query = { q: `${one} ${other}`, limit: '2', sort };
      const whole = await stories.walk(query);
      expect(whole.length).toBe(5);
      expect(await stories.walk(query, () => stories.publish({ text: `${one} ثم ${other}` }))).toEqual(whole);
    }
  });

  // What the other engine's windows hold is looked at beside its scores.
  it.runIf(engine === 'postgres')('are found in windows of the newest stories, one before the other', async () => {
    for (let n = 0; n < 5; n++) await stories.publish({ text: `زلزال ${'كلمة '.repeat(n)}` });
    const { rank } = createPostgresFinder(room.db.read);
    const wanted = { all: standardAnalyser.terms('زلزال'), phrases: [], names: [], related: [] };
    const seen: number[][] = [];
    for (let [top, isFull] = [1000, true]; isFull && seen.length < 9; ) {
      const window = { top, most: 2, limit: 9, offset: 0, freshAt: null };
      const found = await rank(matchingOf({ every: [wanted] }), window);
      seen.push(found.hits.map(({ n }) => n));
      [top, isFull] = [found.low - 1, found.isFull];
    }
    // The shorter is the older here, and the better.
    expect(seen).toEqual([[4, 5], [2, 3], [1]]);
  });

  it('pass over nothing when the last story shown is withdrawn', async () => {
    for (let n = 0; n < 9; n++) await stories.publish({ text: `زلزال ${'كلمة '.repeat(n)}` });
    for (const sort of ['relevance', 'date']) {
      const query = { q: 'زلزال', limit: '3', sort };
      const whole = await stories.walk(query);
      const [, , last = ''] = whole;
      let isFirst = true;
      const seen = await stories.walk(query, async () => {
        if (isFirst) await stories.unpublish(last);
        isFirst = false;
      });
      expect(seen).toEqual(whole);
      await stories.republish(last);
    }
  });
});

describe('pages over several windows', () => {
  /** Stories 1…size, of which some match; ranked by a number of their own, `window` of them at once. */
  function finderOf(matching: number[], window: number): StoryFinder {
    const rank = async (_: Matching, { top, limit, offset }: { top: number; limit: number; offset: number }) => {
      const found = matching.filter((n) => n <= top).slice(0, window);
      const hits = found.map((n) => ({ n, score: (n * 7919) % 101 })).sort((a, b) => b.score - a.score || b.n - a.n);
      return { hits: hits.slice(offset, offset + limit), low: Math.min(...found), isFull: found.length === window };
    };
    return { rank } as unknown as StoryFinder;
  }
  const ask: Ask = { wanted: [{ all: ['x'], phrases: [], names: [], related: [] }], excluded: [], marks: [] };
  const filters = { facets: [], from: null, to: null };

  it('show every story once, however many fit a window and a page', async () => {
    const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 300 }), { maxLength: 120 });
    const check = fc.asyncProperty(
      numbers,
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 30 }),
      async (all, window, limit) => {
        const matching = all.toSorted((a, b) => b - a);
        const finder = finderOf(matching, window);
        const start = { at: 0, newest: 300 };
        const seen: number[] = [];
        let place: RankedPlace | null = null;
        do {
          const page: Awaited<ReturnType<typeof rankedPage>> = await rankedPage(finder, ask, filters, {
            place,
            limit,
            start,
            isFresh: false,
          });
          expect(page.hits.length).toBeLessThanOrEqual(limit);
          seen.push(...page.hits.map(({ n }) => n));
          place = page.next;
        } while (place !== null);
        expect(seen.toSorted((a, b) => b - a)).toEqual(matching);
      },
    );
    await fc.assert(check, { numRuns: 300 });
  });

  it('have fewer of what has everything than of what has something', async () => {
    const sizes: number[] = [];
    const finder = {
      count: async () => 10,
      rank: async (_: Matching, { most }: Window) => {
        sizes.push(most);
        return { hits: [], low: 0, isFull: false };
      },
    } as unknown as StoryFinder;
    const both = { ...ask, wanted: ['x', 'y'].map((word) => ({ all: [word], phrases: [], names: [], related: [] })) };
    await rankedPage(finder, both, filters, { place: null, limit: 5, start: { at: 0, newest: 300 }, isFresh: false });
    expect(sizes).toEqual([2500, 5000]);
  });
});
