import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CountRequest } from '../http/rate-limit.ts';
import type { Encoding, Entry, Rendered, ResponseCache } from './cache.ts';
import { encodingOf, headersOf, isNewsOf304, isSettled } from './headers.ts';
import { cacheKey, hasIt } from './negotiate.ts';
import { readyHeads, type SendHead } from './ready-head.ts';

type Done = (error?: Error) => void;

/** An answer's own headers, and how they are sent with those of hooks, before its body or in a 304, once that was needed. */
type Head = { headers: ReturnType<typeof headersOf>; whole: SendHead | null; known: SendHead | null };

type ShortCutDeps = {
  cache: ResponseCache;
  count: CountRequest;
  /** How to make the answer to a request of which the address says all; null for every other request. */
  rendererFor: (request: FastifyRequest) => (() => Promise<Rendered>) | null;
};

/**
 * Answers what most readers ask for past the framework: its handling of 15 headers, and its steps from one hook to the
 * next, are as much work as the rest of an answer.
 *
 * It holds for GET without Origin: for each of these, the hooks that it leaves out set the same headers. They are learnt
 * from the first such request, which takes the ordinary way. Whoever has asked too often does so too, and is refused there.
 */
export function createShortCut({ cache, count, rendererFor }: ShortCutDeps) {
  let hooks = learnt({});
  let isLearnt = false;
  const settled = new WeakMap<Entry, Partial<Record<Encoding | 'identity', Head>>>();

  return {
    /** For the `onRequest` before all hooks that set headers. */
    take(request: FastifyRequest, reply: FastifyReply, done: Done): void {
      if (!isLearnt || !isPlain(request)) return void done();
      const key = cacheKey(request);
      const kept = cache.find(key);
      if (kept) return void (kept.status === 200 && count(request) === 0 ? answer(kept, request, reply, done) : done());
      const render = rendererFor(request);
      if (render === null || count(request) > 0) return void done();
      cache
        .through(key, render)
        .then((entry) => (entry.status === 200 ? answer(entry, request, reply, done) : done()))
        .catch((error: Error) => fail(error, reply, done));
    },

    /** For the `onRequest` behind them. */
    learn(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
      if (!isLearnt && isPlain(request)) {
        hooks = learnt(reply.getHeaders());
        isLearnt = true;
      }
      done();
    },
  };

  function answer(entry: Entry, request: FastifyRequest, reply: FastifyReply, done: Done): void {
    const encoding = encodingOf(entry, request);
    const head = headOf(entry, encoding);
    if (hasIt(request, head.headers.etag, entry.settledAt)) {
      head.known ??= hooks.known(inTurn(head.headers, isNewsOf304));
      send(reply, head.known);
    } else if (encoding === null) sendWhole(entry.body);
    else
      cache
        .encode(entry, encoding)
        .then(sendWhole)
        .catch((error: Error) => fail(error, reply, done));

    function sendWhole(body: Buffer): void {
      head.whole ??= hooks.whole([...inTurn(head.headers), 'content-length', String(body.length)]);
      send(reply, head.whole, body);
    }
  }

  /** Leaves the answer to the framework, with the headers of the hooks that it would have met. */
  function fail(error: Error, reply: FastifyReply, done: Done): void {
    reply.headers(hooks.headers);
    done(error);
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

function send(reply: FastifyReply, sendHead: SendHead, body?: Buffer): void {
  sendHead(reply.raw);
  // From here on the framework leaves the reply alone.
  reply.hijack();
  reply.raw.end(body);
}

function isPlain({ method, headers }: FastifyRequest): boolean {
  return method === 'GET' && headers.origin === undefined;
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
