import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { AppError } from '../errors.ts';
import type { Work } from '../work.ts';
import { type Actor, demand, type Permission } from './permissions.ts';

declare module 'fastify' {
  interface FastifyRequest {
    actor: Actor | null;
  }
}

/** Answers the actor a bearer token stands for, or null. */
export type Authenticate = (token: string) => Promise<Actor | null>;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What an editorial route demands of its actor; 'any' leaves it to the use case. Required in that scope. */
    permission?: Permission | 'any';
  }
}

/** Refuses to start with an editorial route that says nothing of who may call it. */
export function demandPermission(route: RouteOptions): void {
  if (route.config?.permission === undefined) throw new Error(`${route.method} ${route.url} names no permission`);
}

/** The hook of the editorial scope: without an actor that may do this, nothing in it answers. */
export function actorHook(authenticate: Authenticate) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    reply.header('cache-control', 'no-store');
    const token = bearerToken(request);
    request.actor = token === null ? null : await authenticate(token);
    if (request.actor === null)
      throw new AppError('unauthenticated', { headers: { 'www-authenticate': 'Bearer realm="khabar"' } });
    const { permission } = request.routeOptions.config;
    if (permission !== undefined && permission !== 'any') demand(request.actor, permission);
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
