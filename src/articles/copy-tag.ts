import type { FastifyReply } from 'fastify';
import { AppError } from '../errors.ts';
import { contentHash } from '../http/content-hash.ts';

/** What a working copy is told by: the article's version, and the versions of its sections in their order. */
type Versions = { version: number; sections: readonly { id: string; version: number }[] };

const letters = 10;

/**
 * The strong entity tag of a working copy with its sections. A change of the article itself compares only the version in
 * front, so that colleagues may work on sections meanwhile; publishing compares all of it.
 */
export function copyTag({ version, sections }: Versions): string {
  const parts = sections.map((section) => `${section.id} ${section.version}`);
  return `"v${version}-${contentHash(parts.join('\n')).slice(0, letters)}"`;
}

/** Sets the answer's ETag to the tag of the working copy that it shows, and hands it on. */
export function withCopyTag<T extends Versions>(reply: FastifyReply, copy: T): T {
  reply.header('etag', copyTag(copy));
  return copy;
}

/** Throws AppError `precondition-failed` (412) where If-Match names tags, and none is that of the working copy. */
export function demandCopy(copy: Versions, expected: ExpectedCopies): void {
  // Answers without sections have a tag that is only the version.
  const tags = [copyTag(copy), `"v${copy.version}"`];
  if (expected !== 'any' && !expected.some((tag) => tags.includes(tag))) throw new AppError('precondition-failed');
}

/** The tags of working copies that may be published. */
export type ExpectedCopies = readonly string[] | 'any';
