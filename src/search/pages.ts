import { type Ask, type Wanted, wordsOf } from './ask.ts';
import {
  type Dated,
  looseAtOnce,
  type Matching,
  matchingOf,
  type Ranked,
  rankedAtOnce,
  type StoryFinder,
} from './finder.ts';
import type { DatedPlace, RankedPlace } from './places.ts';

export type Filters = Pick<Matching, 'facets' | 'from' | 'to'>;

export type Page<Place> = { hits: Ranked[]; next: Place | null; isWide: boolean };

/** The moment of the first page, in milliseconds, and the newest publication then. */
export type Start = { at: number; newest: number };

/** How far the last story shown may have moved in its window since. */
const moved = 20;
const windowsOfPage = 20;

/** The best stories, from a place on. */
export async function rankedPage(
  finder: StoryFinder,
  ask: Ask,
  filters: Filters,
  { place, limit, start, isFresh }: { place: RankedPlace | null; limit: number; start: Start; isFresh: boolean },
): Promise<Page<RankedPlace>> {
  const first: RankedPlace = place ?? [start.at, start.newest, 0, 0, start.newest, 0, 0];
  const [at, top] = first;
  let [, , wide, list, windowTop, shown, last]: RankedPlace = first;
  const freshAt = isFresh ? new Date(at) : null;
  const strict = matchingOf({ ...filters, every: ask.wanted, none: ask.excluded });
  let loose: Matching | null = null;
  const hits: Ranked[] = [];
  let isWide = wide === 1;

  for (let windows = 0; windows < windowsOfPage; windows++) {
    // Where the first list was just found to be empty, nothing of it has to be left out of the second.
    const except = place || hits.length > 0 ? ask.wanted : [];
    if (list === 1) loose ??= await looseMatching(finder, ask, filters, except);
    const matching = list === 1 ? loose : strict;
    if (!matching) return { hits, next: null, isWide };
    const offset = Math.max(0, shown - moved);
    const wanted = limit - hits.length + 1;
    const window = await finder.rank(matching, {
      top: windowTop,
      most: list === 1 ? looseAtOnce : rankedAtOnce,
      limit: shown - offset + moved + wanted,
      offset,
      freshAt,
    });
    const found = last === 0 ? -1 : window.hits.findIndex(({ n }) => n === last);
    // Where it is gone, what came after it has taken its place.
    const from = found >= 0 ? found + 1 : Math.max(0, shown - 1) - offset;
    const fresh = window.hits.slice(from, from + wanted);
    const taken = fresh.slice(0, limit - hits.length);
    hits.push(...taken);
    if (list === 1 && taken.length > 0) isWide = true;
    shown = offset + from + taken.length;
    last = taken.at(-1)?.n ?? last;
    if (fresh.length === wanted) return { hits, next: [at, top, wide, list, windowTop, shown, last], isWide };
    if (window.isFull && window.low > 1) {
      windowTop = window.low - 1;
    } else if (list === 0 && (wide === 1 || (!place && hits.length < limit))) {
      wide = 1;
      list = 1;
      windowTop = top;
    } else {
      return { hits, next: null, isWide };
    }
    shown = 0;
    last = 0;
  }
  const next: RankedPlace | null = hits.length === 0 ? null : [at, top, wide, list, windowTop, shown, last];
  return { hits, next, isWide };
}

/** The newest stories, from a place on: those that have everything asked for or, if too few do, something of it. */
export async function datedPage(
  finder: StoryFinder,
  ask: Ask,
  filters: Filters,
  { place, limit }: { place: DatedPlace | null; limit: number },
): Promise<Page<DatedPlace>> {
  const strict = matchingOf({ ...filters, every: ask.wanted, none: ask.excluded });
  const wide = place?.[0] ?? ((await finder.count(strict, limit)) < limit ? 1 : 0);
  const loose = wide === 1 ? await widen(finder, ask, filters) : null;
  const after = place && { at: place[1], n: place[2] };
  const found = await finder.list(loose ?? strict, after, limit + 1);
  const hits = found.slice(0, limit);
  const last: Dated | undefined = hits.at(-1);
  return {
    hits: hits.map(({ n }) => ({ n, score: 0 })),
    next: found.length > limit && last ? [wide, last.at, last.n] : null,
    isWide: loose !== null,
  };
}

/**
 * What has something of what was asked for; null where that is the same as everything. Phrases alone stay required,
 * unless nothing at all has them. Beside words, their own words will do: quotation marks in a headline that somebody
 * pastes are not meant so strictly (measured: .01 of the mean reciprocal rank). Other forms of a word are asked for only
 * where it stands alone: beside others they bring more that is not meant than what is (measured: .015).
 */
export async function widen(
  finder: Pick<StoryFinder, 'count'>,
  { wanted, excluded }: Ask,
  filters: Filters,
): Promise<Matching | null> {
  const phrases = wanted.filter(({ all }) => all.length === 0);
  const words = wanted.filter(({ all }) => all.length > 0);
  const [first] = wanted;
  const base = matchingOf({ ...filters, none: excluded });
  if (wanted.length === 1 && first && words.length === 1)
    return first.all.length > 1 || first.related.length > 0 ? { ...base, some: [first] } : null;
  const plain = words.map((word) => ({ ...word, related: [] }));
  if (phrases.length === 0) return { ...base, some: plain };
  if (words.length === 0 && (await finder.count({ ...base, every: phrases }, 1)) > 0) return null;
  const dissolved = phrases.map((phrase) => ({ ...phrase, all: wordsOf(phrase) }));
  return { ...base, some: [...plain, ...dissolved] };
}

/**
 * What has something of what was asked for but not everything. A common word alone brings too much to rank: then only
 * the rarest words make a story match, as many as bring no more than is ranked at once, and the others rank.
 */
async function looseMatching(
  finder: Pick<StoryFinder, 'count'>,
  ask: Ask,
  filters: Filters,
  except: readonly Wanted[],
): Promise<Matching | null> {
  const whole = await widen(finder, ask, filters);
  if (!whole) return null;
  const rest = { ...whole, except };
  if ((await finder.count(whole, looseAtOnce + 1)) <= looseAtOnce) return rest;
  const counted: { wanted: Wanted; count: number }[] = [];
  for (const wanted of whole.some)
    counted.push({ wanted, count: await finder.count({ ...whole, some: [wanted] }, looseAtOnce + 1) });
  const rarest = counted.filter(({ count }) => count > 0).sort((a, b) => a.count - b.count);
  let sum = 0;
  const some = rarest.filter(({ count }, index) => {
    sum += count;
    return index === 0 || sum <= looseAtOnce;
  });
  const also = rarest.filter((each) => !some.includes(each));
  return { ...rest, some: some.map(({ wanted }) => wanted), also: also.map(({ wanted }) => wanted) };
}
