import { unitsOf } from '../code-units.ts';
import { classOfUnit, continues, glue, starts } from './word-class.ts';

/** Longer runs of letters are not words. What follows this many characters of one is not indexed. */
export const maxWordLength = 255;
/** A book, in UTF-16 units: what stands further down in a text is no word, and so neither indexed nor marked. */
const longestText = 200_000;

/** So many words of a text are worked on at once: what has to wait for memory waits for several of them together. */
export const wordsAtOnce = 256;

/** Words of a text that follow one another, by their number from 0 to `count`. */
export type Words = {
  /** The text. */
  units: Uint16Array;
  count: number;
  starts: Uint32Array;
  ends: Uint32Array;
  /** Hashes of the words' UTF-16 units: FNV-1a. */
  hashes: Int32Array;
};

const words: Words = {
  units: new Uint16Array(0),
  count: 0,
  starts: new Uint32Array(wordsAtOnce),
  ends: new Uint32Array(wordsAtOnce),
  hashes: new Int32Array(wordsAtOnce),
};

/**
 * Calls back with the words of a text, some at a time, in memory that is written over with the next ones. A word is a
 * letter or digit and what follows it of letters, digits, marks, tatweel and invisible characters, so that a vowel mark
 * or a joiner never cuts a word in two.
 */
export function eachWords(text: string, take: (words: Words) => void): void {
  words.units = unitsOf(text);
  const length = Math.min(text.length, longestText);
  for (let at = 0; at < length; ) {
    at = cutWords(at, length, text.length);
    if (words.count > 0) take(words);
  }
}

/** Cuts the next words out of a text from `at` on, and answers where it stopped. */
function cutWords(from: number, to: number, length: number): number {
  const { units } = words;
  let count = 0;
  let at = from;
  while (at < to && count < wordsAtOnce) {
    if (classOfUnit(units, at, length) !== starts) {
      at++;
      continue;
    }
    const start = at;
    let end = at;
    let hash = noCharacters;
    let read = noCharacters;
    for (; at < to; at++) {
      const kind = classOfUnit(units, at, length);
      read = Math.imul(read ^ (units[at] as number), 0x0100_0193);
      if (kind === starts || kind === continues) {
        end = at + 1;
        hash = read;
      } else if (kind !== glue) break;
    }
    words.starts[count] = start;
    words.ends[count] = Math.min(end, start + maxWordLength);
    words.hashes[count] = hash;
    count++;
  }
  words.count = count;
  return at;
}

const noCharacters = 0x811c_9dc5 | 0;
