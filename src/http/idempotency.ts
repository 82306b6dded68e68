import { createHash } from 'node:crypto';
import { and, eq, lt } from 'drizzle-orm';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { actorOf } from '../auth/hook.ts';
import { type Actor, readerActor } from '../auth/permissions.ts';
import type { Database, Tx } from '../db/database.ts';
import { AppError } from '../errors.ts';
import type { Work } from '../work.ts';
import { isPassword } from './clean-input.ts';

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

/** How long a key is remembered. */
export const keptForMs = 24 * 3600 * 1000;

/**
 * Idempotency-Key for POST (after the IETF draft of that name). The key is claimed, the work done and its answer stored
 * in one transaction, so there is no state in between: a repeated request either finds the whole first answer, or
 * nothing at all and does the work. Refused requests are not remembered. Keys are kept for a day.
 */
export function createIdempotency(db: Database, clock: () => Date) {
  const { idempotencyKeys } = db.tables;

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
    const claimedKey = key;
    const requestHash = hashOf(request);
    const scope = actor.kind === 'reader' ? `${actor.id} ${requestHash}` : actor.id;
    try {
      const result = await useCase({ ...work, write: (unit) => db.write((tx) => once(tx, unit)) });
      const { status, body, headers } = answer(result);
      reply.code(status).headers(headers ?? {});
      return body;
    } catch (error) {
      if (!(error instanceof Replay)) throw error;
      if (!retelling) return replay(reply, error) as Body;
      const body = await retelling.retell(JSON.parse(error.body) as Kept);
      announceReplay(reply, error);
      return body;
    }

    async function once<T>(tx: Tx, unit: (tx: Tx) => Promise<T>): Promise<T> {
      const at = clock();
      await tx.delete(idempotencyKeys).where(lt(idempotencyKeys.createdAt, new Date(at.getTime() - keptForMs)));
      const [claimed] = await tx
        .insert(idempotencyKeys)
        .values({ scope, key: claimedKey, requestHash, status: 0, headers: {}, body: '', createdAt: at })
        .onConflictDoNothing()
        .returning({ key: idempotencyKeys.key });
      const mine = and(eq(idempotencyKeys.scope, scope), eq(idempotencyKeys.key, claimedKey));
      if (!claimed) {
        const [first] = await tx.select().from(idempotencyKeys).where(mine);
        if (first?.requestHash !== requestHash) throw new AppError('idempotency-key-reused');
        throw new Replay(first.status, first.headers, first.body);
      }
      const result = await unit(tx);
      const { status, body, headers, repeated = body } = answer(result as never);
      const kept = retelling
        ? JSON.stringify(retelling.keep(result as never))
        : String(reply.serializeInput(repeated as Record<string, unknown>, String(status)));
      await tx
        .update(idempotencyKeys)
        .set({ status, headers: headers ?? {}, body: kept })
        .where(mine);
      return result;
    }
  }

  return { forActor, forReader };
}

class Replay extends Error {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
  constructor(status: number, headers: Record<string, string>, body: string) {
    super('a repeated request');
    this.status = status;
    this.headers = headers;
    this.body = body;
  }
}

function replay(reply: FastifyReply, first: Replay): string {
  announceReplay(reply, first);
  reply.type('application/json; charset=utf-8').serializer((body: string) => body);
  return first.body;
}

function announceReplay(reply: FastifyReply, { status, headers }: Replay): void {
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
