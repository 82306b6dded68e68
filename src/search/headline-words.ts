import { fold, ignorable } from '../arabic/fold.ts';

/** Marks alone are none: the one of a keycap (#️⃣) stands around no letter. */
const word = /\p{M}*[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu;
/** The article, with what may be joined to it. */
const joined = /^[وف]?(?:[بك]?ال|لل)(?=.{2})/;
const maxWords = 60;
const maxLetters = 40;

/** The words of a text as people type them, folded. */
export function foldedWords(text: string): string[] {
  const words = fold(text.slice(0, 1000)).match(word) ?? [];
  return words.slice(0, maxWords).map((each) => each.slice(0, maxLetters));
}

/** The same words beside how they are written, without vowel marks, which hardly anybody types. */
export function writtenWords(text: string): { word: string; written: string }[] {
  const plain = text.slice(0, 1000).normalize('NFKC').replace(ignorable, '').match(word) ?? [];
  return plain.slice(0, maxWords).map((written) => ({ word: fold(written).slice(0, maxLetters), written }));
}

/** How a headline writes a folded word of it: «مباراة», and not «مباراه». */
export function spelling(headline: string, wanted: string): string {
  for (const { word, written } of writtenWords(headline)) {
    if (word === wanted) return written;
    if (withoutArticle(word) === wanted && written.length === word.length) return written.slice(-wanted.length);
  }
  return wanted;
}

/** What a headline is completed by: its words, and those with the article also without it. */
export function headlineWords(headline: string): string[] {
  return [...new Set(foldedWords(headline).flatMap((each) => [each, withoutArticle(each)]))];
}

/** A folded word without the article; the word itself where too little would be left. */
export function withoutArticle(each: string): string {
  return each.replace(joined, '');
}
