const word = /[\p{L}\p{N}][\p{L}\p{N}\p{M}\u0640\u200c\u200d'’.-]*/gu;

/** How many words a text has: runs that begin with a letter or digit. */
export function countWords(text: string): number {
  let count = 0;
  for (const _ of text.matchAll(word)) count++;
  return count;
}

/**
 * Minutes a reader needs, at least 1. 180 words a minute is a cautious figure for silent reading of Arabic: below
 * Brysbaert's 238 for English (2019), above the 138 ± 20 of reading Arabic aloud (IReST).
 */
export function readingMinutes(words: number, wordsPerMinute = 180): number {
  return Math.max(1, Math.round(words / wordsPerMinute));
}
