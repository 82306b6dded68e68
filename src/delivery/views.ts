import { setImmediate as nextTick } from 'node:timers/promises';
import { inArray, sql } from 'drizzle-orm';
import type { FastifyBaseLogger } from 'fastify';
import type { Database, Tx } from '../db/database.ts';
import { inPieces } from '../in-pieces.ts';
import { dayHours, hourOf, keptHours, weekHours } from './view-hours.ts';
import { createRepeats, isProgram, type Visit } from './visits.ts';

export type Views = ReturnType<typeof createViews>;

type ViewsDeps = {
  db: Database;
  clock: () => Date;
  logger: Pick<FastifyBaseLogger, 'error' | 'warn'>;
  /** How often what was counted is written; tests are in more of a hurry. */
  flushMs?: number;
};

/** Views that are not written yet, of one article in one hour since 1970. */
type Pending = { articleId: string; hour: number; views: number };
type Counted = { n: number; hour: number; views: number };

const usualFlushMs = 5000;
const rowsAtOnce = 500;
const recountedAtOnce = 200;
/** Should the database be away for long, counts of this many articles are kept in memory, and of no others. */
const mostPending = 100_000;

/** Counts how often articles are read: in memory, written every few seconds in one transaction. */
export function createViews({ db, clock, logger, flushMs = usualFlushMs }: ViewsDeps) {
  const { publications, publicationViews } = db.tables;
  const repeats = createRepeats();
  let pending = new Map<string, Pending>();
  let flushing: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;

  /** Counts a visit, unless it is a program's or the same reader's again. Nobody is told which. */
  function count(articleId: string, visit: Visit): void {
    const now = clock().getTime();
    if (isProgram(visit) || repeats.isRepeated(articleId, visit, now)) return;
    add({ articleId, hour: hourOf(now), views: 1 });
    schedule();
  }

  function schedule(): void {
    timer ??= setTimeout(() => {
      timer = null;
      void flush();
    }, flushMs).unref();
  }

  function add({ articleId, hour, views }: Pending): void {
    const key = `${articleId} ${hour}`;
    const before = pending.get(key);
    if (before) before.views += views;
    else if (pending.size < mostPending) pending.set(key, { articleId, hour, views });
  }

  /** Writes what was counted. What cannot be written now is kept for the next time. */
  function flush(): Promise<void> {
    flushing ??= flushNow().finally(() => {
      flushing = null;
      // Views that came meanwhile, or could not be written.
      if (pending.size > 0) schedule();
    });
    return flushing;
  }

  async function flushNow(): Promise<void> {
    if (pending.size === 0) return;
    const taken = [...pending.values()];
    pending = new Map();
    try {
      await db.write((tx) => store(tx, taken));
    } catch (err) {
      for (const each of taken) add(each);
      logger.warn({ err }, 'views could not be written; they are kept for the next time');
    }
  }

  async function store(tx: Tx, taken: readonly Pending[]): Promise<void> {
    const numbers = await numbersOf(tx, [...new Set(taken.map(({ articleId }) => articleId))]);
    // One order for everybody, so that two who write at once do not wait for each other in a circle.
    const counted = taken
      .flatMap(({ articleId, hour, views }) => {
        const n = numbers.get(articleId);
        // Views of what was taken back meanwhile count for nobody.
        return n === undefined ? [] : [{ n, hour, views }];
      })
      .sort((a, b) => a.n - b.n || a.hour - b.hour);
    for await (const part of inPieces(counted, rowsAtOnce)) await storePart(tx, part);
    tx.announce('views');
  }

  async function numbersOf(tx: Tx, articleIds: readonly string[]): Promise<Map<string, number>> {
    const { n, articleId } = publications;
    const found = new Map<string, number>();
    for (let start = 0; start < articleIds.length; start += rowsAtOnce) {
      const part = articleIds.slice(start, start + rowsAtOnce);
      for (const row of await tx.select({ n, articleId }).from(publications).where(inArray(articleId, part)))
        found.set(row.articleId, row.n);
    }
    return found;
  }

  async function storePart(tx: Tx, counted: readonly Counted[]): Promise<void> {
    await tx
      .insert(publicationViews)
      .values([...counted])
      .onConflictDoUpdate({
        target: [publicationViews.n, publicationViews.hour],
        set: { views: sql`${publicationViews.views} + excluded.views` },
      });
    const totals = new Map<number, number>();
    for (const { n, views } of counted) totals.set(n, (totals.get(n) ?? 0) + views);
    const rows = [...totals].map(([n, views]) => sql`(cast(${n} as integer), cast(${views} as integer))`);
    await tx.run(
      sql`with added(n, views) as (values ${sql.join(rows, sql`, `)}) update ${publications} set views_24h = views_24h + added.views, views_7d = views_7d + added.views from added where ${publications}.n = added.n`,
    );
  }

  /**
   * Counts both windows anew for what was viewed in the last days, in small transactions, and forgets the hours that no
   * window reaches any more.
   */
  async function recount(at: Date, signal: AbortSignal): Promise<void> {
    const hour = hourOf(at.getTime());
    // The clocks of other machines may be a little ahead; hours further ahead were counted while one was wrong.
    const sumOf = (hours: number) =>
      sql`sum(case when v.hour > ${hour - hours} and v.hour <= ${hour + 1} then v.views else 0 end)`;
    const sums = sql`${sumOf(dayHours)} as day, ${sumOf(weekHours)} as week`;
    for (let after = -1; !signal.aborted; ) {
      const rows = await db.read.rows<{ n: number | string; differs: number | string }>(
        sql`select s.n, case when p.views_24h <> s.day or p.views_7d <> s.week then 1 else 0 end as differs from (select v.n, ${sums} from ${publicationViews} v where v.n > ${after} group by v.n order by v.n limit ${recountedAtOnce}) s join ${publications} p on p.n = s.n order by s.n`,
      );
      const changed = rows.filter(({ differs }) => Number(differs) === 1).map(({ n }) => Number(n));
      if (changed.length > 0) await db.write((tx) => recountPart(tx, sums, changed));
      if (rows.length === 0) break;
      after = Number(rows.at(-1)?.n);
      await nextTick();
    }
    while (!signal.aborted && (await forgetPart(hour - keptHours)) === rowsAtOnce) await nextTick();
  }

  async function recountPart(tx: Tx, sums: ReturnType<typeof sql>, numbers: readonly number[]): Promise<void> {
    // Holds the rows first: whoever adds views to one is either seen in the sums, or adds to them afterwards.
    await tx.run(sql`update ${publications} set views_24h = views_24h where n in ${numbers}`);
    await tx.run(
      sql`update ${publications} set views_24h = s.day, views_7d = s.week from (select v.n, ${sums} from ${publicationViews} v where v.n in ${numbers} group by v.n) s where ${publications}.n = s.n`,
    );
    tx.announce('views');
  }

  /** Forgets some rows of hours before `hour`; answers how many. */
  async function forgetPart(hour: number): Promise<number> {
    const forgotten = await db.write((tx) =>
      tx
        .delete(publicationViews)
        .where(
          sql`(n, hour) in (select v.n, v.hour from ${publicationViews} v where v.hour < ${hour} order by v.hour, v.n limit ${rowsAtOnce})`,
        )
        .returning({ n: publicationViews.n }),
    );
    return forgotten.length;
  }

  return {
    count,
    flush,
    recount,

    /** Writes what is left. */
    async close(): Promise<void> {
      await flush();
      // A flush that was running when the last views came took none of them, and one that failed may succeed now.
      for (let tried = 0; pending.size > 0 && tried < 2; tried++) await flush();
      if (timer) clearTimeout(timer);
      if (pending.size > 0) logger.error({ articles: pending.size }, 'views were lost: they could not be written');
    },
  };
}
