import { commentFingerprint } from '../arabic/likeness.ts';
import { countLinks } from './links.ts';

const dayMs = 24 * 3600 * 1000;
const commonLength = 40;

/**
 * What a comment is known by for a day: what it says, whatever its vowel marks and spelling. «الله يرحمه» is said by
 * many, so a short text without links is the same comment only under the same name.
 */
export function wordsOf(body: string, nameKey: string) {
  const links = countLinks(body);
  const isCommon = body.length < commonLength && links === 0;
  return { links, words: commentFingerprint(body) + (isCommon ? `.${commentFingerprint(nameKey)}` : '') };
}

/**
 * The fingerprint of words posted at `at`, and all that the same words of the last 24 hours may have. The day is in it,
 * so that the unique index decides between two at once, and the same words are welcome again another time.
 */
export function fingerprintsAt(words: string, at: Date) {
  const day = Math.floor(at.getTime() / dayMs);
  const own = `${words}.${day}`;
  const recent: [string, string] = [own, `${words}.${day - 1}`];
  return { own, recent, since: new Date(at.getTime() - dayMs) };
}
