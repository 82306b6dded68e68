import { commentWords } from '../arabic/likeness.ts';
import { contentHash } from '../http/content-hash.ts';
import { countLinks } from './links.ts';

const dayMs = 24 * 3600 * 1000;
const periodsOfDay = 4;
const commonLength = 40;
/** Of 6 bits each: of 20,000 comments on one article in a period two that differ are taken for one in 1 of a million. */
const hashLength = 8;

/**
 * What a comment is known by under its article for a day: what it says, whatever its vowel marks and spelling. «الله يرحمه»
 * is said by many, so a short text without links is the same comment only under the same name.
 */
export function wordsOf(body: string, nameKey: string) {
  const links = countLinks(body);
  const isCommon = body.length < commonLength && links === 0;
  const name = isCommon ? commentWords(nameKey) : '';
  return { links, fingerprint: contentHash(`${name}\n${commentWords(body)}`).slice(0, hashLength) };
}

/**
 * The quarter of a day that a moment is in, counted from 1970. The unique index of an article's comments has it before
 * their words: it decides between two at once, the same words are welcome again another day, and the index is in the
 * order of time but for the comments of one period, which are sorted when they are read.
 */
export function periodOf(at: Date): number {
  return Math.floor((at.getTime() / dayMs) * periodsOfDay);
}

/** How many periods the 24 hours before a moment lie in. */
export const periodsRemembered = periodsOfDay + 1;

/** Whether what was said at `saidAt` may not be said again at `at`. */
export function isRecent(saidAt: Date, at: Date): boolean {
  return at.getTime() - saidAt.getTime() < dayMs;
}
