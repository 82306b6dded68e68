import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestOf, newestOf } from '../../src/search/best.ts';
import { type Dated, freshness } from '../../src/search/finder.ts';

const number = fc.integer({ min: 1, max: 60 });
const day = fc.nat(90).map((days) => days * 86_400_000);
/** Few different times and scores, so that many are equal. */
const stories = fc.uniqueArray(fc.record({ n: number, at: day, score: fc.nat(9) }), {
  selector: ({ n }) => n,
  maxLength: 50,
});
const bound = fc.option(day.map((at) => new Date(at)));

describe('of found stories', () => {
  it('the newest come first, from a place on and between two times', () => {
    fc.assert(
      fc.property(
        stories,
        bound,
        bound,
        fc.option(fc.nat(49)),
        fc.integer({ min: 1, max: 30 }),
        (all, from, to, place, limit) => {
          const after = all[place ?? -1] ?? null;
          const times = new Map(all.map(({ n, at }) => [n, at]));
          const newest = newestOf(
            all.map(({ n }) => n),
            (n) => times.get(n) ?? 0,
            { from, to },
            after,
            limit,
          );
          const isAfter = ({ n, at }: Dated) => after === null || at < after.at || (at === after.at && n < after.n);
          const expected = all
            .filter(({ at }) => (from === null || at >= from.getTime()) && (to === null || at < to.getTime()))
            .filter(isAfter)
            .sort((one, other) => other.at - one.at || other.n - one.n)
            .slice(0, limit);
          expect(newest).toEqual(expected.map(({ n, at }) => ({ n, at })));
        },
      ),
    );
  });

  it('the best come first, the fresher a little better, and only those between two times', () => {
    const window = fc.record({ limit: fc.integer({ min: 1, max: 10 }), offset: fc.nat(5), freshAt: bound });
    fc.assert(
      fc.property(stories, bound, bound, window, (all, from, to, { limit, offset, freshAt }) => {
        const times = new Map(all.map(({ n, at }) => [n, at]));
        const scored = { numbers: all.map(({ n }) => n), scores: all.map(({ score }) => -score) };
        const best = bestOf(scored, (n) => times.get(n) ?? 0, { from, to }, { limit, offset, freshAt });
        const boostAt = (at: number) =>
          freshAt ? 1 + freshness.most / (1 + Math.max(0, freshAt.getTime() - at) / freshness.halfMs) : 1;
        const expected = all
          .filter(({ at }) => (from === null || at >= from.getTime()) && (to === null || at < to.getTime()))
          .map(({ n, at, score }) => ({ n, score: score * boostAt(at) }))
          .sort((one, other) => other.score - one.score || other.n - one.n)
          .slice(offset, offset + limit);
        expect(best.map(({ n }) => n)).toEqual(expected.map(({ n }) => n));
        for (const [index, { score }] of expected.entries()) expect(best[index]?.score).toBeCloseTo(score, 9);
      }),
    );
  });
});
