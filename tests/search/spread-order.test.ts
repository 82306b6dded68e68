import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numbersFrom } from '../../src/search/spread-order.ts';

describe('an order in which neighbours are far apart', () => {
  const place = fc.record({ from: fc.nat(1000), count: fc.nat(300) });

  it('visits every number once', () => {
    fc.assert(
      fc.property(place, ({ from, count }) => {
        const visited = [...numbersFrom({ from, to: from + count, after: null })];
        expect(visited.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, at) => from + at + 1));
      }),
    );
  });

  it('goes on from any number as if it had never been broken off', () => {
    fc.assert(
      fc.property(place, fc.nat(), ({ from, count }, where) => {
        const to = from + count;
        const all = [...numbersFrom({ from, to, after: null })];
        const at = where % Math.max(1, all.length);
        expect([...numbersFrom({ from, to, after: all[at] ?? null })]).toEqual(all.slice(at + 1));
      }),
    );
  });

  it('leaves no long rows of neighbours before the last rounds', () => {
    const all = [...numbersFrom({ from: 0, to: 1600, after: null })];
    const longest = (share: number) => {
      const visited = new Set(all.slice(0, all.length * share));
      let row = 0;
      return Math.max(...Array.from({ length: 1600 }, (_, at) => (row = visited.has(at + 1) ? row + 1 : 0)));
    };
    expect([longest(0.125), longest(0.5), longest(0.75)]).toEqual([1, 2, 6]);
  });
});
