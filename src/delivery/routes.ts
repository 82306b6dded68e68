import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { id, page } from '../http/pieces.ts';
import type { ArticleLists } from './article-lists.ts';
import type { Articles } from './articles.ts';
import { articleListQuery, articleQuery, sectionQuery } from './query.ts';
import { articleCard, publishedArticle, publishedSection } from './schemas.ts';
import type { Answers } from './send.ts';

/** The public reads of articles. */
export function deliveryRoutes(answers: Answers, articles: Articles, lists: ArticleLists): FastifyPluginAsyncZod {
  const ref = z
    .string()
    .meta({ description: 'Id or slug of a published article', examples: ['سوريا-توقع-إعلان-تعاون'] });
  const common = { tags: ['delivery'] };
  const onRequest = answers.fromCache;
  const countedPage = page.extend({
    total: z.number().int().optional().meta({ description: 'With count=exact' }),
    totalIsExact: z
      .boolean()
      .optional()
      .meta({ description: 'False when counting was given up: there are at least `total`' }),
  });

  return async (app) => {
    app.get(
      '/v1/articles',
      {
        onRequest,
        schema: {
          ...common,
          operationId: 'listArticles',
          summary: 'List published articles, newest first',
          description:
            'Filters may be combined. Where rare ones are, a page may hold fewer articles than `limit`, even none, while `page.next` says where to go on.',
          querystring: articleListQuery,
          response: { 200: z.object({ data: z.array(articleCard.partial()), page: countedPage }) },
        },
      },
      async (request, reply) => answers.through(request, reply, () => lists.render('/v1/articles', request.query)),
    );

    app.get(
      '/v1/articles/:ref',
      {
        onRequest,
        schema: {
          ...common,
          operationId: 'getArticle',
          summary: 'Read a published article',
          description:
            'Under a slug that the article had before it answers 308 with its address now; 410 when it was withdrawn for good.',
          params: z.strictObject({ ref }),
          querystring: articleQuery,
          response: { 200: publishedArticle.partial() },
        },
      },
      async (request, reply) =>
        answers.through(request, reply, () => articles.render(request.params.ref, searchOf(request), request.query)),
    );

    app.get(
      '/v1/articles/:ref/sections',
      {
        onRequest,
        schema: {
          ...common,
          operationId: 'listSections',
          summary: 'List the sections of a published article, in order',
          params: z.strictObject({ ref }),
          querystring: sectionQuery,
          response: { 200: z.object({ data: z.array(publishedSection), page }) },
        },
      },
      async (request, reply) =>
        answers.through(request, reply, () =>
          articles.renderSections(request.params.ref, searchOf(request), request.query.render),
        ),
    );

    app.get(
      '/v1/articles/:ref/sections/:sectionId',
      {
        onRequest,
        schema: {
          ...common,
          operationId: 'getSection',
          summary: 'Read a section of a published article',
          params: z.strictObject({ ref, sectionId: id }),
          querystring: sectionQuery,
          response: { 200: publishedSection },
        },
      },
      async (request, reply) => {
        const { ref: reference, sectionId } = request.params;
        return answers.through(request, reply, () =>
          articles.renderSection(reference, sectionId, searchOf(request), request.query.render),
        );
      },
    );
  };
}

function searchOf({ url }: FastifyRequest): string {
  const start = url.indexOf('?');
  return start < 0 ? '' : url.slice(start);
}
