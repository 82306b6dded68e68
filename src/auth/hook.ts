import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import type { Work } from '../work.ts';
import type { Actor } from './permissions.ts';

declare module 'fastify' {
  interface FastifyRequest {
    actor: Actor | null;
  }
}

/** Answers the actor a bearer token stands for, or null. */
export type Authenticate = (token: string) => Promise<Actor | null>;

/** The hook of the editorial scope: without an actor nothing in it answers. */
export function actorHook(authenticate: Authenticate) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    reply.header('cache-control', 'no-store');
    const token = bearerToken(request);
    request.actor = token === null ? null : await authenticate(token);
    if (request.actor === null)
      throw new AppError('unauthenticated', { headers: { 'www-authenticate': 'Bearer realm="khabar"' } });
  };
}

/** The token of `Authorization: Bearer …` (RFC 6750, 2.1), or null. */
export function bearerToken(request: FastifyRequest): string | null {
  return /^Bearer +([A-Za-z0-9._~+/=-]{1,500}) *$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

/** The actor of a request inside the editorial scope. */
export function actorOf(request: FastifyRequest): Actor {
  if (request.actor === null) throw new AppError('unauthenticated');
  return request.actor;
}

/** What a use case is handed when it runs for this request. */
export function workOf(request: FastifyRequest, write: Work['write']): Work {
  return { actor: actorOf(request), requestId: request.id, write };
}
