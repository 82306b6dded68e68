import { DatabaseBusyError } from './errors.ts';

/**
 * Lets so many work at once; others wait in the order in which they came, and are refused with DatabaseBusyError when they
 * have waited for `longestWaitMs`.
 */
export function createTurns(most: number, longestWaitMs: number) {
  const waiting: (() => void)[] = [];
  let free = most;

  async function begin(): Promise<void> {
    if (free > 0) {
      free--;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    waiting.push(resolve);
    const tooLong = setTimeout(() => {
      waiting.splice(waiting.indexOf(resolve), 1);
      reject(new DatabaseBusyError());
    }, longestWaitMs);
    await promise.finally(() => clearTimeout(tooLong));
  }

  function end(): void {
    const next = waiting.shift();
    if (next) next();
    else free++;
  }

  return async <T>(work: () => Promise<T>): Promise<T> => {
    await begin();
    try {
      return await work();
    } finally {
      end();
    }
  };
}
