import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { localeDirection } from '../arabic/direction.ts';
import { noQuery } from '../http/pieces.ts';
import type { SiteSettings } from '../settings/schemas.ts';
import { publicSite } from './schemas.ts';
import type { Answers } from './send.ts';

/** What the pages of a website have to know of the site as a whole. */
export function siteRoutes(answers: Answers, site: () => SiteSettings): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/v1/site',
      {
        onRequest: answers.fromCache,
        schema: {
          tags: ['delivery'],
          operationId: 'getSite',
          summary: 'Read what is public of the settings',
          description:
            'Name, language and addresses for the head of every page, and what a page that writes dates itself needs in order to write them as `display` does.',
          querystring: noQuery,
          response: { 200: publicSite },
        },
      },
      async (request, reply) =>
        answers.through(request, reply, async () => {
          const shown = publicSite.parse({ ...site(), dir: localeDirection(site().locale) });
          return {
            body: Buffer.from(JSON.stringify(shown)),
            contentType: 'application/json; charset=utf-8',
            tags: ['everything'],
          };
        }),
    );
  };
}
