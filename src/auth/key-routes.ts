import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { requireIfMatch, versionTag, withVersionTag } from '../http/etag.ts';
import { id, listOf, noContent, noQuery, pageQuery, written } from '../http/pieces.ts';
import type { RouteDeps } from '../http/route-deps.ts';
import { withWarnings } from '../http/warnings.ts';
import { workOf } from './hook.ts';
import type { KeyService } from './key-service.ts';
import { apiKey, keyCreate, keyPatch, newApiKey } from './schemas.ts';

/** The editorial routes of keys. */
export function keyRoutes({ db, idempotency }: RouteDeps, keys: KeyService): FastifyPluginAsyncZod {
  const params = z.strictObject({ id });
  const common = { tags: ['access'], security: [{ bearer: [] }] };
  const config = { permission: 'keys:manage' } as const;

  return async (app) => {
    app.get(
      '/api-keys',
      {
        config,
        schema: {
          ...common,
          operationId: 'listApiKeys',
          summary: 'List API keys, newest first',
          querystring: pageQuery,
          response: { 200: listOf(apiKey) },
        },
      },
      async (request) => keys.list(request.query),
    );

    app.post(
      '/api-keys',
      {
        config,
        schema: {
          ...common,
          operationId: 'createApiKey',
          summary: 'Create an API key that allows no more than you may do yourself',
          idempotencyKey: true,
          querystring: noQuery,
          body: keyCreate,
          response: { 201: written(newApiKey) },
        },
      },
      async (request, reply) =>
        idempotency.forActor(
          request,
          reply,
          (work) => keys.create(work, request.body),
          (row) => ({
            status: 201,
            body: withWarnings(request, row),
            repeated: withWarnings(request, { ...row, secret: null }),
            headers: { etag: versionTag(row.version), location: `/v1/editorial/api-keys/${row.id}` },
          }),
        ),
    );

    app.get(
      '/api-keys/:id',
      {
        config,
        schema: {
          ...common,
          operationId: 'getApiKey',
          summary: 'Read an API key',
          params,
          querystring: noQuery,
          response: { 200: apiKey },
        },
      },
      async (request, reply) => withVersionTag(reply, await keys.get(request.params.id)),
    );

    app.patch(
      '/api-keys/:id',
      {
        config,
        schema: {
          ...common,
          operationId: 'updateApiKey',
          summary: 'Change an API key; it keeps its secret',
          ifMatch: 'required',
          params,
          querystring: noQuery,
          body: keyPatch,
          response: { 200: written(apiKey) },
        },
      },
      async (request, reply) => {
        const expected = requireIfMatch(request);
        const row = await keys.update(workOf(request, db.write), request.params.id, expected, request.body);
        return withWarnings(request, withVersionTag(reply, row));
      },
    );

    app.delete(
      '/api-keys/:id',
      {
        config,
        schema: {
          ...common,
          operationId: 'deleteApiKey',
          summary: 'Delete an API key; it is refused from then on',
          ifMatch: 'required',
          params,
          querystring: noQuery,
          response: { 204: noContent },
        },
      },
      async (request, reply) => {
        const expected = requireIfMatch(request);
        await keys.remove(workOf(request, db.write), request.params.id, expected);
        return reply.code(204).send();
      },
    );
  };
}
