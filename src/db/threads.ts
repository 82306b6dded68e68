import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { SQL } from 'drizzle-orm';
import type { Piscina } from 'piscina';
import type { Database } from './database.ts';
import { DatabaseBusyError, DatabaseClosedError } from './errors.ts';
import { compile } from './sqlite-connection.ts';
import type { ReadTask } from './thread-reader.ts';

export type Threads = ReturnType<typeof createThreads>;

/** Threads that have nothing to do end, for each costs some ten megabytes. */
const idleTimeoutMs = 60_000;
/** Two at least: one long task must not hold up another. */
const threadsBeside = Math.max(2, Math.min(4, availableParallelism() - 1));
const mostWaiting = 500;
const taskTimeoutMs = 15_000;
const megabytesOfThread = 256;

const reader = new URL('./thread-reader.ts', import.meta.url);

/**
 * Does what would hold up the event loop somewhere else: long reads in worker threads with read-only connections of
 * their own, or by the server where the database is one; and long computations in the same threads. None is started
 * before the first task, and one that dies takes only its own task with it.
 */
export function createThreads(
  { file, read }: Pick<Database, 'file' | 'read'>,
  { most = threadsBeside }: { most?: number } = {},
) {
  let starting: Promise<Piscina> | null = null;
  let isClosed = false;

  async function start(): Promise<Piscina> {
    const { Piscina: Pool } = await import('piscina');
    return new Pool({
      minThreads: 0,
      maxThreads: most,
      idleTimeout: idleTimeoutMs,
      maxQueue: mostWaiting,
      recordTiming: false,
      workerHistogram: false,
      // Where cores are few, requests come before what they do not wait for.
      niceIncrement: 10,
      resourceLimits: { maxOldGenerationSizeMb: megabytesOfThread },
    });
  }

  /**
   * Runs the function `name` of a module with what can be copied to a thread and back. Throws DatabaseBusyError when
   * too much is waiting already, or when it takes too long; DatabaseClosedError after `close`.
   */
  async function run<Task, Answer>(module: URL, name: string, task: Task): Promise<Answer> {
    if (isClosed) throw new DatabaseClosedError();
    starting ??= start().catch((error: unknown) => {
      starting = null;
      throw error;
    });
    const pool = await starting;
    const signal = AbortSignal.timeout(taskTimeoutMs);
    try {
      return await pool.run(task, { filename: fileURLToPath(module), name, signal });
    } catch (error) {
      if (isClosed) throw new DatabaseClosedError();
      throw isOverload(error) ? new DatabaseBusyError(error) : error;
    }
  }

  return {
    run,

    /** The rows of a read that may take long; where the database is a file, also of one that is text already. */
    async rows<Row>(query: SQL | Pick<ReadTask, 'text' | 'params'>): Promise<Row[]> {
      const isText = 'text' in query;
      if (file !== null) return run<ReadTask, Row[]>(reader, 'rows', { file, ...(isText ? query : compile(query)) });
      if (isText) throw new TypeError('only a file is read by text');
      return read.rows<Row>(query);
    },

    /** Ends all threads; what still runs in them is given up. */
    async close(): Promise<void> {
      isClosed = true;
      if (starting) await (await starting).destroy();
      starting = null;
    },
  };
}

function isOverload(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || /queue/i.test(error.message));
}
