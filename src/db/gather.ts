import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long a group waits for more at most: about as long as its flush to the disk takes. */
const longestGatheringMs = 4;
/** Nobody's answer shall wait long for the work of others. */
export const largestGroup = 256;

/**
 * Reads and requests get their turn between groups, and another one for as long as they bring more to write: who was
 * answered after the last commit often asks again at once, and would wait for the whole of the next.
 */
export async function gather(queue: readonly unknown[]): Promise<void> {
  const endsAt = performance.now() + longestGatheringMs;
  let waiting: number;
  do {
    waiting = queue.length;
    await nextTurn();
  } while (queue.length > waiting && queue.length < largestGroup && performance.now() < endsAt);
}
