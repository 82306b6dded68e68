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
 * The versions that a change may be made to, from If-Match (RFC 9110, 13.1.1); 'any' for `*`. Throws AppError
 * `precondition-required` (428) without the header, and `precondition-failed` (412) where none of its tags is ours.
 */
export function requireIfMatch(request: FastifyRequest): ExpectedVersions {
  const header = request.headers['if-match'];
  if (header === undefined) throw new AppError('precondition-required');
  return parseIfMatch(header);
}

/** Like requireIfMatch, where the precondition may be left out. */
export function optionalIfMatch(request: FastifyRequest): ExpectedVersions {
  const header = request.headers['if-match'];
  return header === undefined ? 'any' : parseIfMatch(header);
}

export type ExpectedVersions = readonly number[] | 'any';

function parseIfMatch(header: string): ExpectedVersions {
  if (header.trim() === '*') return 'any';
  const versions = header.split(',').flatMap((tag) => {
    const version = /^"v(\d{1,9})(?:-[\w-]+)?"$/.exec(tag.trim())?.[1];
    return version === undefined ? [] : [Number(version)];
  });
  if (versions.length === 0) throw new AppError('precondition-failed');
  return versions;
}
