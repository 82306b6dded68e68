import { z } from 'zod';
import { countKey, instantKey } from '../http/cursor.ts';
import { looseAtOnce } from './finder.ts';

/**
 * A place in the ranked list. First come the stories that have everything asked for; where those are fewer than a page,
 * the stories follow that have something of it (`isWide`, decided by the first page). Each of the two lists is walked in
 * windows: as many of the newest stories as are ranked at once, then as many before them. A window is ranked anew for
 * every page, as of the moment of the first page and over what was published until then, and goes on after the last
 * story shown; where that is gone, from the place it had.
 */
export const rankedPlace = z.tuple([
  instantKey, // the moment of the first page, in milliseconds
  countKey, // the newest story then
  z.union([z.literal(0), z.literal(1)]), // whether it is wide
  z.union([z.literal(0), z.literal(1)]), // in which list: everything, or something
  countKey, // the newest story of the window
  z.number().int().min(0).max(looseAtOnce), // how many of the window were shown
  countKey, // the last one shown
]);
export type RankedPlace = z.infer<typeof rankedPlace>;

/** A place in the list by date: whether the list is wide, then the time and number of the last story shown. */
export const datedPlace = z.tuple([z.union([z.literal(0), z.literal(1)]), instantKey, countKey]);
export type DatedPlace = z.infer<typeof datedPlace>;
