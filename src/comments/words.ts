import { commentWords } from '../arabic/likeness.ts';
import { contentHash } from '../http/content-hash.ts';
import { countLinks } from './links.ts';

const dayMs = 24 * 3600 * 1000;
const commonLength = 40;
const hashLength = 9;

/**
 * What a comment is known by under its article for a day: what it says, whatever its vowel marks and spelling. «الله يرحمه»
 * is said by many, so a short text without links is the same comment only under the same name.
 */
export function wordsOf(articleId: string, body: string, nameKey: string) {
  const links = countLinks(body);
  const isCommon = body.length < commonLength && links === 0;
  const name = isCommon ? commentWords(nameKey) : '';
  return { links, words: contentHash(`${articleId}\n${name}\n${commentWords(body)}`).slice(0, hashLength) };
}

/**
 * The fingerprint of words posted at `at`, and all that the same words of the last 24 hours may have. The day is in it,
 * so that the unique index decides between two at once, and the same words are welcome again another time. It comes
 * first, so that the index keeps to what one day wrote; and 54 bits of the hash are enough for the comments of a day,
 * where each bit more makes that index larger: of a million, two that differ meet once in a hundred years.
 */
export function fingerprintsAt(words: string, at: Date) {
  const day = Math.floor(at.getTime() / dayMs);
  const own = fingerprint(day, words);
  const recent: [string, string] = [own, fingerprint(day - 1, words)];
  return { own, recent, since: new Date(at.getTime() - dayMs) };
}

function fingerprint(day: number, words: string): string {
  return day.toString(36) + words;
}
