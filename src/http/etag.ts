import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';

declare module 'fastify' {
  interface FastifySchema {
    /** For the API's description: that a request says in If-Match which version it was made against, or may. */
    ifMatch?: 'required' | 'optional';
  }
}

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
  if (request.headers['if-match'] === undefined) throw new AppError('precondition-required');
  return optionalIfMatch(request);
}

/** Like requireIfMatch, where the precondition may be left out. */
export function optionalIfMatch(request: FastifyRequest): ExpectedVersions {
  const tags = tagsOfIfMatch(request);
  if (tags === 'any') return tags;
  const versions = tags.flatMap((tag) => {
    const version = /^"v(\d{1,9})(?:-[\w-]+)?"$/.exec(tag)?.[1];
    return version === undefined ? [] : [Number(version)];
  });
  if (versions.length === 0) throw new AppError('precondition-failed');
  return versions;
}

export type ExpectedVersions = readonly number[] | 'any';

/** The tags that If-Match names; 'any' for `*`, and where there is none. */
export function tagsOfIfMatch({ headers }: FastifyRequest): readonly string[] | 'any' {
  const header = headers['if-match']?.trim() ?? '*';
  return header === '*' ? 'any' : header.split(',').map((tag) => tag.trim());
}
