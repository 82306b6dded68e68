import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';

/** The strong entity tag of a version of an editorial resource. */
export function versionTag(version: number): string {
  return `"v${version}"`;
}

/** Sets the answer's ETag to the version of what it shows, and hands it on. */
export function withVersionTag<T extends { version: number }>(reply: FastifyReply, resource: T): T {
  reply.header('etag', versionTag(resource.version));
  return resource;
}

/**
 * The version that a change was made against, from If-Match (RFC 9110, 13.1.1); 'any' for `*`. Throws AppError
 * `precondition-required` (428) without the header; a tag that is not ours can match nothing and is a 412.
 */
export function requireIfMatch(request: FastifyRequest): ExpectedVersion {
  const header = request.headers['if-match'];
  if (header === undefined) throw new AppError('precondition-required');
  return parseIfMatch(header);
}

/** Like requireIfMatch, where the precondition may be left out. */
export function optionalIfMatch(request: FastifyRequest): ExpectedVersion {
  const header = request.headers['if-match'];
  return header === undefined ? 'any' : parseIfMatch(header);
}

export type ExpectedVersion = number | 'any';

function parseIfMatch(header: string): ExpectedVersion {
  if (header.trim() === '*') return 'any';
  const tags = header.split(',').map((tag) => /^"v(\d{1,9})"$/.exec(tag.trim())?.[1]);
  const [first] = tags;
  if (tags.length !== 1 || first === undefined) throw new AppError('precondition-failed');
  return Number(first);
}
