import { fold, ignorable } from './fold.ts';

/** The Arabic alphabet in order; hamza stands with alef. */
const alphabet = 'ءابتثجحخدذرزسشصضطظعغفقكلمنهوي';
const ranks = new Map([...alphabet].map((letter, index) => [letter, String.fromCharCode(0x21 + Math.max(1, index))]));

/** The article at the start of a word of four letters or more. */
const leadingArticle = /(?<![\p{L}\p{M}])[اٱ]ل(?!له(?!\p{L}))(?=\p{Script=Arabic}{2})/gu;

/**
 * A key whose byte order is the alphabetical order people expect: the article ال ignored at the start of words, hamza
 * seats and vowel marks folded, Arabic first, then Latin without accents, then numbers by value. It is compared as
 * bytes (SQLite BINARY, PostgreSQL COLLATE "C"), so both engines agree.
 */
export function collationKey(text: string): string {
  // Before folding, because the first letters of ألمانيا are not the article.
  const named = text.slice(0, 400).normalize('NFKC').replace(ignorable, '').replace(leadingArticle, '');
  const folded = fold(named)
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .normalize('NFC');
  const words = folded.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  return words.map(wordKey).join(' ').slice(0, 200).toWellFormed();
}

/**
 * Arabic letters become the 28 ASCII characters before `>`, so they sort first; numbers carry their length in front, so
 * that 9 comes before 10, and sort after letters.
 */
function wordKey(word: string): string {
  return word
    .replace(/\d+/g, (digits) => {
      const value = digits.replace(/^0+(?=.)/, '');
      return `~${String(value.length).padStart(3, '0')}${value}`;
    })
    .replace(/[\u0621-\u064a]/g, (letter) => ranks.get(letter) ?? letter);
}
