import type { SQL } from 'drizzle-orm';
import type { Wanted } from './ask.ts';

/** What stories to find: those that have all of `every` and, where there are any, one of `some`. */
export type Matching = {
  every: readonly Wanted[];
  some: readonly Wanted[];
  /** Makes a story rank higher, and is not enough to be found. */
  also: readonly Wanted[];
  none: readonly Wanted[];
  /** Leaves out what has all of these. */
  except: readonly Wanted[];
  /** Numbers of facets: one of each group. */
  facets: readonly (readonly number[])[];
  from: Date | null;
  to: Date | null;
};

export type Ranked = { n: number; score: number };
export type Dated = { n: number; at: number };

/** A stretch of the matching stories, ranked: `most` of the newest up to `top`. */
export type Window = { top: number; most: number; limit: number; offset: number; freshAt: Date | null };

export type FacetKind = 'category' | 'tag' | 'author' | 'year';
export type FacetCount = { kind: FacetKind; value: string; count: number };

/** How one engine finds stories, which are named by the number of their publication. */
export type StoryFinder = {
  /** The number of the newest publication. */
  newest(): Promise<number>;
  /** How many stories match; never more than `most`. */
  count(matching: Matching, most: number): Promise<number>;
  /**
   * The best of a window from `offset` on. `low` is the number of the oldest story in the window, and `isFull` says
   * that there may be others before it.
   */
  rank(matching: Matching, window: Window): Promise<{ hits: Ranked[]; low: number; isFull: boolean }>;
  /** The matching stories after a place in time, newest first. */
  list(matching: Matching, after: Dated | null, limit: number): Promise<Dated[]>;
};

/** What else one engine answers. */
export type Finder = Pick<StoryFinder, 'count'> & {
  /** Counts by facet over the newest `facetsCountedOver` matching stories; years as clocks in a zone have them. */
  facets(matching: Matching, kinds: readonly FacetKind[], timeZone: string): Promise<FacetCount[]>;
  /** The newest stories whose headline has all of `words` and a word that begins with `prefix`. */
  complete(words: readonly string[], prefix: string, limit: number): Promise<number[]>;
  /** Words of headlines that begin with one of these letters and have so many letters. */
  vocabulary(letters: readonly string[], length: { min: number; max: number }): Promise<string[]>;
  /** A condition on the number of an article: its working copy matches. */
  articles(matching: Matching, n: SQL): Promise<SQL>;
  /** A condition on the number of a comment. */
  comments(matching: Matching, n: SQL): Promise<SQL>;
};

/** How many of the newest stories that have everything asked for are ranked at once, at most. */
export const rankedAtOnce = 2500;
/** The same of stories that only have something of it: there the older ones may well be better. */
export const looseAtOnce = 5000;
export const facetsCountedOver = 5000;
export const valuesOfFacet = 20;

/** How many values of a facet are counted: of categories all, since each counts for those that it stands below, too. */
export function mostOf(kind: FacetKind): number {
  return kind === 'category' ? Number.MAX_SAFE_INTEGER : valuesOfFacet;
}

/** How much more a story of this moment is worth than a very old one, and when half of that is gone. */
export const freshness = { most: 0.5, halfMs: 30 * 24 * 3600 * 1000 };

export function matchingOf(parts: Partial<Matching>): Matching {
  return { every: [], some: [], also: [], none: [], except: [], facets: [], from: null, to: null, ...parts };
}
