import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { actorOf, workOf } from '../auth/hook.ts';
import { requireIfMatch } from '../http/etag.ts';
import { id, listOf, noContent, noQuery } from '../http/pieces.ts';
import type { RouteDeps } from '../http/route-deps.ts';
import { withWarnings } from '../http/warnings.ts';
import { copyTag, withCopyTag } from './copy-tag.ts';
import { article, articleCreate, articlePatch, articleQuery, articleSummary, savedArticle } from './schemas.ts';
import type { ArticleService } from './service.ts';

/** The editorial routes of working copies. */
export function articleRoutes({ db, idempotency }: RouteDeps, articles: ArticleService): FastifyPluginAsyncZod {
  const params = z.strictObject({ id });
  const common = { tags: ['articles'], security: [{ bearer: [] }] };
  // Who may do what depends on whose article it is, so the use cases decide.
  const byOwner = { permission: 'any' } as const;

  return async (app) => {
    app.get(
      '/articles',
      {
        config: byOwner,
        schema: {
          ...common,
          operationId: 'listEditorialArticles',
          summary: 'List working copies, last changed first',
          description: 'Those who may only read their own are shown only their own.',
          querystring: articleQuery,
          response: { 200: listOf(articleSummary) },
        },
      },
      async (request) => articles.list(actorOf(request), request.query),
    );

    app.post(
      '/articles',
      {
        config: { permission: 'articles:create' },
        schema: {
          ...common,
          operationId: 'createArticle',
          summary: 'Create a draft, with its sections if you like',
          description: '`similar` names other articles of the last days that say nearly the same.',
          idempotencyKey: true,
          querystring: noQuery,
          body: articleCreate,
          response: { 201: savedArticle },
        },
      },
      async (request, reply) =>
        idempotency.forActor(
          request,
          reply,
          (work) => articles.create(work, request.body),
          (created) => ({
            status: 201,
            body: withWarnings(request, created),
            headers: { etag: copyTag(created), location: `/v1/editorial/articles/${created.id}` },
          }),
        ),
    );

    app.get(
      '/articles/:id',
      {
        config: byOwner,
        schema: {
          ...common,
          operationId: 'getEditorialArticle',
          summary: 'Read a working copy with its sections',
          params,
          querystring: noQuery,
          response: { 200: article },
        },
      },
      async (request, reply) => withCopyTag(reply, await articles.get(actorOf(request), request.params.id)),
    );

    app.patch(
      '/articles/:id',
      {
        config: byOwner,
        schema: {
          ...common,
          operationId: 'updateArticle',
          summary: 'Change a working copy',
          description:
            'Fields that are not sent stay; null clears one. Lists and objects are replaced whole. Sections have their own routes and versions: a change of one is no reason to refuse this, though the ETag is another one after it. A killed article and its sections are changed no more (409 conflict).',
          ifMatch: 'required',
          params,
          querystring: noQuery,
          body: articlePatch,
          response: { 200: savedArticle },
        },
      },
      async (request, reply) => {
        const expected = requireIfMatch(request);
        const changed = await articles.update(workOf(request, db.write), request.params.id, expected, request.body);
        return withWarnings(request, withCopyTag(reply, changed));
      },
    );

    app.delete(
      '/articles/:id',
      {
        config: byOwner,
        schema: {
          ...common,
          operationId: 'deleteArticle',
          summary: 'Delete a working copy that is not published',
          description:
            'For good, with its sections and slugs. A published article is refused (409 conflict) until it is unpublished, one that was killed for good, and one that has comments (409 in-use) until all of them are deleted.',
          ifMatch: 'required',
          params,
          querystring: noQuery,
          response: { 204: noContent },
        },
      },
      async (request, reply) => {
        const expected = requireIfMatch(request);
        await articles.remove(workOf(request, db.write), request.params.id, expected);
        return reply.code(204).send();
      },
    );
  };
}
