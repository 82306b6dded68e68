import type { ChangeListener } from './database.ts';
import { insideListener } from './unit.ts';

/** How long after a listener failed it is told that everything may have changed. */
const retryMs = 1000;

export type ChangeBus = ReturnType<typeof createChangeBus>;

/**
 * Who listens for committed changes, and how they are told: one after another and never two changes at once, so that
 * a listener which reads cannot end with an older state than the newest. Changes that come meanwhile are told together.
 */
export function createChangeBus() {
  const listeners = new Set<ChangeListener>();
  let last: Promise<void> = Promise.resolve();
  let waiting: { tags: Set<string>; told: Promise<void> } | null = null;
  let retry: NodeJS.Timeout | null = null;
  let closed = false;

  /** Tells every listener, and answers when all have finished. Never rejects: what is committed stays committed. */
  function tell(tags: Iterable<string>): Promise<void> {
    if (!waiting) {
      const next = new Set<string>();
      last = last.then(() => {
        waiting = null;
        return tellAll(next);
      });
      waiting = { tags: next, told: last };
    }
    for (const tag of tags) waiting.tags.add(tag);
    return waiting.told;
  }

  async function tellAll(tags: ReadonlySet<string>): Promise<void> {
    if (closed || tags.size === 0) return;
    for (const listener of [...listeners]) {
      try {
        await insideListener(() => listener(tags));
      } catch (error) {
        process.emitWarning(`A change was not taken in, and is told again: ${String(error)}`);
        retry ??= setTimeout(tellEverything, retryMs).unref();
      }
    }
  }

  /** What was missed is not known, so everything may have changed. */
  function tellEverything(): Promise<void> {
    retry = null;
    return tell(['everything']);
  }

  return {
    onChange(listener: ChangeListener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    tell,
    tellEverything,
    /** Lets the listeners finish; later changes are not told. */
    async close(): Promise<void> {
      await last;
      closed = true;
      if (retry) clearTimeout(retry);
    },
  };
}
