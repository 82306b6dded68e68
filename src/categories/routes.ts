import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { workOf } from '../auth/hook.ts';
import { requireIfMatch, versionTag, withVersionTag } from '../http/etag.ts';
import { id, listOf, noContent, noQuery, pageQuery, written } from '../http/pieces.ts';
import type { RouteDeps } from '../http/route-deps.ts';
import { withWarnings } from '../http/warnings.ts';
import { category, categoryCreate, categoryPatch } from './schemas.ts';
import type { CategoryService } from './service.ts';

const params = z.strictObject({ categoryId: id });
const common = { tags: ['taxonomy'], security: [{ bearer: [] }] };

export function categoryRoutes({
  categories,
  db,
  idempotency,
}: RouteDeps & { categories: CategoryService }): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/categories',
      {
        schema: {
          ...common,
          operationId: 'listEditorialCategories',
          summary: 'List categories in alphabetical order',
          querystring: pageQuery,
          response: { 200: listOf(category) },
        },
        config: { permission: 'taxonomy:read' },
      },
      async (request) => categories.list(request.query),
    );

    app.post(
      '/categories',
      {
        schema: {
          ...common,
          operationId: 'createCategory',
          summary: 'Create a category',
          querystring: noQuery,
          body: categoryCreate,
          response: { 201: written(category) },
        },
        config: { permission: 'taxonomy:edit' },
      },
      async (request, reply) =>
        idempotency.forActor(
          request,
          reply,
          (work) => categories.create(work, request.body),
          (row) => ({
            status: 201,
            body: withWarnings(request, row),
            headers: { etag: versionTag(row.version), location: `/v1/editorial/categories/${row.id}` },
          }),
        ),
    );

    app.get(
      '/categories/:categoryId',
      {
        schema: {
          ...common,
          operationId: 'getEditorialCategory',
          summary: 'Read a category',
          params,
          querystring: noQuery,
          response: { 200: category },
        },
        config: { permission: 'taxonomy:read' },
      },
      async (request, reply) => withVersionTag(reply, await categories.get(request.params.categoryId)),
    );

    app.patch(
      '/categories/:categoryId',
      {
        schema: {
          ...common,
          operationId: 'updateCategory',
          summary: 'Change a category',
          params,
          querystring: noQuery,
          body: categoryPatch,
          response: { 200: written(category) },
        },
        config: { permission: 'taxonomy:edit' },
      },
      async (request, reply) => {
        const expected = requireIfMatch(request);
        const row = await categories.update(
          workOf(request, db.write),
          request.params.categoryId,
          expected,
          request.body,
        );
        return withWarnings(request, withVersionTag(reply, row));
      },
    );

    app.delete(
      '/categories/:categoryId',
      {
        schema: {
          ...common,
          operationId: 'deleteCategory',
          summary: 'Delete a category that nothing refers to',
          params,
          querystring: noQuery,
          response: { 204: noContent },
        },
        config: { permission: 'taxonomy:edit' },
      },
      async (request, reply) => {
        const expected = requireIfMatch(request);
        await categories.remove(workOf(request, db.write), request.params.categoryId, expected);
        return reply.code(204).send();
      },
    );
  };
}
