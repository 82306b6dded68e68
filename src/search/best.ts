import { type Dated, freshness, type Matching, type Ranked, type Window } from './finder.ts';

/** Stories with their scores, of which lower ones are better. */
export type Scored = { numbers: ArrayLike<number>; scores: ArrayLike<number> };

type Bounds = Pick<Matching, 'from' | 'to'>;

/**
 * The best of a window from `offset` on: by their scores or, where that is asked for, the fresher a little better; of
 * equals the newer. Better scores are higher in what comes back.
 */
export function bestOf(
  { numbers, scores }: Scored,
  timeOf: (n: number) => number,
  bounds: Bounds,
  { limit, offset, freshAt }: Pick<Window, 'limit' | 'offset' | 'freshAt'>,
): Ranked[] {
  const best: Ranked[] = [];
  const most = offset + limit;
  const isBounded = bounds.from !== null || bounds.to !== null;
  const isBetween = between(bounds);
  const mostBoost = freshAt ? 1 + freshness.most : 1;
  for (let index = 0; index < numbers.length; index++) {
    const n = numbers[index] ?? 0;
    const base = -(scores[index] ?? 0);
    // Most could be as fresh as can be and would still not be shown: their times need not be known.
    const last = best.length < most ? undefined : best[most - 1];
    if (last && base * mostBoost < last.score) continue;
    const at = freshAt || isBounded ? timeOf(n) : 0;
    if (!isBetween(at)) continue;
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

/** The newest of some stories between two times, from the one after `after` on. */
export function newestOf(
  numbers: ArrayLike<number>,
  timeOf: (n: number) => number,
  bounds: Bounds,
  after: Dated | null,
  limit: number,
): Dated[] {
  const isBetween = between(bounds);
  const kept = new Float64Array(numbers.length);
  const scores = new Float64Array(numbers.length);
  let count = 0;
  for (let index = 0; index < numbers.length; index++) {
    const n = numbers[index] ?? 0;
    const at = timeOf(n);
    if (!isBetween(at)) continue;
    if (after !== null && (at > after.at || (at === after.at && n >= after.n))) continue;
    kept[count] = n;
    scores[count++] = -at;
  }
  const some = { numbers: kept.subarray(0, count), scores: scores.subarray(0, count) };
  const newest = bestOf(some, timeOf, { from: null, to: null }, { limit, offset: 0, freshAt: null });
  return newest.map(({ n, score }) => ({ n, at: score }));
}

function between({ from, to }: Bounds): (at: number) => boolean {
  const [first, end] = [from?.getTime() ?? Number.NEGATIVE_INFINITY, to?.getTime() ?? Number.POSITIVE_INFINITY];
  return (at) => at >= first && at < end;
}

function isBetter(score: number, n: number, other: Ranked | undefined): boolean {
  return other === undefined || score > other.score || (score === other.score && n > other.n);
}

function boostOf(age: number): number {
  return 1 + freshness.most / (1 + Math.max(0, age) / freshness.halfMs);
}
