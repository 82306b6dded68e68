import { setImmediate as nextTick } from 'node:timers/promises';
import { type SQL, sql } from 'drizzle-orm';
import { instantOf, wallTime } from '../arabic/zones.ts';
import type { Database } from '../db/database.ts';
import type { Filter } from './lists.ts';

/** How many articles a month of the site's calendar has. */
export type ArchiveMonth = { month: string; count: number };

/** How many rows are counted at once, with a turn for others in between. */
const usualRowsAtOnce = 20_000;

/**
 * Counts published articles by month, on the clocks of the site, newest first. With several filters, those that meet
 * all of them. Months without an article are passed over by asking for the next one there is.
 */
export function createArchive(db: Database, rowsAtOnce = usualRowsAtOnce) {
  const { publications, publicationFacets } = db.tables;

  return async function countMonths(filters: readonly Filter[], timeZone: string): Promise<ArchiveMonth[]> {
    if (filters.some((filter) => filter.length === 0)) return [];
    const months: ArchiveMonth[] = [];
    for (let before: Date | null = null; ; ) {
      const newest = await newestBefore(filters, before);
      if (newest === null) return months;
      const { year, month } = wallTime(newest, timeZone);
      const start = instantOf({ year, month, day: 1, ...midnight }, timeZone);
      const end = instantOf({ year, month: month + 1, day: 1, ...midnight }, timeZone);
      const count = await countBetween(filters, start, end);
      months.push({ month: `${year}-${String(month).padStart(2, '0')}`, count });
      before = start;
      await nextTick();
    }
  };

  async function newestBefore(filters: readonly Filter[], before: Date | null): Promise<Date | null> {
    const until = before === null ? sql`` : sql` and d.published_at < ${before}`;
    let newest: number | null = null;
    for (const facet of filters[0] ?? [null]) {
      const [row] = await db.read.rows<{ at: unknown }>(
        sql`select d.published_at as at from ${source(facet)}${until}${others(filters)} order by d.published_at desc limit 1`,
      );
      if (row) newest = Math.max(newest ?? Number.NEGATIVE_INFINITY, Number(row.at));
    }
    return newest === null ? null : new Date(newest);
  }

  /** Counts a span; one that holds many is counted in halves, so that nobody waits long for any of them. */
  async function countBetween(filters: readonly Filter[], start: Date, end: Date): Promise<number> {
    let total = 0;
    for (const facet of filters[0] ?? [null]) {
      const span = sql`${source(facet)} and d.published_at >= ${start} and d.published_at < ${end}`;
      const some = sql`select d.published_at, d.n from ${span} limit ${rowsAtOnce + 1}`;
      const [row] = await db.read.rows<{ looked: unknown; counted: unknown }>(
        sql`select count(*) as looked, coalesce(sum(case when true${others(filters)} then 1 else 0 end), 0) as counted from (${some}) as d`,
      );
      const middle = new Date((start.getTime() + end.getTime()) / 2);
      const isMany = Number(row?.looked ?? 0) > rowsAtOnce && middle > start;
      if (!isMany) total += Number(row?.counted ?? 0);
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

  function others(filters: readonly Filter[]): SQL {
    const conditions = filters
      .slice(1)
      .map(
        (filter) =>
          sql` and exists (select 1 from ${publicationFacets} f where f.facet in ${filter} and f.published_at = d.published_at and f.n = d.n)`,
      );
    return sql.join(conditions, sql``);
  }
}

const midnight = { hour: 0, minute: 0, second: 0, millisecond: 0 };
