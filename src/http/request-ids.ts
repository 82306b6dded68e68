import { randomBytes } from 'node:crypto';

const ofProcess = randomBytes(9).toString('base64url');
let count = 0;

/** Ids of requests: random for each process, then counted, because random bytes for each request cost more. */
export function nextRequestId(): string {
  return `${ofProcess}-${++count}`;
}
