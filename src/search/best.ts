import { freshness, type Matching, type Ranked, type Window } from './finder.ts';

/** Stories with their scores, of which lower ones are better. */
export type Scored = { numbers: ArrayLike<number>; scores: ArrayLike<number> };

/**
 * The best of a window from `offset` on: by their scores or, with the time of every one, the fresher a little better; of
 * equals the newer. Better scores are higher in what comes back.
 */
export function bestOf(
  { numbers, scores }: Scored,
  times: Float64Array | null,
  { from, to }: Pick<Matching, 'from' | 'to'>,
  { limit, offset, freshAt }: Pick<Window, 'limit' | 'offset' | 'freshAt'>,
): Ranked[] {
  const [first, end] = [from?.getTime() ?? Number.NEGATIVE_INFINITY, to?.getTime() ?? Number.POSITIVE_INFINITY];
  const best: Ranked[] = [];
  const most = offset + limit;
  for (let index = 0; index < numbers.length; index++) {
    const at = times?.[index] ?? 0;
    if (times !== null && (at < first || at >= end)) continue;
    const n = numbers[index] ?? 0;
    const score = -(scores[index] ?? 0) * (freshAt ? boostOf(freshAt.getTime() - at) : 1);
    // Nearly all of thousands are worse than the last of the few that are kept.
    let place = best.length;
    while (place > 0 && isBetter(score, n, best[place - 1])) place--;
    if (place >= most) continue;
    best.splice(place, 0, { n, score });
    if (best.length > most) best.pop();
  }
  return best.slice(offset);
}

function isBetter(score: number, n: number, other: Ranked | undefined): boolean {
  return other === undefined || score > other.score || (score === other.score && n > other.n);
}

function boostOf(age: number): number {
  return 1 + freshness.most / (1 + Math.max(0, age) / freshness.halfMs);
}
