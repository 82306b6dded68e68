import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { requireIfMatch, versionTag, withVersionTag } from '../http/etag.ts';
import { id, listOf, noContent, noQuery, pageQuery, written } from '../http/pieces.ts';
import type { RouteDeps } from '../http/route-deps.ts';
import { withWarnings } from '../http/warnings.ts';
import { workOf } from './hook.ts';
import { user, userCreate, userPatch } from './schemas.ts';
import type { UserService } from './user-service.ts';

/** The editorial routes of users. */
export function userRoutes({ db, idempotency }: RouteDeps, users: UserService): FastifyPluginAsyncZod {
  const params = z.strictObject({ id });
  const common = { tags: ['access'], security: [{ bearer: [] }] };
  const config = { permission: 'users:manage' } as const;

  return async (app) => {
    app.get(
      '/users',
      {
        config,
        schema: {
          ...common,
          operationId: 'listUsers',
          summary: 'List users, newest first',
          querystring: pageQuery,
          response: { 200: listOf(user) },
        },
      },
      async (request) => users.list(request.query),
    );

    app.post(
      '/users',
      {
        config,
        schema: {
          ...common,
          operationId: 'createUser',
          summary: 'Create a user with a role that allows no more than you may do yourself',
          idempotencyKey: true,
          querystring: noQuery,
          body: userCreate,
          response: { 201: written(user) },
        },
      },
      async (request, reply) =>
        idempotency.forActor(
          request,
          reply,
          (work) => users.create(work, request.body),
          (row) => ({
            status: 201,
            body: withWarnings(request, row),
            headers: { etag: versionTag(row.version), location: `/v1/editorial/users/${row.id}` },
          }),
        ),
    );

    app.get(
      '/users/:id',
      {
        config,
        schema: {
          ...common,
          operationId: 'getUser',
          summary: 'Read a user',
          params,
          querystring: noQuery,
          response: { 200: user },
        },
      },
      async (request, reply) => withVersionTag(reply, await users.get(request.params.id)),
    );

    app.patch(
      '/users/:id',
      {
        config,
        schema: {
          ...common,
          operationId: 'updateUser',
          summary: 'Change a user; a new role or password, and disabling, end their sessions',
          ifMatch: 'required',
          params,
          querystring: noQuery,
          body: userPatch,
          response: { 200: written(user) },
        },
      },
      async (request, reply) => {
        const expected = requireIfMatch(request);
        const row = await users.update(workOf(request, db.write), request.params.id, expected, request.body);
        return withWarnings(request, withVersionTag(reply, row));
      },
    );

    app.delete(
      '/users/:id',
      {
        config,
        schema: {
          ...common,
          operationId: 'deleteUser',
          summary: 'Delete a user; what they wrote stays',
          ifMatch: 'required',
          params,
          querystring: noQuery,
          response: { 204: noContent },
        },
      },
      async (request, reply) => {
        const expected = requireIfMatch(request);
        await users.remove(workOf(request, db.write), request.params.id, expected);
        return reply.code(204).send();
      },
    );
  };
}
