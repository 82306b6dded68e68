import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { AppError } from '../errors.ts';

/**
 * Reads bodies as JSON in UTF-8 (RFC 8259), and takes no other. Fastify's own parser would replace bytes that are not
 * UTF-8 with U+FFFD, and a text in windows-1256 would be stored as a row of question marks. A body of no bytes is none:
 * clients often name the content type of a POST without a body, and browsers name text where a beacon has nothing to say.
 */
export function acceptJsonOnly(app: FastifyInstance): void {
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, ({ headers }, bytes, done) => {
    if (bytes.length === 0) return done(null, undefined);
    if (isEncoded(headers))
      return done(new AppError('unsupported-media-type', { headers: { 'accept-encoding': 'identity' } }));
    try {
      done(null, JSON.parse(decode(bytes)));
    } catch (error) {
      done(error instanceof AppError ? error : new AppError('malformed-json', { cause: error }));
    }
  });
  app.addContentTypeParser('*', ({ headers }, _payload, done) =>
    headers['content-length'] === '0' ? done(null, undefined) : done(new AppError('unsupported-media-type')),
  );
}

/** The longest comment has no more than half of it, with every letter escaped. */
const mostOfAnyone = 65_536;

/**
 * Takes no more than `most` bytes of those who work here, and far less of anyone else: a body is kept until it has all come,
 * and whatever is in it is looked through.
 */
export function boundBodies(app: FastifyInstance, most: number): void {
  app.addHook('onRoute', (route) => {
    const isForAnyone = route.config?.permission === undefined;
    if (isForAnyone) route.bodyLimit = Math.min(most, mostOfAnyone);
  });
}

/** Compressed, by what it says of itself (RFC 9110, 8.4): its bytes would be taken for text that is not UTF-8. */
function isEncoded({ 'content-encoding': encoding = '' }: IncomingHttpHeaders): boolean {
  return !['', 'identity'].includes(encoding.trim().toLowerCase());
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new AppError('malformed-encoding', { cause });
  }
}
