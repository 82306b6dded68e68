import { LRUCache } from 'lru-cache';
import { idsIn } from '../db/change-tags.ts';
import type { Database } from '../db/database.ts';

type Numbered = { n: number; articleId: string };

/** Keeps what was made of the `most` publications asked for last, each until a change of its article is announced. */
export function keepByNumber<Value extends Numbered>({ onChange }: Pick<Database, 'onChange'>, most: number) {
  const numbers = new Map<string, number>();
  // Bounded by size and not by count, it takes memory only for what is in it.
  const kept = new LRUCache<number, Value>({
    maxSize: most,
    sizeCalculation: () => 1,
    dispose({ articleId }, n) {
      if (numbers.get(articleId) === n) numbers.delete(articleId);
    },
  });
  let changes = 0;
  const stop = onChange((changed) => {
    changes++;
    if (changed.has('everything')) return kept.clear();
    for (const id of idsIn(changed, 'article')) {
      const n = numbers.get(id);
      if (n !== undefined) kept.delete(n);
    }
  });

  return {
    stop,

    /** What is kept of these publications, and what `make` makes of the others, in no order. */
    async all(wanted: readonly number[], make: (missing: number[]) => Promise<Value[]>): Promise<Value[]> {
      const found = wanted.flatMap((n) => kept.get(n) ?? []);
      if (found.length === wanted.length) return found;
      const have = new Set(found.map(({ n }) => n));
      const seen = changes;
      const fresh = await make(wanted.filter((n) => !have.has(n)));
      // What changed meanwhile may have been read as it was before.
      if (seen === changes)
        for (const value of fresh) {
          // One that was unpublished and published again has another number, and what is told of it must reach that.
          const before = numbers.get(value.articleId);
          if (before !== undefined && before !== value.n) kept.delete(before);
          kept.set(value.n, value);
          numbers.set(value.articleId, value.n);
        }
      return [...found, ...fresh];
    },
  };
}
