import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Encoding, Entry, ResponseCache } from './cache.ts';

const smallestCompressed = 1024;

/** Sends a finished answer: 304 when the client has it already, compressed when the client can read that. */
export async function sendEntry(
  cache: ResponseCache,
  entry: Entry,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  reply.headers(entry.headers);
  if (entry.status !== 200) return reply.code(entry.status).send(entry.body);
  const encoding = entry.body.length < smallestCompressed ? null : acceptedEncoding(request.headers['accept-encoding']);
  // A strong ETag names the very bytes, so each encoding has its own (RFC 9110, 8.8.3.3).
  const etag = encoding === null ? entry.etag : `${entry.etag.slice(0, -1)}-${encoding}"`;
  reply.header('etag', etag).header('vary', 'accept-encoding');
  if (hasIt(request.headers['if-none-match'], etag)) return reply.code(304).send();
  if (encoding === null) return reply.send(entry.body);
  reply.header('content-encoding', encoding);
  return reply.send(await cache.encode(entry, encoding));
}

/** Whether If-None-Match names the entity tag (weak comparison, RFC 9110, 13.1.2). */
function hasIt(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  if (header === etag || header.trim() === '*') return true;
  return header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}

/** The best of brotli and gzip that Accept-Encoding allows, or null. */
export function acceptedEncoding(header: string | string[] | undefined): Encoding | null {
  if (typeof header !== 'string') return null;
  const allowed = (name: string) =>
    new RegExp(`(?:^|,)\\s*${name}\\s*(?:;\\s*q=(?!0(?:\\.0*)?\\s*(?:,|$))[\\d.]+\\s*)?(?:,|$)`).test(header);
  if (allowed('br')) return 'br';
  return allowed('gzip') ? 'gzip' : null;
}
