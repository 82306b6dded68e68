import type { Mark } from '../arabic/highlight.ts';
import type { Publication } from '../delivery/publications.ts';
import type { SearchSettings } from '../settings/schemas.ts';
import { type Ask, wordsOf } from './ask.ts';
import type { Excerpt } from './excerpts.ts';
import type { Ranked, StoryFinder } from './finder.ts';
import { datedPage, type Filters, rankedPage } from './pages.ts';
import type { DatedPlace, RankedPlace } from './places.ts';

/** What a page of stories is found by. It can be copied to a thread. */
export type StoriesTask = {
  ask: Ask;
  filters: Filters;
  limit: number;
  order: { by: 'relevance'; place: RankedPlace | null; isFresh: boolean } | { by: 'date'; place: DatedPlace | null };
  /** The moment of the question. */
  at: number;
  settings: SearchSettings;
};

export type StoriesPage = { hits: Ranked[]; next: RankedPlace | DatedPlace | null; isWide: boolean };

/** A found story as lists show it, how it answers, and how well. */
export type FoundStory = { publication: Publication; highlight: Excerpt; score: number };
/** A page of stories; one that was taken back while it was found is left out. */
export type FoundStories = Omit<StoriesPage, 'hits'> & { hits: FoundStory[] };

export async function findStories(finder: StoryFinder, task: StoriesTask): Promise<StoriesPage> {
  const { ask, filters, limit, order, at } = task;
  if (order.by === 'date') return datedPage(finder, ask, filters, { place: order.place, limit });
  const { place, isFresh } = order;
  const start = { at, newest: place ? 0 : await finder.newest() };
  return rankedPage(finder, ask, filters, { place, limit, start, isFresh });
}

/** What excerpts are made by. Stories that only have words of a phrase are shown with those. */
export function excerptTaskOf(
  { ask, settings }: StoriesTask,
  { isWide }: Pick<StoriesPage, 'isWide'>,
): {
  marks: Mark[];
  enough: number;
  settings: SearchSettings;
} {
  const loose = isWide ? ask.wanted.filter(({ all }) => all.length === 0).flatMap(wordsOf) : [];
  return { marks: [...ask.marks, ...loose], enough: ask.wanted.length, settings };
}
