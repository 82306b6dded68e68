import { continues, glue, starts, wordClass } from './word-class.ts';

const tatweel = 0x640;

/**
 * How many words a text has: runs that begin with a letter or digit, and go on with marks, joiners, apostrophes, stops
 * and hyphens.
 */
export function countWords(text: string): number {
  let count = 0;
  let isInside = false;
  for (let at = 0; at < text.length; at++) {
    const kind = wordClass(text, at);
    const isLetter = kind === starts || text.charCodeAt(at) === tatweel;
    if (isLetter && !isInside) count++;
    isInside = isLetter || (isInside && (kind === continues || joins(text.charCodeAt(at), kind)));
  }
  return count;
}

/** Of invisible characters those that are marks, and the two joiners; and ' ’ . - */
function joins(unit: number, kind: number): boolean {
  if (kind === glue) return unit === 0x200c || unit === 0x200d || unit === 0x34f || (unit >= 0xfe00 && unit <= 0xfe0f);
  return unit === 0x2e || unit === 0x2d || unit === 0x27 || unit === 0x2019;
}

/**
 * Minutes a reader needs, at least 1. 180 words a minute is a cautious figure for silent reading of Arabic: below
 * Brysbaert's 238 for English (2019), above the 138 ± 20 of reading Arabic aloud (IReST).
 */
export function readingMinutes(words: number, wordsPerMinute = 180): number {
  return Math.max(1, Math.round(words / wordsPerMinute));
}
