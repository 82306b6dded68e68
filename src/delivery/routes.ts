import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { originOf } from '../feeds/origin.ts';
import type { ArticleForm } from '../feeds/render-article.ts';
import { id, page } from '../http/pieces.ts';
import { searchOf } from '../http/request-target.ts';
import type { SiteSettings } from '../settings/schemas.ts';
import type { ArticleLists } from './article-lists.ts';
import type { Articles } from './articles.ts';
import type { Rendered } from './cache.ts';
import { acceptedForm, cacheKey } from './negotiate.ts';
import { type ArticleQuery, articleListQuery, articleQuery, sectionQuery } from './query.ts';
import { pickedArticle, publishedSection } from './schemas.ts';
import type { Answers } from './send.ts';

type DeliveryDeps = { answers: Answers; articles: Articles; lists: ArticleLists; site: () => SiteSettings };

const articlePath = '/v1/articles/:ref';

/** The public reads of articles. */
export function deliveryRoutes({ answers, articles, lists, site }: DeliveryDeps): FastifyPluginAsyncZod {
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
          response: { 200: z.object({ data: z.array(pickedArticle), page: countedPage }) },
        },
      },
      async (request, reply) => answers.through(request, reply, () => lists.render('/v1/articles', request.query)),
    );

    app.get(
      articlePath,
      {
        onRequest,
        schema: {
          ...common,
          operationId: 'getArticle',
          summary: 'Read a published article',
          description:
            'Under a slug that the article had before it answers 308 with its address now; 410 when it was withdrawn for good. `Accept: application/ninjs+json` and `application/ld+json` are the same as `format`.',
          params: z.strictObject({ ref }),
          querystring: articleQuery,
          response: { 200: inEveryForm },
        },
      },
      async (request, reply) => {
        const { params, query } = request;
        const search = searchOf(request.url);
        const form = formOf(request.headers.accept, query);
        if (form === 'json') return answers.through(request, reply, () => articles.render(params.ref, search, query));
        const { origin, keyOf } = originOf(request, site());
        const about = {
          origin,
          ...(query.format === undefined ? { varies: 'accept' as const } : {}),
        };
        const render = () => articles.renderForm(form, params.ref, search, about);
        return answers.through(request, reply, render, keyOf(cacheKey(request)));
      },
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
          articles.renderSections(request.params.ref, searchOf(request.url), request.query.render),
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
          articles.renderSection(reference, sectionId, searchOf(request.url), request.query.render),
        );
      },
    );
  };
}

/**
 * How to make an article as it is answered to a request without a query and without a wish for another form; null for
 * every other request.
 */
export function plainArticle(articles: Articles) {
  return ({ url, headers }: Pick<FastifyRequest, 'url' | 'headers'>): (() => Promise<Rendered>) | null => {
    const reference = plainReference(url);
    if (reference === null || formOf(headers.accept, {}) !== 'json') return null;
    return () => articles.render(reference, '', {});
  };
}

/** What an article's address names, where every router reads it alike and no route refuses it: letters and digits only. */
function plainReference(url: string): string | null {
  const written = plainAddress.exec(url)?.[1];
  if (written === undefined || !written.includes('%')) return written ?? null;
  try {
    return decodeURIComponent(written);
  } catch {
    return null;
  }
}

/** With bytes of letters beyond ASCII escaped, and no others. */
const plainAddress = /^\/v1\/articles\/((?:[\w-]|%[89a-fA-F][\da-fA-F])+)$/;

/** What `format` may ask for, each under its media type. */
export const inEveryForm = {
  description: 'The article, in the form that was asked for',
  content: {
    'application/json': { schema: pickedArticle },
    'application/ninjs+json': { schema: z.looseObject({}) },
    'application/ld+json': { schema: z.looseObject({}) },
    'text/html': { schema: z.string() },
    'text/markdown': { schema: z.string() },
    'text/plain': { schema: z.string() },
  },
};

/** `format` decides; without it Accept, unless other parameters ask for something of the JSON. */
function formOf(accept: string | undefined, { format, render, fields, display }: ArticleQuery): ArticleForm | 'json' {
  if (format !== undefined) return format;
  const isPlain = render === undefined && fields === undefined && display === undefined;
  return (isPlain && acceptedForm(accept)) || 'json';
}
