import { z } from 'zod';
import { displayName } from '../http/names.ts';
import { httpUrl, id, paragraph, versionedFields } from '../http/pieces.ts';
import { chosenSlug } from '../slugs.ts';

export const author = z
  .object({
    id,
    name: z.string(),
    slug: z.string(),
    bio: z.string().nullable(),
    avatarUrl: z.string().nullable(),
    userId: id.nullable(),
    ...versionedFields,
  })
  .meta({ id: 'EditorialAuthor' });

const fields = {
  name: displayName(200),
  slug: chosenSlug.optional(),
  bio: paragraph(5000).nullable().optional(),
  avatarUrl: httpUrl.nullable().optional(),
  userId: id.nullable().optional(),
};

export const authorCreate = z.strictObject(fields).meta({ examples: [{ name: 'ليلى حداد', bio: 'مراسلة في دمشق' }] });
export type AuthorCreate = z.infer<typeof authorCreate>;

export const authorPatch = z
  .strictObject(fields)
  .partial()
  .meta({ examples: [{ bio: 'مراسلة في بيروت' }] });
export type AuthorPatch = z.infer<typeof authorPatch>;

export const authorSchemas = { resource: author, create: authorCreate, patch: authorPatch };
