import { toLatinDigits } from './digits.ts';
import { fold, ignorable } from './fold.ts';

/** With spaces and what most words are written with first: whether a character is any letter at all takes longer. */
const separators = /(?:[ -]|(?![0-9a-z\u0621-\u063a\u0641-\u0652])[^\p{L}\p{N}\p{M}])+/gu;

/** Nothing but what stays as it is, and what parts it. */
const plain = /^[0-9a-z\u0621-\u063a\u0641-\u064a -]*$/;

/**
 * An address part from a text: Arabic letters stay Arabic, vowel marks and tatweel go first (else they would cut
 * words), digits become 0–9, everything else becomes hyphens. At most `maxLetters` letters, cut between words where
 * that leaves more than half. Empty when nothing remains.
 */
export function slugify(text: string, maxLetters = 80): string {
  const bounded = text.length > 2000 ? text.slice(0, 2000).toWellFormed() : text;
  const slug = plain.test(bounded) ? bounded.replace(/[ -]+/g, '-').replace(/^-|-$/g, '') : slugOfAny(bounded);
  if (slug.length <= maxLetters) return slug;
  const letters = [...slug];
  if (letters.length <= maxLetters) return slug;
  const cut = letters.slice(0, maxLetters).join('');
  if (letters[maxLetters] === '-') return cut.replace(/-+$/, '');
  const lastWord = cut.lastIndexOf('-');
  return lastWord > cut.length / 2 ? cut.slice(0, lastWord) : cut;
}

function slugOfAny(text: string): string {
  return toLatinDigits(text.normalize('NFKC').replace(ignorable, ''))
    .toLowerCase()
    .normalize('NFKC')
    .replace(separators, '-')
    .replace(/^[-\p{M}]+|-+$/gu, '');
}

/** What slugs are unique by: «القمّة» and «القمه» are one address. Any path segment may be given. */
export function slugKey(slug: string): string {
  return fold(slugify(slug, 200));
}
