import { z } from 'zod';
import { articleForms } from '../feeds/render-article.ts';
import { countKey, instantKey } from '../http/cursor.ts';
import { instantQuery } from '../http/date-input.ts';
import { cursor, languageTag, limit } from '../http/pieces.ts';
import { refusal } from '../http/validation.ts';
import { displayQuery } from './display.ts';
import { publishedArticle } from './schemas.ts';

const term = (what: string) =>
  z
    .string()
    .min(1)
    .max(300)
    .optional()
    .meta({ description: `Id or slug of ${what}` });

const members = Object.keys(publishedArticle.shape);

/** Names of members to answer, by commas; the rest is left out. */
const fields = z
  .string()
  .min(1)
  .max(500)
  .refine(
    (text) => text.split(',').every((name) => members.includes(name)),
    refusal('unknown_field', `Expected some of: ${members.join(', ')}.`, `القيم المقبولة: ${members.join(', ')}.`),
  )
  .transform((text) => text.split(','))
  .optional()
  .meta({
    type: 'string',
    description: `Members to answer, by commas: ${members.join(', ')}`,
    examples: ['id,headline,publishedAt'],
  });

/** What lists of published articles are narrowed by. */
export const listFilters = {
  category: term('a category; those below it belong to it'),
  tag: term('a tag'),
  author: term('an author'),
  locale: languageTag.optional(),
  source: z.string().trim().min(1).max(200).optional().meta({ description: 'Name of the outlet a story came from' }),
  urgency: z
    .string()
    .regex(/^[1-9]$/)
    .optional()
    .meta({ type: 'integer', minimum: 1, maximum: 9, description: 'IPTC urgency, 1–9' }),
  from: instantQuery.meta({ description: 'Published at this instant or later; a date is its whole day' }),
  to: instantQuery.meta({
    description: 'Published at this instant or earlier, and not before `from`; a date is its whole day',
  }),
};

export const articleListQuery = z
  .strictObject({
    limit,
    cursor,
    ...listFilters,
    sort: z
      .enum(['-publishedAt', 'publishedAt', '-updatedAt', '-commentCount', '-views'])
      .default('-publishedAt')
      .meta({ description: '`-` is descending; newest first unless it is sent' }),
    window: z
      .enum(['24h', '7d'])
      .optional()
      .meta({ description: 'With sort=-views: the time in which views are counted, 24h unless it is sent' }),
    fields,
    include: z
      .enum(['sections'])
      .optional()
      .meta({ description: '`sections` adds the full bodies, `seo` and `custom`; so does naming them in `fields`' }),
    count: z.enum(['exact']).optional().meta({ description: '`exact` adds page.total' }),
    display: displayQuery,
  })
  .refine((query) => query.window === undefined || query.sort === '-views', {
    path: ['window'],
    ...refusal('window_without_views', 'It goes with sort=-views.', 'لا يُستعمل إلا مع sort=-views.'),
  });
export type ArticleListQuery = z.infer<typeof articleListQuery>;

const render = z
  .enum(['html', 'markdown', 'text'])
  .optional()
  .meta({ description: 'Adds each section’s body in this form' });

export const articleQuery = z
  .strictObject({
    format: z
      .enum(['json', ...articleForms])
      .optional()
      .meta({
        description:
          'Another form of the article: IPTC ninjs 3, schema.org JSON-LD, an HTML fragment, Markdown or plain text',
      }),
    render,
    fields,
    display: displayQuery,
  })
  .refine(
    ({ format = 'json', render, fields, display }) =>
      format === 'json' || (render === undefined && fields === undefined && display === undefined),
    {
      path: ['format'],
      ...refusal(
        'json_only',
        'render, fields and display go with JSON only.',
        'لا تُستعمل render وfields وdisplay إلا مع JSON.',
      ),
    },
  );
export type ArticleQuery = z.infer<typeof articleQuery>;

export const sectionQuery = z.strictObject({ render });
export type Render = z.infer<typeof render>;

/** The members of articles that lists show only when they are asked to. */
export const bodyFields: readonly string[] = ['sections', 'seo', 'custom'];

const byTime = z.tuple([instantKey, instantKey, countKey]);
const byCount = z.tuple([countKey, instantKey, countKey]);

/** Where a page of articles begins: sort value, time of publication, number. */
export function positionIn(sort: ArticleListQuery['sort']) {
  return sort === '-commentCount' || sort === '-views' ? byCount : byTime;
}
