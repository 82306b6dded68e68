import { setImmediate as nextTick } from 'node:timers/promises';

/** Where a publication stands in a list: what it is sorted by, when it was published, its number. */
export type Position = { key: number; publishedAt: number; n: number };
export type ListResult = { found: Position[]; next: Position | null };

/**
 * How many rows one request looks at before it answers with what it has, and for how long in milliseconds; and how many
 * it looks at first where other filters will leave some of them out.
 */
export type ListLimits = { mostRows: number; longestMs: number; firstChunk: number };

/** What was read of one list, and whether that is all of it. */
export type Part = { rows: Position[]; isWhole: boolean };
/** What was looked at, and what of it belongs to the page. */
export type Chunk = { looked: Position[]; matching: Position[]; isWhole: boolean };

/** Collects a page from a walk, until it is full, the walk ends, or it has taken long enough. */
export async function collect(
  walk: AsyncGenerator<Chunk>,
  { limit }: { limit: number },
  { mostRows, longestMs }: ListLimits,
): Promise<ListResult> {
  const found: Position[] = [];
  const startedAt = performance.now();
  let looked = 0;
  for await (const chunk of walk) {
    found.push(...chunk.matching);
    looked += chunk.looked.length;
    if (found.length > limit || chunk.isWhole) return pageOf(found, limit);
    if (looked >= mostRows || performance.now() - startedAt > longestMs)
      return { found, next: chunk.looked.at(-1) ?? null };
    await nextTick();
  }
  return pageOf(found, limit);
}

export function pageOf(found: Position[], limit: number): ListResult {
  if (found.length <= limit) return { found, next: null };
  const page = found.slice(0, limit);
  return { found: page, next: page.at(-1) ?? null };
}

/**
 * Puts lists that are each in order into one, each publication once. Past the end of a list that was cut, nobody knows
 * what comes next, so what stands behind that is left for later.
 */
export function mergeParts(parts: readonly Part[], order: (a: Position, b: Position) => number): Part {
  const [only] = parts;
  if (parts.length === 1 && only) return only;
  const ends = parts.flatMap(({ rows, isWhole }) => (isWhole ? [] : (rows.at(-1) ?? [])));
  const end = ends.sort(order)[0];
  const merged = new Map(parts.flatMap(({ rows }) => rows.map((row) => [row.n, row] as const)));
  const rows = [...merged.values()].sort(order).filter((row) => end === undefined || order(row, end) <= 0);
  return { rows, isWhole: end === undefined };
}

export function ascending(a: Position, b: Position): number {
  return a.key - b.key || a.publishedAt - b.publishedAt || a.n - b.n;
}

export function descending(a: Position, b: Position): number {
  return ascending(b, a);
}
