import { unitsOf } from '../code-units.ts';
import { classOfUnit, continues, glue, starts } from './word-class.ts';

const tatweel = 0x640;

/** What a unit is for counting: a letter is within a word, and what only stays is where something before it was. */
const isLetter = 1;
const stays = 2;
const isKnown = 4;

/** By unit, 0 where nobody has asked yet. */
const parts = new Uint8Array(0x1_0000);

/**
 * How many words a text has: runs that begin with a letter or digit, and go on with marks, joiners, apostrophes, stops
 * and hyphens.
 */
export function countWords(text: string): number {
  const units = unitsOf(text);
  let count = 0;
  let isInside = 0;
  // In numbers: where words end cannot be foreseen, and a processor that guesses wrong waits for longer than this takes.
  for (let at = 0; at < text.length; at++) {
    const part = (parts[units[at] as number] as number) || partAt(units, at, text.length);
    const letter = part & isLetter;
    count += letter & (isInside ^ 1);
    isInside = letter | (isInside & (part >> 1));
  }
  return count;
}

function partAt(units: Uint16Array, at: number, length: number): number {
  const unit = units[at] as number;
  const kind = classOfUnit(units, at, length);
  const letter = kind === starts || unit === tatweel ? isLetter : 0;
  const part = isKnown | letter | (kind === continues || joins(unit, kind) ? stays : 0);
  // What half a character is, the other half decides.
  if (unit < 0xd800 || unit > 0xdfff) parts[unit] = part;
  return part;
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
