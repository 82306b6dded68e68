import { createHash, randomBytes } from 'node:crypto';

/** Makes a bearer token: 256 random bits behind a prefix that tells people and secret scanners what it is. */
export function newToken(kind: 'session' | 'key'): { secret: string; hash: string } {
  const secret = `${kind === 'session' ? 'kbs' : 'kbk'}_${randomBytes(32).toString('base64url')}`;
  return { secret, hash: hashToken(secret) };
}

/** SHA-256 is enough for a random token (unlike a password), and it is all that is stored. */
export function hashToken(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
