import { z } from 'zod';
import { id, line, paragraph, versionedFields } from '../http/pieces.ts';
import { chosenSlug } from '../slugs.ts';

export const category = z
  .object({
    id,
    name: z.string(),
    slug: z.string(),
    description: z.string().nullable(),
    parentId: id.nullable(),
    ...versionedFields,
  })
  .meta({ id: 'EditorialCategory' });

export type Category = z.infer<typeof category>;

const fields = {
  name: line(200),
  slug: chosenSlug.optional(),
  description: paragraph(2000).nullable().optional(),
  parentId: id.nullable().optional(),
};

export const categoryCreate = z.strictObject(fields).meta({
  examples: [{ name: 'سياسة', slug: 'سياسة', description: 'أخبار السياسة' }],
});
export type CategoryCreate = z.infer<typeof categoryCreate>;

export const categoryPatch = z
  .strictObject(fields)
  .partial()
  .meta({ examples: [{ name: 'سياسة دولية' }] });
export type CategoryPatch = z.infer<typeof categoryPatch>;

export const categorySchemas = { resource: category, create: categoryCreate, patch: categoryPatch };
