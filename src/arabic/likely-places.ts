import { lookAlikes } from './fold.ts';

/** With more terms than these, reading the text is as fast. */
const mostTerms = 40;
/** What may stand between two letters of a term: vowel marks, and the long vowels that other forms of a verb have. */
const between = '[\\u0640\\u064b-\\u0652اوي]{0,3}';

/**
 * Finds places of a text where one of some terms is likely to stand: what is left of a word when prefixes and endings are
 * taken off nearly always stands in it letter by letter. What is found must still be analysed, and words that their
 * stem has changed more are not found; but looking for letters is many times faster than analysing a whole text. Null
 * where it is not worth it.
 */
export function likelyPlaces(terms: readonly string[]): RegExp | null {
  const whole = [...new Set(terms)].filter((term) => /^[\p{L}\p{N}]+$/u.test(term));
  if (whole.length === 0 || whole.length > mostTerms) return null;
  return new RegExp(whole.map(likeTerm).join('|'), 'gi');
}

/** The first ا of a verb is another letter in its imperfect. */
function likeTerm(term: string): string {
  return [...term.replace(/^ا(?=.{3})/, '')].map(likeLetter).join(between);
}

function likeLetter(letter: string): string {
  const others = lookAlikes(letter);
  return others.length === 0 ? letter : `[${letter}${others.join('')}]`;
}
