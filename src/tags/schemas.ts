import { z } from 'zod';
import { id, line, paragraph, versionedFields } from '../http/pieces.ts';
import { chosenSlug } from '../slugs.ts';

export const tag = z
  .object({
    id,
    name: z.string(),
    slug: z.string(),
    description: z.string().nullable(),
    ...versionedFields,
  })
  .meta({ id: 'EditorialTag' });

const fields = {
  name: line(200),
  slug: chosenSlug.optional(),
  description: paragraph(2000).nullable().optional(),
};

export const tagCreate = z.strictObject(fields).meta({ examples: [{ name: 'التحالف الدولي' }] });
export type TagCreate = z.infer<typeof tagCreate>;

export const tagPatch = z
  .strictObject(fields)
  .partial()
  .meta({ examples: [{ description: 'كل ما يخص التحالف' }] });
export type TagPatch = z.infer<typeof tagPatch>;

export const tagSchemas = { resource: tag, create: tagCreate, patch: tagPatch };
