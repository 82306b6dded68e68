import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { workOf } from '../auth/hook.ts';
import { optionalIfMatch, withVersionTag } from '../http/etag.ts';
import { id, listOf, noContent, noQuery } from '../http/pieces.ts';
import type { RouteDeps } from '../http/route-deps.ts';
import { editorialComment, moderation, moderationQuery } from './schemas.ts';
import type { CommentService } from './service.ts';

/** The editorial routes of reader comments. */
export function moderationRoutes({ db }: Pick<RouteDeps, 'db'>, comments: CommentService): FastifyPluginAsyncZod {
  const params = z.strictObject({ id });
  const common = { tags: ['moderation'], security: [{ bearer: [] }] };
  const reading = { permission: 'comments:read' } as const;
  const moderating = { permission: 'comments:moderate' } as const;

  return async (app) => {
    app.get(
      '/comments',
      {
        config: reading,
        schema: {
          ...common,
          operationId: 'listEditorialComments',
          summary: 'List comments of every status, newest first',
          querystring: moderationQuery,
          response: { 200: listOf(editorialComment) },
        },
      },
      async (request) => comments.list(request.query),
    );

    app.get(
      '/comments/:id',
      {
        config: reading,
        schema: {
          ...common,
          operationId: 'getEditorialComment',
          summary: 'Read a comment',
          params,
          querystring: noQuery,
          response: { 200: editorialComment },
        },
      },
      async (request, reply) => withVersionTag(reply, await comments.get(request.params.id)),
    );

    app.patch(
      '/comments/:id',
      {
        config: moderating,
        schema: {
          ...common,
          operationId: 'moderateComment',
          summary: 'Approve or reject a comment, or call it spam',
          description:
            'States what shall be, so repeating it does no harm and If-Match may be left out. `pending` puts it back into the queue. A deleted comment stays deleted (409).',
          ifMatch: 'optional',
          params,
          querystring: noQuery,
          body: moderation,
          response: { 200: editorialComment },
        },
      },
      async (request, reply) => {
        const expected = optionalIfMatch(request);
        const work = workOf(request, db.write);
        return withVersionTag(reply, await comments.setStatus(work, request.params.id, expected, request.body.status));
      },
    );

    app.delete(
      '/comments/:id',
      {
        config: moderating,
        schema: {
          ...common,
          operationId: 'deleteComment',
          summary: 'Delete a comment for good',
          description:
            'Its words and its author’s name and address are gone for ever. Replies keep their thread: where approved ones hang below it, readers see that there was a comment.',
          ifMatch: 'optional',
          params,
          querystring: noQuery,
          response: { 204: noContent },
        },
      },
      async (request, reply) => {
        const expected = optionalIfMatch(request);
        await comments.remove(workOf(request, db.write), request.params.id, expected);
        return reply.code(204).send();
      },
    );
  };
}
