import type { FastifyRequest } from 'fastify';
import { dateLagMs, type Encoding, type Entry } from './cache.ts';
import { acceptedEncoding } from './negotiate.ts';

const smallestCompressed = 1024;

/** The encoding that a finished answer is sent in to who asks; null for its bytes as they are. */
export function encodingOf({ body }: Entry, { headers }: Pick<FastifyRequest, 'headers'>): Encoding | null {
  return body.length < smallestCompressed ? null : acceptedEncoding(headers['accept-encoding']);
}

/**
 * The headers of a finished answer in an encoding, but for the length. `varyBefore` is what hooks have put into Vary:
 * CORS puts Origin there where its answers differ, and it stays.
 */
export function headersOf(entry: Entry, encoding: Encoding | null, varyBefore: unknown) {
  return {
    ...entry.headers,
    // A strong ETag names the very bytes, so each encoding has its own (RFC 9110, 8.8.3.3).
    etag: encoding === null ? entry.etag : `${entry.etag.slice(0, -1)}-${encoding}"`,
    vary: varyBefore === undefined ? entry.vary : `${varyBefore}, ${entry.vary}`,
    ...(encoding === null ? {} : { 'content-encoding': encoding }),
    ...(isSettled(entry) ? { 'last-modified': entry.settledDate } : {}),
  };
}

/** Whether its headers change no more. */
export function isSettled({ settledAt }: Entry): boolean {
  return Date.now() >= settledAt + dateLagMs;
}

/** Whether a 304 has a header: its client has all others already (RFC 9110, 15.4.5). */
export function isNewsOf304(name: string): boolean {
  return newsOf304.test(name);
}

const newsOf304 = /^(?:cache-control|etag|vary|access-control-.*)$/;
