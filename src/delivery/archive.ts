import { setImmediate as nextTick } from 'node:timers/promises';
import { type SQL, sql } from 'drizzle-orm';
import { instantOf, wallTime } from '../arabic/zones.ts';
import type { Database } from '../db/database.ts';
import type { Filter } from './lists.ts';

/** How many articles a month of the site's calendar has. */
export type ArchiveMonth = { month: string; count: number };

/** The first instant that counts, and the one after the last; null where there is no such bound. */
type Bounds = { from: Date | null; to: Date | null };
const unbounded: Bounds = { from: null, to: null };

/** How many rows are counted at once, with a turn for others in between. */
const usualRowsAtOnce = 20_000;

/**
 * Counts published articles by month, on the clocks of the site, newest first. With several filters, those that meet
 * all of them; with bounds, those between them, also where a bound divides a month. Months without an article are passed
 * over by asking for the next one there is.
 */
export function createArchive(db: Database, rowsAtOnce = usualRowsAtOnce) {
  const { publications, publicationFacets } = db.tables;

  return async function countMonths(
    filters: readonly Filter[],
    timeZone: string,
    { from, to }: Bounds = unbounded,
  ): Promise<ArchiveMonth[]> {
    if (filters.some((filter) => filter.length === 0)) return [];
    const months: ArchiveMonth[] = [];
    for (let before = to; ; ) {
      const newest = await newestBetween(filters, from, before);
      if (newest === null) return months;
      const { year, month } = wallTime(newest, timeZone);
      const start = instantOf({ year, month, day: 1, ...midnight }, timeZone);
      const end = instantOf({ year, month: month + 1, day: 1, ...midnight }, timeZone);
      const count = await countBetween(
        filters,
        from !== null && from > start ? from : start,
        before !== null && before < end ? before : end,
      );
      months.push({ month: `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}`, count });
      // Always further back, whatever clocks have shown: a step that does not go back would be made for ever.
      before = new Date(Math.min(start.getTime(), newest.getTime()));
      await nextTick();
    }
  };

  async function newestBetween(filters: readonly Filter[], from: Date | null, before: Date | null) {
    const since = from === null ? sql`` : sql` and d.published_at >= ${from}`;
    const until = before === null ? sql`` : sql` and d.published_at < ${before}`;
    let newest: number | null = null;
    for (const facet of filters[0] ?? [null]) {
      const [row] = await db.read.rows<{ at: unknown }>(
        sql`select d.published_at as at from ${source(facet)}${since}${until}${others(filters, sql`d`)} order by d.published_at desc limit ${1}`,
      );
      if (row) newest = Math.max(newest ?? Number.NEGATIVE_INFINITY, Number(row.at));
    }
    return newest === null ? null : new Date(newest);
  }

  /** Counts a span; one that holds many is counted in halves, so that nobody waits long for any of them. */
  async function countBetween(filters: readonly Filter[], start: Date, end: Date): Promise<number> {
    const middle = new Date((start.getTime() + end.getTime()) / 2);
    // What came in all at one instant cannot be parted.
    const most = middle > start ? sql` limit ${rowsAtOnce + 1}` : sql``;
    const isMet = sql`case when true${others(filters, sql`beginning`)} then 1 else 0 end`;
    let total = 0;
    for (const facet of filters[0] ?? [null]) {
      const some = sql`select d.published_at, d.n from ${source(facet)} and d.published_at >= ${start} and d.published_at < ${end}${most}`;
      const [row] = await db.read.rows<{ looked: unknown; counted: unknown }>(
        sql`select count(*) as looked, coalesce(sum(${isMet}), 0) as counted from (${some}) as beginning`,
      );
      if (middle <= start || Number(row?.looked ?? 0) <= rowsAtOnce) total += Number(row?.counted ?? 0);
      else
        for (const [from, to] of [
          [start, middle],
          [middle, end],
        ] as const) {
          await nextTick();
          total += await countBetween([[facet ?? 0], ...filters.slice(1)].slice(facet === null ? 1 : 0), from, to);
        }
    }
    return total;
  }

  function source(facet: number | null): SQL {
    return facet === null ? sql`${publications} d where true` : sql`${publicationFacets} d where d.facet = ${facet}`;
  }

  function others(filters: readonly Filter[], row: SQL): SQL {
    const conditions = filters
      .slice(1)
      .map(
        (filter) =>
          sql` and exists (select 1 from ${publicationFacets} f where f.facet in ${filter} and f.published_at = ${row}.published_at and f.n = ${row}.n)`,
      );
    return sql.join(conditions, sql``);
  }
}

const midnight = { hour: 0, minute: 0, second: 0, millisecond: 0 };
