import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { actorOf } from '../auth/hook.ts';
import { type Actor, readerActor } from '../auth/permissions.ts';
import type { Database } from '../db/database.ts';
import { AppError } from '../errors.ts';
import type { Work } from '../work.ts';
import { isPassword } from './clean-input.ts';
import { createIdempotencyKeys, Replay, type StoredAnswer } from './idempotency-keys.ts';

declare module 'fastify' {
  interface FastifySchema {
    /** For the API's description: that a request may carry an Idempotency-Key. */
    idempotencyKey?: true;
  }
}

/** What a handler makes of a use case's result. */
export type Answer<Body> = {
  status: 200 | 201;
  body: Body;
  headers?: Record<string, string>;
  /** What a repeated request is answered, where that may not be `body`: secrets are shown once and never stored. */
  repeated?: Body;
};

/** How an answer that must not be kept as it is comes again: what is kept for it, and what is made of that. */
export type Retelling<Result, Body, Kept> = {
  keep: (result: Result) => Kept;
  retell: (kept: Kept) => Promise<Body>;
};

export type Idempotency = ReturnType<typeof createIdempotency>;

/**
 * Idempotency-Key for POST (after the IETF draft of that name). The key is claimed, the work done and its answer stored
 * in one transaction, so there is no state in between: a repeated request either finds the whole first answer, or
 * nothing at all and does the work. Refused requests are not remembered. Keys are kept for a day.
 *
 * A use case may refuse a request before it writes, so before its key is claimed. Whoever is refused is looked for then, and
 * not before: what was done once is answered as it was then, whatever has become of it, and all others wait for nothing.
 */
export function createIdempotency(db: Database, clock: () => Date) {
  const keys = createIdempotencyKeys(db, clock);

  /** Runs a use case for the request's actor; the key is theirs alone. */
  async function forActor<Result, Body>(
    request: FastifyRequest,
    reply: FastifyReply,
    useCase: (work: Work) => Promise<Result>,
    answer: (result: Result) => Answer<Body>,
  ): Promise<Body> {
    return run(request, reply, actorOf(request), useCase, answer);
  }

  /**
   * Runs a use case for a reader who is not signed in. Nobody knows which one, and an address may change before the
   * request is sent again; so a key belongs to the very request that it came with, and of another it says nothing. What a
   * reader has said is not kept here, where nobody would delete it: the answer to a repeated request is made again.
   */
  async function forReader<Result, Body, Kept>(
    request: FastifyRequest,
    reply: FastifyReply,
    useCase: (work: Work) => Promise<Result>,
    answer: (result: Result) => Answer<Body>,
    retelling: Retelling<Result, Body, Kept>,
  ): Promise<Body> {
    return run(request, reply, readerActor, useCase, answer, retelling);
  }

  async function run<Result, Body, Kept>(
    request: FastifyRequest,
    reply: FastifyReply,
    actor: Actor,
    useCase: (work: Work) => Promise<Result>,
    answer: (result: Result) => Answer<Body>,
    retelling?: Retelling<Result, Body, Kept>,
  ): Promise<Body> {
    const key = keyOf(request);
    const work = { actor, requestId: request.id };
    if (key === null) {
      const { status, body, headers } = answer(await useCase({ ...work, write: db.write }));
      reply.code(status).headers(headers ?? {});
      return body;
    }
    const requestHash = hashOf(request);
    const scope = actor.kind === 'reader' ? `${actor.id} ${requestHash}` : actor.id;
    const stored = (result: Result): StoredAnswer => {
      const { status, body, headers = {}, repeated = body } = answer(result);
      const kept = retelling
        ? JSON.stringify(retelling.keep(result))
        : String(reply.serializeInput(repeated as Record<string, unknown>, String(status)));
      return { status, headers, body: kept };
    };
    // What a use case answers is what its one unit does.
    const asked = { scope, key, requestHash, answer: stored as (result: unknown) => StoredAnswer };
    try {
      const result = await useCase({ ...work, write: (unit) => db.write(keys.once(asked, unit)) });
      const { status, body, headers } = answer(result);
      reply.code(status).headers(headers ?? {});
      return body;
    } catch (error) {
      const reason = isRefusal(error) ? ((await keys.find(asked)) ?? error) : error;
      if (!(reason instanceof Replay)) throw reason;
      if (!retelling) return replay(reply, reason.first) as Body;
      const body = await retelling.retell(JSON.parse(reason.first.body) as Kept);
      announceReplay(reply, reason.first);
      return body;
    }
  }

  return { forActor, forReader };
}

/** Of a request that its actor may make. Who may not any more is not told again what came of it either. */
function isRefusal(error: unknown): boolean {
  return error instanceof AppError && error.code !== 'forbidden';
}

function replay(reply: FastifyReply, first: StoredAnswer): string {
  announceReplay(reply, first);
  reply.type('application/json; charset=utf-8').serializer((body: string) => body);
  return first.body;
}

function announceReplay(reply: FastifyReply, { status, headers }: StoredAnswer): void {
  reply.code(status).headers(headers).header('idempotency-replayed', 'true');
}

function keyOf(request: FastifyRequest): string | null {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return null;
  if (typeof header === 'string' && /^[\x21-\x7e]{1,200}$/.test(header)) return header;
  throw new AppError('invalid-request', {
    errors: [
      {
        in: 'headers',
        pointer: '/idempotency-key',
        code: 'invalid_format',
        message: {
          en: 'Expected 1–200 visible ASCII characters.',
          ar: 'يجب أن يتكوّن من 1 إلى 200 محرف مرئي من ASCII.',
        },
      },
    ],
  });
}

/** Passwords stay out of it: a fast hash of one, kept for a day, could be guessed from. */
function hashOf(request: FastifyRequest): string {
  const withoutPasswords = (key: string, value: unknown) => (isPassword(key) ? undefined : value);
  return createHash('sha256')
    .update(JSON.stringify([request.method, request.url, request.body ?? null], withoutPasswords))
    .digest('base64url');
}
