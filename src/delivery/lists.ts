import { setImmediate as nextTick } from 'node:timers/promises';
import { type Placeholder, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../db/database.ts';
import { inPieces } from '../in-pieces.ts';
import {
  ascending,
  type Chunk,
  collect,
  descending,
  type ListLimits,
  type ListResult,
  mergeParts,
  type Part,
  type Position,
  pageOf,
} from './walk.ts';

/** The orders that lists come in; views are counted over a window. */
export const sorts = ['-publishedAt', 'publishedAt', '-updatedAt', '-commentCount', '-views'] as const;
export type Sort = (typeof sorts)[number];
export type Window = '24h' | '7d';

/** Numbers of facets, of which a publication has at least one: a category stands for all below it as well. */
export type Filter = readonly number[];

export type ListRequest = {
  filters: readonly Filter[];
  sort: Sort;
  window: Window;
  /** First instant, and the one after the last. */
  from: Date | null;
  to: Date | null;
  after: Position | null;
  limit: number;
};

/** A facet that has no more publications than this is read whole; a larger one is walked in the order of the list. */
const smallFacet = 1000;
const usualLimits: ListLimits = { mostRows: 20_000, longestMs: 60, firstChunk: 500 };
const largestChunk = 4000;

/**
 * Finds a page of publications. Each query walks one index and looks the other filters up by key, so none sorts and
 * none scans the table. Where filters that are rare together would make it look too long, it answers what it has found,
 * and `next` says where to go on: a page may be short, or empty, and not be the last.
 */
export function createLists(db: Database, limits: ListLimits = usualLimits) {
  const { publications, publicationFacets } = db.tables;
  /** By which conditions they have. To build and compile a query takes longer than it does. */
  const timeQueries = new Map<string, SQL>();

  return {
    async find(request: ListRequest): Promise<ListResult> {
      const { filters, sort, limit } = request;
      if (filters.some((filter) => filter.length === 0)) return { found: [], next: null };
      const isByTime = sort === '-publishedAt' || sort === 'publishedAt';
      const driver = isByTime && filters.length < 2 ? (filters[0] ?? null) : await rarest(filters);
      if (!isByTime && driver && (await isSmall(driver))) return pageOf(await readWhole(request, driver), limit);
      const walk = isByTime ? walkByTime(request, driver) : walkBySort(request);
      return collect(walk, request, limits);
    },

    /** How many publications there are, looking at no more than `most`: then `isExact` is false. */
    async count(
      request: Pick<ListRequest, 'filters' | 'from' | 'to'>,
      most = 1_000_000,
    ): Promise<{ total: number; isExact: boolean }> {
      const { filters } = request;
      if (filters.some((filter) => filter.length === 0)) return { total: 0, isExact: true };
      const driver = await rarest(filters);
      const others = filters.filter((filter) => filter !== driver);
      let total = 0;
      let looked = 0;
      for (const facet of driver ?? [null]) {
        let after: Position | null = null;
        for (;;) {
          const chunk = Math.min(largestChunk, most - looked);
          if (chunk === 0) return { total, isExact: false };
          const rows: Row[] = await readByTime({ facet, bounds: request, after, isDown: true, chunk });
          looked += rows.length;
          total += others.length === 0 ? rows.length : await countMatching(rows, others);
          if (rows.length < chunk) break;
          after = positionOf(rows.at(-1) as Row);
          await nextTick();
        }
      }
      return { total, isExact: true };
    },
  };

  /** The filter with the fewest publications, as far as that can be told by looking at a few of each. */
  async function rarest(filters: readonly Filter[]): Promise<Filter | null> {
    let best: Filter | null = null;
    let fewest = Number.POSITIVE_INFINITY;
    for (const filter of filters) {
      const size = filters.length === 1 ? 0 : await sizeOf(filter);
      if (size < fewest) [best, fewest] = [filter, size];
    }
    return best;
  }

  /** How many publications have the facets, counted up to one more than a small facet has. */
  async function sizeOf(filter: Filter): Promise<number> {
    let size = 0;
    for (const facet of filter) {
      const [row] = await db.read.rows<{ size: number | string }>(
        sql`select count(*) as size from (select 1 from ${publicationFacets} where facet = ${facet} limit ${smallFacet + 1}) as beginning`,
      );
      size += Number(row?.size ?? 0);
      if (size > smallFacet) break;
    }
    return size;
  }

  async function isSmall(filter: Filter): Promise<boolean> {
    return (await sizeOf(filter)) <= smallFacet;
  }

  /** Every publication of a small facet that meets the rest of the request, in its order, after its position. */
  async function readWhole(request: ListRequest, driver: Filter): Promise<Position[]> {
    const others = request.filters.filter((filter) => filter !== driver);
    const key = keyColumn(request);
    const rows = await db.read.rows<Row>(
      sql`select ${key} as key, d.published_at, d.n from ${publicationFacets} d join ${publications} p on p.n = d.n where d.facet in ${driver}${within(request)}${hasAll(others)}`,
    );
    const positions = new Map(rows.map((row) => [Number(row.n), positionOf(row)]));
    const { after } = request;
    return [...positions.values()]
      .sort(descending)
      .filter((position) => after === null || descending(after, position) < 0);
  }

  /** Walks facets in the order of time; several at once where a category has others below it. */
  async function* walkByTime(request: ListRequest, driver: Filter | null): AsyncGenerator<Chunk> {
    const others = request.filters.filter((filter) => filter !== driver);
    const isDown = request.sort === '-publishedAt';
    const facets = driver ?? [null];
    let { after } = request;
    for (let chunk = chunkSize(request, others, limits); ; chunk = Math.min(largestChunk, chunk * 2)) {
      const parts: Part[] = [];
      for (const facet of facets) {
        const rows = await readByTime({ facet, bounds: request, after, isDown, chunk });
        parts.push({ rows: rows.map(positionOf), isWhole: rows.length < chunk });
      }
      const { rows: positions, isWhole } = mergeParts(parts, isDown ? descending : ascending);
      yield { looked: positions, matching: await keepMatching(positions, others), isWhole };
      after = positions.at(-1) ?? after;
    }
  }

  /** Walks all publications in an order other than that of time. */
  async function* walkBySort(request: ListRequest): AsyncGenerator<Chunk> {
    const key = keyColumn(request);
    let { after } = request;
    for (let chunk = chunkSize(request, request.filters, limits); ; chunk = Math.min(largestChunk, chunk * 2)) {
      const start = after
        ? sql` and (${key}, p.published_at, p.n) < (${keyValue(request, after.key)}, ${new Date(after.publishedAt)}, ${after.n})`
        : sql``;
      const rows = await db.read.rows<Row>(
        sql`select ${key} as key, p.published_at, p.n from ${publications} p where true${start} order by ${key} desc, p.published_at desc, p.n desc limit ${chunk}`,
      );
      const positions = rows.map(positionOf);
      const inTime = positions.filter(({ publishedAt }) => isWithin(request, publishedAt));
      yield {
        looked: positions,
        matching: await keepMatching(inTime, request.filters),
        isWhole: rows.length < chunk,
      };
      after = positions.at(-1) ?? after;
    }
  }

  /** Of some publications, those that have a facet of every filter. */
  async function keepMatching(positions: readonly Position[], filters: readonly Filter[]): Promise<Position[]> {
    if (filters.length === 0 || positions.length === 0) return [...positions];
    const has = filters.map(
      (filter) =>
        sql`exists (select 1 from ${publicationFacets} f where f.facet in ${filter} and f.published_at = p.published_at and f.n = p.n)`,
    );
    const kept = new Set<number>();
    for await (const piece of inPieces(positions, numbersAtOnce)) {
      const numbers = piece.map(({ n }) => n);
      const rows = await db.read.rows<{ n: number }>(
        sql`select p.n from ${publications} p where p.n in ${numbers} and ${sql.join(has, sql` and `)}`,
      );
      for (const { n } of rows) kept.add(Number(n));
    }
    return positions.filter(({ n }) => kept.has(n));
  }

  async function countMatching(rows: readonly Row[], filters: readonly Filter[]): Promise<number> {
    return (await keepMatching(rows.map(positionOf), filters)).length;
  }

  /** Reads the next places of a facet, or of all publications, in the order of time. */
  function readByTime({ facet, bounds: { from, to }, after, isDown, chunk }: TimeRead): Promise<Row[]> {
    const shape = [facet !== null, from !== null, to !== null, after !== null, isDown].map(Number).join('');
    const query = timeQueries.get(shape) ?? timeQuery(facet !== null, { from, to }, after !== null, isDown);
    timeQueries.set(shape, query);
    const start = after && { at: new Date(after.publishedAt), n: after.n };
    return db.read.rows<Row>(query, { facet, from, to, ...start, chunk });
  }

  function timeQuery(hasFacet: boolean, bounds: Bounds, hasStart: boolean, isDown: boolean): SQL {
    const value = (name: string) => sql.placeholder(name);
    // Compared with a parameter itself, SQLite would plan the query anew for each facet.
    const place = hasFacet
      ? sql`${publicationFacets} d where d.facet = cast(${value('facet')} as integer)`
      : sql`${publications} d where true`;
    const direction = isDown ? sql`desc` : sql`asc`;
    const start = hasStart
      ? sql` and (d.published_at, d.n) ${isDown ? sql`<` : sql`>`} (${value('at')}, ${value('n')})`
      : sql``;
    return sql`select d.published_at, d.n from ${place}${within({ from: bounds.from && value('from'), to: bounds.to && value('to') })}${start} order by d.published_at ${direction}, d.n ${direction} limit ${value('chunk')}`;
  }

  function hasAll(filters: readonly Filter[]): SQL {
    const conditions = filters.map(
      (filter) =>
        sql` and exists (select 1 from ${publicationFacets} f where f.facet in ${filter} and f.published_at = d.published_at and f.n = d.n)`,
    );
    return sql.join(conditions, sql``);
  }
}

type Bounds = Pick<ListRequest, 'from' | 'to'>;
type TimeRead = { facet: number | null; bounds: Bounds; after: Position | null; isDown: boolean; chunk: number };
type Row = { key?: unknown; published_at: unknown; n: unknown };

/** Of so many publications other filters are looked up before others have their turn: some milliseconds. */
const numbersAtOnce = 500;

/** Without other filters every row looked at is one of the page. */
function chunkSize(
  { limit, from, to, sort }: ListRequest,
  others: readonly Filter[],
  { firstChunk }: ListLimits,
): number {
  const isBounded = (from !== null || to !== null) && sort !== '-publishedAt' && sort !== 'publishedAt';
  return others.length === 0 && !isBounded ? limit + 1 : Math.max(firstChunk, limit + 1);
}

function within({ from, to }: { from: Date | Placeholder | null; to: Date | Placeholder | null }): SQL {
  const start = from ? sql` and d.published_at >= ${from}` : sql``;
  const end = to ? sql` and d.published_at < ${to}` : sql``;
  return sql`${start}${end}`;
}

function isWithin({ from, to }: Bounds, publishedAt: number): boolean {
  return (from === null || publishedAt >= from.getTime()) && (to === null || publishedAt < to.getTime());
}

function keyColumn({ sort, window }: Pick<ListRequest, 'sort' | 'window'>): SQL {
  if (sort === '-updatedAt') return sql`p.updated_at`;
  if (sort === '-commentCount') return sql`p.comment_count`;
  return window === '24h' ? sql`p.views_24h` : sql`p.views_7d`;
}

function keyValue({ sort }: ListRequest, key: number): Date | number {
  return sort === '-updatedAt' ? new Date(key) : key;
}

/** Instants come as milliseconds or as Date, numbers perhaps as text. */
function positionOf({ key, published_at, n }: Row): Position {
  const publishedAt = Number(published_at);
  return { key: key === undefined ? publishedAt : Number(key), publishedAt, n: Number(n) };
}
