import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import type { Entry, Rendered, ResponseCache } from './cache.ts';
import { encodingOf, headersOf, isNewsOf304 } from './headers.ts';
import { cacheKey, hasIt, isForOthers } from './negotiate.ts';

export type Answers = ReturnType<typeof createAnswers>;

/**
 * How public routes answer: with a finished answer that is kept, or one that is made now and kept. It is in the language of
 * the site, by `siteLocale`, unless it says another one.
 */
export function createAnswers(cache: ResponseCache, siteLocale: () => string) {
  return {
    /**
     * For the `onRequest` of a route: answers what is kept before the request is looked at any further. Only what was
     * valid once is kept under its address, so it need not be validated again.
     */
    fromCache(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
      const entry = cache.find(cacheKey(request));
      if (entry) void send(entry, request, reply);
      else done();
    },

    /** Answers what is kept under `key`, or what `render` makes; many who ask at once are answered by one. */
    async through(
      request: FastifyRequest,
      reply: FastifyReply,
      render: () => Promise<Rendered>,
      key = cacheKey(request),
    ): Promise<FastifyReply> {
      await send(await cache.through(key, async () => inLanguage(await render(), siteLocale())), request, reply);
      return reply;
    },
  };

  /** Sends a finished answer: 304 when the client has it already, compressed when the client can read that. */
  function send(entry: Entry, request: FastifyRequest, reply: FastifyReply): FastifyReply | Promise<unknown> {
    if (entry.status !== 200) return reply.code(entry.status).headers(entry.headers).send(entry.body);
    const encoding = encodingOf(entry, request);
    const headers = headersOf(entry, encoding, reply.getHeader('vary'));
    if (isForOthers(request, headers.etag)) throw new AppError('not-this-version');
    reply.headers(headers);
    if (hasIt(request, headers.etag, entry.settledAt)) {
      // To HEAD the length of the body is told, which the framework takes from the body; without its type it would name one.
      const isHead = request.method === 'HEAD';
      for (const name of Object.keys(reply.getHeaders()))
        if (!isNewsOf304(name) && !(isHead && name === 'content-type')) reply.removeHeader(name);
      reply.code(304);
      if (!isHead) return reply.send();
    }
    if (encoding === null) return reply.send(entry.body);
    return cache.encode(entry, encoding).then(
      (bytes) => reply.send(bytes),
      (error: unknown) => reply.send(error),
    );
  }
}

/** An answer with its language; what stands elsewhere has no words of its own. */
function inLanguage(rendered: Rendered, locale: string): Rendered {
  if (rendered.status === 308) return rendered;
  return { ...rendered, headers: { 'content-language': locale, ...rendered.headers } };
}
