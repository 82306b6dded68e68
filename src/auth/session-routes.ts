import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { AppError } from '../errors.ts';
import { requireIfMatch, versionTag, withVersionTag } from '../http/etag.ts';
import { noContent, noQuery, written } from '../http/pieces.ts';
import { rateLimit } from '../http/rate-limit.ts';
import type { RouteDeps } from '../http/route-deps.ts';
import { withWarnings } from '../http/warnings.ts';
import { actorOf, bearerToken, workOf } from './hook.ts';
import type { KeyService } from './key-service.ts';
import type { LoginGuard } from './login-guard.ts';
import type { Actor } from './permissions.ts';
import { me, mePatch, signedIn, signIn } from './schemas.ts';
import type { SessionService } from './session-service.ts';
import { hashToken } from './tokens.ts';
import type { UserService } from './user-service.ts';

/** Sign-in: the one route below /v1/editorial that needs no token, so it stands outside that scope. */
export function signInRoutes(sessions: SessionService): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/v1/editorial/sessions',
      {
        config: rateLimit.login,
        schema: {
          tags: ['access'],
          operationId: 'signIn',
          summary: 'Sign in with e-mail and password',
          querystring: noQuery,
          body: signIn,
          response: { 201: signedIn },
        },
      },
      async (request, reply) => {
        reply.code(201).header('cache-control', 'no-store');
        return sessions.signIn(request.body, { address: request.ip, requestId: request.id });
      },
    );
  };
}

type Services = { sessions: SessionService; users: UserService; keys: KeyService; guard: LoginGuard };

/** Who one is, one's own name and password, and sign-out. */
export function meRoutes({ db }: RouteDeps, { sessions, users, keys, guard }: Services): FastifyPluginAsyncZod {
  const common = { tags: ['access'], security: [{ bearer: [] }] };
  const anyone = { permission: 'any' } as const;

  return async (app) => {
    app.delete(
      '/sessions/current',
      {
        config: anyone,
        schema: {
          ...common,
          operationId: 'signOut',
          summary: 'Sign out: end the session of the token sent',
          querystring: noQuery,
          response: { 204: noContent },
        },
      },
      async (request, reply) => {
        await sessions.signOut(workOf(request, db.write), hashToken(bearerToken(request) ?? ''));
        return reply.code(204).send();
      },
    );

    app.get(
      '/me',
      {
        config: anyone,
        schema: {
          ...common,
          operationId: 'getMe',
          summary: 'Who the token stands for, and what it allows',
          querystring: noQuery,
          response: { 200: me },
        },
      },
      async (request, reply) => withVersionTag(reply, await describe(actorOf(request))),
    );

    app.patch(
      '/me',
      {
        config: { ...anyone, ...rateLimit.login },
        schema: {
          ...common,
          operationId: 'updateMe',
          summary: 'Change one’s own name or password; a new password ends one’s other sessions',
          ifMatch: 'required',
          querystring: noQuery,
          body: mePatch,
          response: { 200: written(me) },
        },
      },
      async (request, reply) => {
        const expected = requireIfMatch(request);
        const self = { tokenHash: hashToken(bearerToken(request) ?? ''), address: request.ip, guard };
        const user = await users.updateSelf(workOf(request, db.write), self, expected, request.body);
        reply.header('etag', versionTag(user.version));
        return withWarnings(request, { ...shown(actorOf(request)), ...pick(user) });
      },
    );
  };

  async function describe(actor: Actor) {
    const isUser = actor.kind === 'user';
    const row = await (isUser ? users.get(actor.id) : keys.get(actor.id)).catch((error: unknown) => {
      // Removed between the check of the token and now.
      throw error instanceof AppError && error.code === 'not-found' ? new AppError('unauthenticated') : error;
    });
    return { ...shown(actor), ...pick(row) };
  }
}

function shown(actor: Actor) {
  const kind: 'user' | 'key' = actor.kind === 'user' ? 'user' : 'key';
  return { kind, id: actor.id, role: actor.role, permissions: [...actor.permissions] };
}

function pick(row: { name: string; email?: string; version: number }) {
  return { name: row.name, email: row.email ?? null, version: row.version };
}
