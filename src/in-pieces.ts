import { setImmediate as nextTick } from 'node:timers/promises';

/** The items in pieces of `size`, one after the other; others have their turn between two of them. */
export async function* inPieces<T>(items: readonly T[], size: number): AsyncGenerator<T[]> {
  for (let start = 0; start < items.length; start += size) {
    if (start > 0) await nextTick();
    yield items.slice(start, start + size);
  }
}
