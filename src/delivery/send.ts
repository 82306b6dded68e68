import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CountRequest } from '../http/rate-limit.ts';
import { dateLagMs, type Encoding, type Entry, type Rendered, type ResponseCache, toEntry } from './cache.ts';

const smallestCompressed = 1024;

export type Answers = ReturnType<typeof createAnswers>;

/** How public routes answer: with a finished answer that is kept, or one that is made now and kept. */
export function createAnswers(cache: ResponseCache) {
  return {
    /**
     * For the first `onRequest` of all: answers what was sent before to somebody like this, without the hooks behind
     * it. Only counting comes first; who has asked too often is left to those hooks, which refuse it.
     */
    quickly(count: CountRequest) {
      return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
        const { method, headers } = request;
        const isPlain = (method === 'GET' || method === 'HEAD') && headers.origin === undefined;
        const entry = isPlain ? cache.find(cacheKey(request)) : undefined;
        const sent = entry && sentBefore.get(entry)?.[encodingOf(entry, request) ?? 'identity'];
        const answer = sent && answerAsBefore(entry, sent, request);
        if (!answer || count(request) > 0) return void done();
        reply.hijack();
        reply.raw.writeHead(answer.status, answer.head).end(answer.body);
      };
    },

    /**
     * For the `onRequest` of a route: answers what is kept before the request is looked at any further. Only what was
     * valid once is kept under its address, so it need not be validated again.
     */
    fromCache(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
      const entry = cache.find(cacheKey(request));
      if (entry) void send(entry, request, reply);
      else done();
    },

    /** Answers what `render` makes, and keeps nothing. */
    async once(request: FastifyRequest, reply: FastifyReply, render: () => Promise<Rendered>): Promise<FastifyReply> {
      await send(toEntry(await render()), request, reply);
      return reply;
    },

    /** Answers what is kept, or what `render` makes; many who ask at once are answered by one. */
    async through(
      request: FastifyRequest,
      reply: FastifyReply,
      render: () => Promise<Rendered>,
    ): Promise<FastifyReply> {
      await send(await cache.through(cacheKey(request), render), request, reply);
      return reply;
    },
  };

  /** Sends a finished answer: 304 when the client has it already, compressed when the client can read that. */
  function send(entry: Entry, request: FastifyRequest, reply: FastifyReply): FastifyReply | Promise<unknown> {
    reply.headers(entry.headers);
    if (entry.status !== 200) return reply.code(entry.status).send(entry.body);
    const { headers } = request;
    const encoding = encodingOf(entry, request);
    // A strong ETag names the very bytes, so each encoding has its own (RFC 9110, 8.8.3.3).
    const etag = encoding === null ? entry.etag : `${entry.etag.slice(0, -1)}-${encoding}"`;
    reply.header('etag', etag).header('vary', varyOn(reply, entry.vary));
    if (encoding !== null) reply.header('content-encoding', encoding);
    const isSettled = Date.now() >= entry.settledAt + dateLagMs;
    if (isSettled) reply.header('last-modified', entry.settledDate);
    const remember = (body: Buffer | null) => {
      if (isSettled && headers.origin === undefined) rememberHead(entry, encoding, etag, body, reply);
    };
    // To HEAD the length of the body is told, and the framework takes it from the body.
    if (hasIt(headers['if-none-match'], headers['if-modified-since'], etag, entry.settledAt)) {
      remember(encoding === null ? entry.body : null);
      reply.code(304);
      for (const name of Object.keys(reply.getHeaders())) if (!newsOf304.test(name)) reply.removeHeader(name);
      if (request.method !== 'HEAD') return reply.send();
    }
    if (encoding === null) {
      if (reply.statusCode === 200) remember(entry.body);
      return reply.send(entry.body);
    }
    return cache.encode(entry, encoding).then(
      (bytes) => {
        if (reply.statusCode === 200) remember(bytes);
        return reply.send(bytes);
      },
      (error: unknown) => reply.send(error),
    );
  }
}

/** The headers that a kept answer was sent with, the name and the value of each in turn. */
type Sent = { etag: string; whole: { head: string[]; body: Buffer } | null; headOfKnown: string[] };

const sentBefore = new WeakMap<Entry, Partial<Record<Encoding | 'identity', Sent>>>();

/**
 * A kept answer with the headers of the time before, which goes out past the framework: its handling of 15 headers is a
 * good part of the work. That they are the same holds for requests without Origin: hooks set the same for each of these,
 * and so does `send` once the answer is settled. Null where it was not sent so before.
 */
function answerAsBefore({ settledAt }: Entry, { etag, whole, headOfKnown }: Sent, { headers }: FastifyRequest) {
  if (hasIt(headers['if-none-match'], headers['if-modified-since'], etag, settledAt))
    return { status: 304, head: headOfKnown, body: undefined };
  return whole && { status: 200, ...whole };
}

function rememberHead(
  entry: Entry,
  encoding: Encoding | null,
  etag: string,
  body: Buffer | null,
  reply: FastifyReply,
): void {
  const all = Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)]);
  const whole = body && { body, head: [...all.flat(), 'content-length', String(body.length)] };
  const headOfKnown = all.filter(([name = '']) => newsOf304.test(name)).flat();
  sentBefore.set(entry, { ...sentBefore.get(entry), [encoding ?? 'identity']: { etag, whole, headOfKnown } });
}

/** The client of a 304 has all other headers already (RFC 9110, 15.4.5). */
const newsOf304 = /^(?:cache-control|etag|vary|access-control-.*)$/;

function encodingOf({ body }: Entry, { headers }: FastifyRequest): Encoding | null {
  return body.length < smallestCompressed ? null : acceptedEncoding(headers['accept-encoding']);
}

/**
 * What an answer is kept under: its address, with the parameters in one order, and the form that the request asks for
 * by Accept where an address has several.
 */
export function cacheKey(request: FastifyRequest): string {
  const { url } = request;
  const form = acceptedForm(request.headers.accept);
  const start = url.indexOf('?');
  const query = start < 0 ? '' : url.slice(start + 1);
  const key = query.includes('&') ? `${url.slice(0, start)}?${query.split('&').sort().join('&')}` : url;
  return form === null ? key : `${form} ${key}`;
}

const formTypes = { ninjs: 'application/ninjs+json', jsonld: 'application/ld+json' } as const;

/** The form of an article that Accept asks for by name and likes better than JSON. */
export function acceptedForm(accept: string | undefined): 'ninjs' | 'jsonld' | null {
  if (accept === undefined || !/\+json/i.test(accept)) return null;
  // Parameters of a type, such as a profile, do not matter here.
  const ranges = [...weightsOf(accept)].map(([range, weight]) => ({ type: range.split(';')[0], weight }));
  const weightOf = (type: string) =>
    Math.max(0, ...ranges.flatMap((range) => (range.type === type ? range.weight : [])));
  let best: 'ninjs' | 'jsonld' | null = null;
  let most = weightOf('application/json');
  for (const form of ['ninjs', 'jsonld'] as const) {
    const weight = weightOf(formTypes[form]);
    if (weight > most) [best, most] = [form, weight];
  }
  return best;
}

/** What is in Vary already (CORS puts Origin there where its answers differ) stays. */
function varyOn(reply: FastifyReply, own: string): string {
  const before = reply.getHeader('vary');
  return before === undefined ? own : `${before}, ${own}`;
}

/** Whether the client's copy is this one (RFC 9110, 13.2.2: If-Modified-Since counts only without If-None-Match). */
function hasIt(noneMatch: string | undefined, since: string | undefined, etag: string, settledAt: number): boolean {
  if (noneMatch === undefined) return since !== undefined && Date.parse(since) >= settledAt;
  if (noneMatch === etag || noneMatch.trim() === '*') return true;
  return noneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}

const encodings = ['br', 'gzip'] as const;
const bestByHeader = new Map<string, Encoding | null>();

/** The one of brotli and gzip that Accept-Encoding prefers, brotli where it likes both alike; null for neither. */
export function acceptedEncoding(header: string | string[] | undefined): Encoding | null {
  if (typeof header !== 'string') return null;
  let best = bestByHeader.get(header);
  if (best === undefined) {
    // Few clients differ in this header, but anybody may send anything.
    if (bestByHeader.size > 500) bestByHeader.clear();
    best = bestOf(header);
    bestByHeader.set(header, best);
  }
  return best;
}

/** RFC 9110, 12.5.3. */
function bestOf(header: string): Encoding | null {
  const weights = weightsOf(header);
  const [best] = encodings
    .map((name) => ({ name, weight: weights.get(name) ?? weights.get('*') ?? 0 }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  return best?.name ?? null;
}

/** What a header such as Accept names, and how much each is liked; what is not well-formed is left out. */
function weightsOf(header: string): Map<string, number> {
  const weights = new Map<string, number>();
  for (const range of header.toLowerCase().split(',')) {
    const parts = range.split(';').map((part) => part.trim());
    const isWeight = (part: string) => /^q\s*=/.test(part);
    const value = /^q\s*=\s*([01](?:\.\d{0,3})?)$/.exec(parts.find(isWeight) ?? 'q=1')?.[1];
    if (value !== undefined) weights.set(parts.filter((part) => !isWeight(part)).join(';'), Number(value));
  }
  return weights;
}
