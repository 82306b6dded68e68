import { freshness, type Matching, type Ranked, type Window } from './finder.ts';

/**
 * The best of a window from `offset` on: as the rows of `windowQuery` have it, or, with the time of every one, the
 * fresher a little better. Better scores are higher.
 */
export function bestOf(
  rows: readonly [n: number, score: number][],
  times: Float64Array | null,
  { from, to }: Pick<Matching, 'from' | 'to'>,
  { limit, offset, freshAt }: Pick<Window, 'limit' | 'offset' | 'freshAt'>,
): Ranked[] {
  const [first, end] = [from?.getTime() ?? Number.NEGATIVE_INFINITY, to?.getTime() ?? Number.POSITIVE_INFINITY];
  const scores = new Float64Array(rows.length);
  for (const [index, [, score]] of rows.entries()) {
    const at = times?.[index] ?? 0;
    const isOutside = times !== null && (at < first || at >= end);
    scores[index] = isOutside ? Number.POSITIVE_INFINITY : score * (freshAt ? boostOf(freshAt.getTime() - at) : 1);
  }
  const last = scores.toSorted()[offset + limit - 1] ?? Number.MAX_VALUE;
  const best: Ranked[] = [];
  for (const [index, [n]] of rows.entries()) {
    const score = scores[index] ?? Number.POSITIVE_INFINITY;
    if (score <= last && score < Number.POSITIVE_INFINITY) best.push({ n, score: -score });
  }
  return best.sort((a, b) => b.score - a.score || b.n - a.n).slice(offset, offset + limit);
}

function boostOf(age: number): number {
  return 1 + freshness.most / (1 + Math.max(0, age) / freshness.halfMs);
}
