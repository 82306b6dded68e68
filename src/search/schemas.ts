import { z } from 'zod';
import { displayQuery } from '../delivery/display.ts';
import { listFilters } from '../delivery/query.ts';
import { articleSummary } from '../delivery/schemas.ts';
import { cursor, id, limit, page } from '../http/pieces.ts';
import { refusal } from '../http/validation.ts';
import { searchText } from './query-text.ts';

const flag = (description: string, initial: boolean) =>
  z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .default(initial)
    .meta({ type: 'boolean', default: initial, description });

const facetNames = ['category', 'tag', 'author', 'year'] as const;
const facets = z
  .string()
  .max(100)
  .transform((text) => [...new Set(text.split(','))])
  .pipe(z.array(z.enum(facetNames)))
  .optional()
  .meta({
    type: 'string',
    description: `Counts to answer, by commas: ${facetNames.join(', ')}`,
    examples: ['category,year'],
  });

export const searchQuery = z.strictObject({
  q: searchText,
  limit,
  cursor,
  sort: z.enum(['relevance', 'date']).default('relevance').meta({ description: '`date`: the newest first' }),
  fresh: flag('Whether newer stories rank somewhat higher', true),
  ...listFilters,
  total: z.enum(['exact']).optional().meta({ description: '`exact`: count all that is found, which takes time' }),
  facets,
  display: displayQuery,
});
export type SearchQuery = z.infer<typeof searchQuery>;

const count = z.number().int();
const named = z.object({ id, name: z.string(), slug: z.string(), count });

export const searchHit = articleSummary
  .extend({
    highlight: z
      .object({ headline: z.string(), snippet: z.string() })
      .meta({ description: 'HTML: words asked for in <mark>, everything else escaped' }),
    score: z.number().nullable().meta({ description: 'Comparable within one answer only; null by date' }),
  })
  .meta({ id: 'SearchHit' });

export const searchAnswer = z
  .object({
    data: z.array(searchHit),
    page,
    match: z.enum(['all', 'any']).meta({
      description: '`any`: fewer than a page have everything asked for, so those that have something of it follow',
    }),
    total: count.optional().meta({ description: 'With total=exact' }),
    facets: z
      .object({
        counted: count.meta({ description: 'Over how many stories the counts are: the newest found, up to a bound' }),
        category: z
          .array(named)
          .optional()
          .meta({ description: 'Each with what stands below it, as the filter finds' }),
        tag: z.array(named).optional(),
        author: z.array(named).optional(),
        year: z.array(z.object({ year: z.number().int(), count })).optional(),
      })
      .optional()
      .meta({ description: 'With facets' }),
    didYouMean: z
      .string()
      .nullable()
      .optional()
      .meta({ description: 'Where nothing is found: the query with the nearest words of headlines' }),
  })
  .meta({ id: 'SearchAnswer' });

export const suggestQuery = z.strictObject({
  q: z
    .string()
    .max(200)
    .refine(
      (text) => /[\p{L}\p{N}]/u.test(text),
      refusal('empty_query', 'There is no letter to complete.', 'لا يوجد حرف لإكماله.'),
    )
    .meta({ type: 'string', maxLength: 200, description: 'What was typed so far', examples: ['التحال'] }),
});

export const suggestAnswer = z
  .object({
    headlines: z.array(z.object({ id, headline: z.string(), slug: z.string() })),
    tags: z.array(z.object({ id, name: z.string(), slug: z.string() })),
  })
  .meta({ id: 'Suggestions' });
export type Suggestions = z.infer<typeof suggestAnswer>;
