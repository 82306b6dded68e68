import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify';
import { takesJson } from '../http/accept.ts';
import type { AddressOf } from '../http/client-address.ts';
import type { RateLimits } from '../http/rate-limit.ts';
import { isHost } from '../http/request-heads.ts';
import { nextRequestId } from '../http/request-ids.ts';
import { logRequest } from '../logger.ts';
import type { Encoding, Entry, Rendered, ResponseCache } from './cache.ts';
import { encodingOf, headersOf, isNewsOf304, isSettled } from './headers.ts';
import { cacheKey, hasIt } from './negotiate.ts';
import { readyHeads, type SendHead } from './ready-head.ts';

type Done = (error?: Error) => void;
type Headers = IncomingHttpHeaders;
type Steps = { onHead: () => void; onError: (error: Error) => void };

/** An answer's own headers, and how they are sent with those of hooks, before its body or in a 304, once that was needed. */
type Head = { headers: ReturnType<typeof headersOf>; whole: SendHead | null; known: SendHead | null };

type ShortCutDeps = {
  cache: ResponseCache;
  limits: Pick<RateLimits, 'countAddress'>;
  addressOf: AddressOf;
  logger: FastifyBaseLogger;
  /** How to make the answer to a request of which the address says all; null for every other request. */
  rendererFor: (request: { url: string; headers: Headers }) => (() => Promise<Rendered>) | null;
};

/**
 * Answers what most readers ask for before the framework sees the request, on sockets: its routes, hooks and handling of 15
 * headers are as much work as the rest of an answer.
 *
 * It holds for GET without Origin: for each of these, the hooks that it leaves out set the same headers. They are learnt
 * from the first such request, which takes the ordinary way. Whoever has asked too often does so too, or without a sound
 * Host, and is refused there.
 */
export function createShortCut({ cache, limits, addressOf, logger, rendererFor }: ShortCutDeps) {
  let hooks = learnt({});
  let isLearnt = false;
  let isClosing = false;
  const settled = new WeakMap<Entry, Partial<Record<Encoding | 'identity', Head>>>();
  /** What was counted and looked for here before it was left to the framework, with the error that came of it. */
  const left = new WeakMap<IncomingMessage, Error | undefined>();

  return {
    /** For requests as they come: answers them, or leaves them to `next`. */
    take(raw: IncomingMessage, response: ServerResponse, next: () => void): void {
      const { method = '', url = '', headers } = raw;
      if (!isLearnt || isClosing || !isPlain({ method, headers })) return void next();
      // Some routes refuse whoever takes no JSON.
      if (!takesJson(headers.accept)) return void next();
      const key = cacheKey({ url, headers });
      const kept = cache.find(key);
      const render = kept ? null : rendererFor({ url, headers });
      if (kept?.status !== 200 && render === null) return void next();
      const startedAt = performance.now();
      const ip = addressOf(raw);
      if (limits.countAddress(ip) > 0) return void next();
      const log = () => {
        const took = performance.now() - startedAt;
        logRequest(logger, { id: nextRequestId(), method, url, ip, status: response.statusCode, took });
      };
      const leave = (error?: Error) => {
        left.set(raw, error);
        next();
      };
      const answerWith = (entry: Entry) => answer(entry, headers, response, { onHead: log, onError: leave });
      if (render === null) return void answerWith(kept as Entry);
      cache
        .through(key, render)
        .then((entry) => (entry.status === 200 ? answerWith(entry) : leave()))
        .catch(leave);
    },

    /** From now on the framework answers, and says that the connection closes. */
    close(): void {
      isClosing = true;
    },

    /** For the `onRequest` behind all hooks that set headers, and before the one that counts. */
    goOn(request: FastifyRequest, reply: FastifyReply, done: Done): void {
      if (!isLearnt && isPlain(request)) {
        hooks = learnt(reply.getHeaders());
        isLearnt = true;
      }
      if (!left.has(request.raw)) return void done();
      request.waitMs = 0;
      done(left.get(request.raw));
    },
  };

  /** Answers, or tells of an error before anything was sent. */
  function answer(entry: Entry, headers: Headers, raw: ServerResponse, { onHead, onError }: Steps): void {
    const encoding = encodingOf(entry, { headers });
    const head = headOf(entry, encoding);
    if (hasIt({ headers }, head.headers.etag, entry.settledAt)) {
      head.known ??= hooks.known(inTurn(head.headers, isNewsOf304));
      send(head.known);
    } else if (encoding === null) sendWhole(entry.body);
    else cache.encode(entry, encoding).then(sendWhole, onError);

    function sendWhole(body: Buffer): void {
      head.whole ??= hooks.whole([...inTurn(head.headers), 'content-length', String(body.length)]);
      send(head.whole, body);
    }

    function send(sendHead: SendHead, body?: Buffer): void {
      try {
        sendHead(raw);
      } catch (error) {
        return void onError(error as Error);
      }
      onHead();
      raw.end(body);
    }
  }

  function headOf(entry: Entry, encoding: Encoding | null): Head {
    const name = encoding ?? 'identity';
    const known = settled.get(entry)?.[name];
    if (known) return known;
    // Asked before: the headers of a moment before it would otherwise be kept for good.
    const isLasting = isSettled(entry);
    const head = { headers: headersOf(entry, encoding, hooks.headers.vary), whole: null, known: null };
    if (isLasting) settled.set(entry, { ...settled.get(entry), [name]: head });
    return head;
  }
}

/** What hardly anybody sends is left to the framework too. */
function isPlain({ method, headers }: Pick<FastifyRequest, 'method' | 'headers'>): boolean {
  const { origin, host, 'if-match': match } = headers;
  return method === 'GET' && origin === undefined && match === undefined && isHost(host);
}

/** What hooks have set; Vary is left to each answer, which adds to it. */
function learnt(found: Record<string, unknown>) {
  const headers = Object.fromEntries(Object.entries(found).map(([name, value]) => [name, String(value)]));
  const { vary, ...others } = headers;
  return { headers, whole: readyHeads(200, inTurn(others)), known: readyHeads(304, inTurn(others, isNewsOf304)) };
}

function inTurn(headers: Record<string, string>, isWanted?: (name: string) => boolean): string[] {
  const turns: string[] = [];
  for (const name in headers) if (isWanted === undefined || isWanted(name)) turns.push(name, headers[name] as string);
  return turns;
}
