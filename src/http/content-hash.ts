import { hash } from 'node:crypto';
import { toUtf8 } from '../code-units.ts';

/** A short name for bytes, for strong ETags: 96 bits of SHA-256, which no accident makes equal for two contents. */
export function contentHash(bytes: Buffer | string): string {
  return hash('sha256', typeof bytes === 'string' ? toUtf8(bytes) : bytes, 'base64url').slice(0, 16);
}
