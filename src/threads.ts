import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Piscina } from 'piscina';
import { AppError } from './errors.ts';

export type Threads = ReturnType<typeof createThreads>;

/** Threads that have nothing to do end, for each costs some ten megabytes. */
const idleTimeoutMs = 60_000;
/** Two at least: one long task must not hold up another. */
const threadsBeside = Math.max(2, Math.min(4, availableParallelism() - 1));
const megabytesOfThread = 256;

export type ThreadOptions = {
  /** How many there are at once. */
  most?: number;
  /** How many tasks may wait for one. */
  mostWaiting?: number;
  /** How long a task may take, in milliseconds, its waiting included. */
  taskTimeoutMs?: number;
};

/**
 * Does in worker threads what would hold up the event loop: long reads and long computations. None is started before the
 * first task, and one that dies takes only its own task with it.
 */
export function createThreads(options: ThreadOptions = {}) {
  const { most = threadsBeside, mostWaiting = 500, taskTimeoutMs = 15_000 } = options;
  let starting: Promise<Piscina> | null = null;
  let isClosed = false;

  async function start(): Promise<Piscina> {
    const { Piscina: Pool } = await import('piscina');
    return new Pool({
      minThreads: 0,
      maxThreads: most,
      idleTimeout: idleTimeoutMs,
      recordTiming: false,
      workerHistogram: false,
      // Where cores are few, requests come before what they do not wait for.
      niceIncrement: 10,
      resourceLimits: { maxOldGenerationSizeMb: megabytesOfThread },
    });
  }

  return {
    /**
     * Runs the function `name` of a module with what can be copied to a thread and back. Throws AppError: `busy` when too
     * much is waiting already, or when it takes too long; `unavailable` after `close`.
     */
    async run<Task, Answer>(module: URL, name: string, task: Task): Promise<Answer> {
      if (isClosed) throw closed();
      starting ??= start().catch((error: unknown) => {
        starting = null;
        throw error;
      });
      const pool = await starting;
      // The pool's own limit passes over tasks that can be given up.
      if (pool.queueSize >= mostWaiting) throw busy(`${name} found ${mostWaiting} other tasks waiting for a thread`);
      const signal = AbortSignal.timeout(taskTimeoutMs);
      try {
        return await pool.run(task, { filename: fileURLToPath(module), name, signal });
      } catch (error) {
        if (isClosed) throw closed();
        if (signal.aborted) throw busy(`${name} took a thread longer than ${taskTimeoutMs} ms and was given up`);
        throw error;
      }
    },

    /** Ends all threads; what still runs in them is given up. */
    async close(): Promise<void> {
      isClosed = true;
      if (starting) await (await starting).destroy();
      starting = null;
    },
  };
}

function busy(reason: string): AppError {
  return new AppError('busy', { cause: new Error(reason), headers: { 'retry-after': '1' } });
}

function closed(): AppError {
  return new AppError('unavailable', { cause: new Error('the threads are closed'), headers: { 'retry-after': '5' } });
}
