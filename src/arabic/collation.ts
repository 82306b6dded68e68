import { fold } from './fold.ts';

/** The Arabic alphabet in order; hamza stands with alef. */
const alphabet = 'ءابتثجحخدذرزسشصضطظعغفقكلمنهوي';
const ranks = new Map([...alphabet].map((letter, index) => [letter, String.fromCharCode(0x21 + Math.max(1, index))]));

/**
 * A key whose byte order is the alphabetical order people expect: the article ال ignored at the start of words, hamza
 * seats and vowel marks folded, Arabic first, then Latin without accents, then numbers by value. It is compared as
 * bytes (SQLite BINARY, PostgreSQL COLLATE "C"), so both engines agree.
 */
export function collationKey(text: string): string {
  const folded = fold(text.slice(0, 400))
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .normalize('NFC');
  const words = folded
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .map((word) => (/^ال\p{Script=Arabic}{2}/u.test(word) ? word.slice(2) : word));
  return words.map(wordKey).join(' ').slice(0, 200).toWellFormed();
}

/**
 * Arabic letters become the 28 ASCII characters before `>`, so they sort first; numbers carry their length in front, so
 * that 9 comes before 10, and sort after letters.
 */
function wordKey(word: string): string {
  return word
    .replace(/\d+/g, (digits) => `~${String(digits.length).padStart(3, '0')}${digits}`)
    .replace(/[\u0621-\u064a]/g, (letter) => ranks.get(letter) ?? letter);
}
