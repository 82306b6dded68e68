import { AsyncLocalStorage } from 'node:async_hooks';
import type { Database } from '../db/database.ts';
import { isOutdated, type RebuildDeps, rebuildIndex } from './rebuild.ts';

/** Small, so that neither the event loop nor other writers are held up for long. */
const batch = 3;
const pauseMs = 5;
/** Other processes hear of changed settings within a second; nothing must be indexed in the old way after us. */
const delayMs = 2000;
const retryMs = 60_000;

/** Rebuilds the index in the background when it was made with another analyser: at the start, and after a change. */
export function createIndexKeeper(deps: RebuildDeps & { db: Database; onError: (error: unknown) => void }) {
  const { db, analysers, onError } = deps;
  const stopping = new AbortController();
  // A timer runs where it was set, and one that a change listener has set could not write.
  const outside = AsyncLocalStorage.snapshot();
  let running: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let fingerprint = '';
  let stopListening = () => {};

  function check(): void {
    timer = null;
    running = work()
      .catch((error: unknown) => {
        if (stopping.signal.aborted) return;
        onError(error);
        schedule(retryMs);
      })
      .finally(() => {
        running = null;
      });
  }

  async function work(): Promise<void> {
    for (;;) {
      fingerprint = analysers.current().fingerprint;
      if (!(await isOutdated(db.read, analysers.current()))) return;
      await rebuildIndex(deps, { batch, pauseMs, isForced: false, signal: stopping.signal });
      // The settings may have changed meanwhile.
      if (stopping.signal.aborted || analysers.current().fingerprint === fingerprint) return;
    }
  }

  function schedule(ms: number): void {
    if (stopping.signal.aborted || timer) return;
    timer = setTimeout(() => outside(() => (running ? schedule(delayMs) : check())), ms).unref();
  }

  return {
    start(): void {
      fingerprint = analysers.current().fingerprint;
      stopListening = db.onChange(() => {
        if (analysers.current().fingerprint !== fingerprint) schedule(delayMs);
      });
      check();
    },

    /** Ends after the running transaction. */
    async stop(): Promise<void> {
      stopping.abort();
      stopListening();
      if (timer) clearTimeout(timer);
      await running;
    },
  };
}
