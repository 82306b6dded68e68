import { hash } from 'node:crypto';
import { fold } from './fold.ts';

/**
 * A name for what a comment says, whatever its vowel marks, tatweel, spelling of hamza, spacing, punctuation and
 * repeated letters: two comments with one fingerprint are the same comment.
 */
export function commentFingerprint(text: string): string {
  const squeezed = fold(text)
    .replace(/[^\p{L}\p{N}]+/gu, '')
    .replace(/(\p{L})\1{2,}/gu, '$1');
  return hash('sha256', squeezed === '' ? text.trim() : squeezed, 'base64url').slice(0, 22);
}
