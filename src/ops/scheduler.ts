import { and, eq, gt, isNull, lt, lte, or, sql } from 'drizzle-orm';
import type { FastifyBaseLogger } from 'fastify';
import type { Database } from '../db/database.ts';

/** Work that is done now and then, outside of any request, by one process at a time. */
export type Job = {
  /** Its row in the table of jobs. */
  name: string;
  /** It is due once in every period of this length, counted since 1970: hourly work just after each full hour. */
  everyMs: number;
  /** Does it in small steps, and ends early when `signal` says that the process closes or lost its claim. */
  run(work: { at: Date; signal: AbortSignal }): Promise<void>;
};

export type Scheduler = ReturnType<typeof createScheduler>;

type SchedulerDeps = {
  db: Database;
  clock: () => Date;
  logger: Pick<FastifyBaseLogger, 'error' | 'debug'>;
  jobs: readonly Job[];
};

/** How often a process looks for work, and how long it waits before it tries again what failed. */
const lookEveryMs = 15_000;
const retryMs = 60_000;
/** A claim outlives a process that was killed by no more than this; one that works renews it meanwhile. */
const leaseMs = 5 * 60_000;
const renewEveryMs = 60_000;
/** What says that it is later than this was written while a clock was wrong, and counts for nothing. */
const mostAheadMs = 24 * 3600_000;

/**
 * Runs jobs. Every process on a database may have a scheduler, on any number of machines: a row for each job says until
 * when somebody has claimed it, and only whoever changes that row from free to claimed does the work. When that process
 * dies the claim runs out, and another goes on.
 */
export function createScheduler({ db, clock, logger, jobs }: SchedulerDeps) {
  const table = db.tables.jobs;
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<string[]> | null = null;

  async function runDueNow(): Promise<string[]> {
    const done: string[] = [];
    for (const job of jobs) {
      if (stopping.signal.aborted) break;
      try {
        if (await runIfDue(job)) done.push(job.name);
      } catch (err) {
        if (!stopping.signal.aborted) logger.error({ err, job: job.name }, 'a periodic job failed; it is tried again');
      }
    }
    return done;
  }

  /** Answers whether the job was due, not claimed by another process, and is done now. */
  async function runIfDue(job: Job): Promise<boolean> {
    const claimed = await claim(job);
    if (claimed === null) return false;
    const { at } = claimed;
    let { lockedUntil } = claimed;
    const lost = new AbortController();
    let renewing: Promise<void> = Promise.resolve();
    const renewal = setInterval(() => {
      renewing = renew().catch(() => {
        // The claim holds for a while yet, and the next renewal may succeed.
      });
    }, renewEveryMs).unref();
    const renew = async () => {
      const renewed = new Date(clock().getTime() + leaseMs);
      if (await change(job, lockedUntil, { lockedUntil: renewed })) lockedUntil = renewed;
      else lost.abort();
    };
    const endRenewal = () => {
      clearInterval(renewal);
      return renewing;
    };
    try {
      await job.run({ at, signal: AbortSignal.any([stopping.signal, lost.signal]) });
    } catch (error) {
      await endRenewal();
      await change(job, lockedUntil, { lockedUntil: new Date(clock().getTime() + retryMs) });
      throw error;
    }
    await endRenewal();
    // What was broken off is not done: whoever comes next begins it anew.
    const isWhole = !stopping.signal.aborted && !lost.signal.aborted;
    await change(job, lockedUntil, isWhole ? { lockedUntil: null, lastRunAt: at } : { lockedUntil: null });
    return isWhole;
  }

  async function claim({ name, everyMs }: Job): Promise<{ at: Date; lockedUntil: Date } | null> {
    const at = clock();
    const period = new Date(Math.floor(at.getTime() / everyMs) * everyMs);
    const tooLate = new Date(at.getTime() + mostAheadMs);
    const isFree = ({ lockedUntil, lastRunAt }: { lockedUntil: Date | null; lastRunAt: Date | null }) =>
      (lockedUntil === null || lockedUntil <= at || lockedUntil > tooLate) &&
      (lastRunAt === null || lastRunAt < period || lastRunAt > tooLate);
    // Mostly there is nothing to do, and looking takes no turn from those who write.
    const [row] = await db.read.select().from(table).where(eq(table.name, name));
    if (row && !isFree(row)) return null;
    const isUnclaimed = or(isNull(table.lockedUntil), lte(table.lockedUntil, at), gt(table.lockedUntil, tooLate));
    const isDue = or(isNull(table.lastRunAt), lt(table.lastRunAt, period), gt(table.lastRunAt, tooLate));
    const lockedUntil = new Date(at.getTime() + leaseMs);
    const [claimed] = await db.write((tx) =>
      tx
        .insert(table)
        .values({ name, lockedUntil, lastRunAt: null })
        .onConflictDoUpdate({
          target: table.name,
          set: { lockedUntil },
          setWhere: sql`${isUnclaimed} and ${isDue}`,
        })
        .returning(),
    );
    if (!claimed) return null;
    logger.debug({ job: name }, 'a periodic job begins');
    return { at, lockedUntil };
  }

  /** Changes the row of a job that this process still has. */
  async function change(
    { name }: Job,
    lockedUntil: Date,
    set: { lockedUntil: Date | null; lastRunAt?: Date },
  ): Promise<boolean> {
    const changed = await db.write((tx) =>
      tx
        .update(table)
        .set(set)
        .where(and(eq(table.name, name), eq(table.lockedUntil, lockedUntil)))
        .returning({ name: table.name }),
    );
    return changed.length > 0;
  }

  /** Does what is due, one job after the other; answers the names of what was done. */
  function runDue(): Promise<string[]> {
    running ??= runDueNow().finally(() => {
      running = null;
    });
    return running;
  }

  return {
    runDue,

    /** Looks for work from now on. */
    start(): void {
      if (timer || stopping.signal.aborted) return;
      timer = setInterval(runDue, lookEveryMs).unref();
      void runDue();
    },

    /** Ends after the running step. */
    async stop(): Promise<void> {
      stopping.abort();
      if (timer) clearInterval(timer);
      await running;
    },
  };
}
