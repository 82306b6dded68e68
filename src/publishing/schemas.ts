import { z } from 'zod';
import { id, instant } from '../http/pieces.ts';

/** Unpublishing takes the publication away with its count. */
export const revision = z
  .number()
  .int()
  .meta({ description: 'How often the article was published since it was last unpublished; 1 the first time' });

export const published = z
  .object({
    id,
    status: z.literal('published'),
    slug: z.string(),
    version: z.number().int(),
    revision,
    publishedAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Published' });
export type Published = z.infer<typeof published>;

export const withdrawn = z
  .object({
    id,
    status: z.enum(['unpublished', 'killed']),
    slug: z.string(),
    version: z.number().int(),
  })
  .meta({ id: 'Withdrawn' });
export type Withdrawn = z.infer<typeof withdrawn>;
