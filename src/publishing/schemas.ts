import { z } from 'zod';
import { id, instant } from '../http/pieces.ts';

export const published = z
  .object({
    id,
    status: z.literal('published'),
    slug: z.string(),
    version: z.number().int(),
    revision: z.number().int().meta({ description: 'How often the article was published' }),
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
