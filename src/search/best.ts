import { freshness, type Matching, type Ranked, type Window } from './finder.ts';

/** Stories with their scores, of which lower ones are better. */
export type Scored = { numbers: ArrayLike<number>; scores: ArrayLike<number> };

/**
 * The best of a window from `offset` on: by their scores or, with the time of each, the fresher a little better; of
 * equals the newer. Better scores are higher in what comes back.
 */
export function bestOf(
  { numbers, scores }: Scored,
  timeOf: ((n: number) => number) | null,
  { from, to }: Pick<Matching, 'from' | 'to'>,
  { limit, offset, freshAt }: Pick<Window, 'limit' | 'offset' | 'freshAt'>,
): Ranked[] {
  const [first, end] = [from?.getTime() ?? Number.NEGATIVE_INFINITY, to?.getTime() ?? Number.POSITIVE_INFINITY];
  const best: Ranked[] = [];
  const most = offset + limit;
  const isBounded = from !== null || to !== null;
  for (let index = 0; index < numbers.length; index++) {
    const n = numbers[index] ?? 0;
    const base = -(scores[index] ?? 0);
    // Most could be as fresh as can be and would still not be shown: their times need not be known.
    const last = best.length < most ? undefined : best[most - 1];
    if (last && base * (1 + freshness.most) < last.score) continue;
    const at = timeOf && (freshAt || isBounded) ? timeOf(n) : 0;
    if (isBounded && (at < first || at >= end)) continue;
    const score = base * (freshAt ? boostOf(freshAt.getTime() - at) : 1);
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
