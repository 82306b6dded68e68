import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sortInTurns } from '../../src/search/sort-in-turns.ts';
import { countTurns } from '../support/turns.ts';

it('sorts as sort does, however many there are', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: 'binary', maxLength: 3 })),
      fc.integer({ min: 0, max: 200 }),
      async (texts, times) => {
        const many = Array.from({ length: times }, () => texts).flat();
        expect(await sortInTurns(many)).toEqual(many.toSorted());
      },
    ),
    { numRuns: 40 },
  );
  const many = Array.from({ length: 30_001 }, (_, n) => String((n * 7919) % 30_011));
  expect(await sortInTurns(many)).toEqual(many.toSorted());
});

it('leaves others their turn', async () => {
  const turns = countTurns();
  await sortInTurns(Array.from({ length: 100_000 }, (_, n) => `اسم ${n}`));
  expect(turns.stop()).toBeGreaterThan(100);
});
