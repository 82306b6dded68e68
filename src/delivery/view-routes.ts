import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { noContent, noQuery } from '../http/pieces.ts';
import type { Resolve } from './resolve.ts';
import type { Views } from './views.ts';

/** How a site or an app says that somebody reads an article. */
export function viewRoutes(views: Pick<Views, 'count'>, resolve: Resolve): FastifyPluginAsyncZod {
  const ref = z
    .string()
    .meta({ description: 'Id or slug of a published article', examples: ['سوريا-توقع-إعلان-تعاون'] });

  return async (app) => {
    app.post(
      '/v1/articles/:ref/views',
      {
        schema: {
          tags: ['delivery'],
          operationId: 'countView',
          summary: 'Count a reading of a published article',
          description:
            'Sent by the page that shows the article, without a body. It is counted within seconds, for `sort=-views`. Programs, browsers that fetch ahead, and the same reader (address and browser) within half an hour are answered alike and not counted. Neither cookies nor addresses are kept.',
          params: z.strictObject({ ref }),
          querystring: noQuery,
          response: { 204: noContent },
        },
      },
      async (request, reply) => {
        const { articleId } = await resolve(request.params.ref);
        const { headers } = request;
        const purpose = headers['sec-purpose'] ?? headers.purpose ?? headers['x-purpose'] ?? headers['x-moz'];
        views.count(articleId, {
          address: request.ip,
          userAgent: headers['user-agent'],
          purpose: purpose === undefined ? undefined : String(purpose),
        });
        return reply.code(204).header('cache-control', 'no-store').send();
      },
    );
  };
}
