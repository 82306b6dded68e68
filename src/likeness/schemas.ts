import { z } from 'zod';
import { id, instant, written } from '../http/pieces.ts';

const similar = z
  .object({
    id,
    headline: z.string(),
    status: z.enum(['draft', 'published', 'unpublished', 'killed']),
    similarity: z.number().meta({ description: 'Estimated share of word pairs in common, 0.5–1' }),
    updatedAt: instant,
  })
  .meta({ id: 'SimilarArticle' });
export type Similar = z.infer<typeof similar>;

/** The answer of a write that changed what a story says: with other stories that say nearly the same. */
export function saved<Shape extends z.core.$ZodLooseShape>(resource: z.ZodObject<Shape>) {
  return written(resource).extend({
    similar: z.array(similar).optional().meta({
      description: 'Other articles of the last seven days that say nearly the same, best first; at most 5',
    }),
  });
}
