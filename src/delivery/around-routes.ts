import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { fold } from '../arabic/fold.ts';
import { boundsOf } from '../http/date-range.ts';
import { queryNumber } from '../http/pieces.ts';
import { searchOf } from '../http/request-target.ts';
import type { SiteSettings } from '../settings/schemas.ts';
import type { ArchiveMonth, createArchive } from './archive.ts';
import type { Articles } from './articles.ts';
import type { Composer } from './compose.ts';
import { type DisplayLocale, displayQuery, monthInWords } from './display.ts';
import type { FacetFinder } from './facet-finder.ts';
import { listFilters } from './query.ts';
import type { Related } from './related.ts';
import { articleSummary } from './schemas.ts';
import type { Answers } from './send.ts';

type Deps = {
  answers: Answers;
  articles: Articles;
  composer: Composer;
  facets: FacetFinder;
  countMonths: ReturnType<typeof createArchive>;
  related: Related;
  site: () => SiteSettings;
};

const json = 'application/json; charset=utf-8';

const archive = z.object({
  data: z.array(
    z.object({
      month: z.string().meta({ examples: ['2025-11'] }),
      count: z.number().int(),
      display: z
        .object({ locale: z.string(), month: z.string() })
        .optional()
        .meta({ description: 'The month in words, where they are asked for' }),
    }),
  ),
  total: z.number().int(),
});

/** What pages show around articles: the archive by month, and other articles about the same story. */
export function aroundRoutes(deps: Deps): FastifyPluginAsyncZod {
  const { answers, articles, composer, facets, countMonths, related, site } = deps;
  const common = { tags: ['delivery'] };
  const onRequest = answers.fromCache;

  function inWords(months: readonly ArchiveMonth[], locale: DisplayLocale): z.infer<typeof archive>['data'] {
    if (locale === null) return [...months];
    return months.map((each) => ({ ...each, display: { locale, month: monthInWords(site(), locale, each.month) } }));
  }

  return async (app) => {
    app.get(
      '/v1/archive',
      {
        onRequest,
        schema: {
          ...common,
          operationId: 'getArchive',
          summary: 'How many articles each month has, newest first',
          description:
            'Months of the site’s time zone; those without an article are left out. Of a month that `from` or `to` divides, what they leave is counted.',
          querystring: z.strictObject({ ...listFilters, display: displayQuery }),
          response: { 200: archive },
        },
      },
      async (request, reply) =>
        answers.through(request, reply, async () => {
          const { display, ...query } = request.query;
          const { timeZone } = site();
          const bounds = boundsOf(query, timeZone);
          const sourceKey = query.source === undefined ? undefined : fold(query.source);
          const months = await countMonths(await facets.find({ ...query, sourceKey }), timeZone, bounds);
          const total = months.reduce((sum, { count }) => sum + count, 0);
          const data = inWords(months, composer.displayFor(display));
          return {
            body: Buffer.from(JSON.stringify({ data, total })),
            contentType: json,
            tags: ['list', 'categories', 'tags', 'authors'],
          };
        }),
    );

    app.get(
      '/v1/articles/:ref/related',
      {
        onRequest,
        schema: {
          ...common,
          operationId: 'listRelated',
          summary: 'Other articles about the same story, nearest first',
          description:
            'By the tags they share (rare ones count more), the category, the words of headline and lead, and time.',
          params: z.strictObject({ ref: z.string().meta({ description: 'Id or slug of a published article' }) }),
          querystring: z.strictObject({ limit: queryNumber({ min: 1, max: 20, default: 5 }), display: displayQuery }),
          response: { 200: z.object({ data: z.array(articleSummary) }) },
        },
      },
      async (request, reply) =>
        answers.through(request, reply, async () => {
          const { limit, display } = request.query;
          const { publication, moved } = await articles.find(request.params.ref, '/related', searchOf(request.url));
          if (moved) return moved;
          const found = await related.find(publication, limit);
          const list = composer.composeList(found, composer.displayFor(display), { before: '{"data":[', after: ']}' });
          return {
            body: list.body,
            hash: list.hash(),
            contentType: json,
            tags: ['list', ...composer.tagsOf(publication), ...list.tags],
          };
        }),
    );
  };
}
