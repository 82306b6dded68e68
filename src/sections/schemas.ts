import { z } from 'zod';
import { slugify } from '../arabic/slug.ts';
import { dir, id, instant, line, page } from '../http/pieces.ts';
import { refusal } from '../http/validation.ts';
import { saved } from '../likeness/schemas.ts';
import { bodyInput } from '../portable-text/body-input.ts';
import { portableTextBlock } from '../portable-text/schema.ts';

export const maxSections = 200;
/** Bytes that the bodies of an article's sections may take together, as they are stored. */
export const maxStoredBytes = 1_048_576;
export const maxAnchorLetters = 80;

const anchorInput = z
  .string()
  .max(300)
  .refine(
    (text) => slugify(text, maxAnchorLetters) !== '',
    refusal('empty_anchor', 'Nothing of this can stand in an address.', 'ليس في هذا النص ما يصلح لعنوان على الويب.'),
  )
  .meta({ description: 'Names the section within its page; made from the heading when it is not sent' });

const fields = {
  heading: line(300).nullable().optional(),
  anchor: anchorInput.optional(),
  body: bodyInput.optional(),
};

/** A section as it is sent with an article. */
export const sectionInput = z.strictObject(fields).meta({
  examples: [{ heading: 'تفاصيل الإعلان', body: { text: 'وقّعت سوريا إعلان تعاون.\n\nوجاء التوقيع في دمشق.' } }],
});
export type SectionInput = z.infer<typeof sectionInput>;

export const sectionCreate = z
  .strictObject({
    ...fields,
    position: z
      .number()
      .int()
      .min(0)
      .max(maxSections)
      .optional()
      .meta({ description: 'Where it is put, from 0; at the end when it is not sent' }),
  })
  .meta({ examples: [{ heading: 'خلفية', body: { markdown: 'انضمّت **سوريا** إلى التحالف.' }, position: 1 }] });
export type SectionCreate = z.infer<typeof sectionCreate>;

export const sectionPatch = z
  .strictObject(fields)
  .partial()
  .meta({ examples: [{ heading: 'خلفية الإعلان' }] });
export type SectionPatch = z.infer<typeof sectionPatch>;

export const sectionOrder = z
  .strictObject({
    ids: z
      .array(id)
      .max(maxSections)
      .refine(
        (ids) => new Set(ids).size === ids.length,
        refusal('duplicate', 'An id is named twice.', 'ورد معرّف مرتين.'),
      )
      .meta({ description: 'Every section of the article once, in the new order' }),
  })
  .meta({ examples: [{ ids: ['0198c0de-0000-7000-8000-000000000002', '0198c0de-0000-7000-8000-000000000001'] }] });

const shown = {
  id,
  anchor: z.string(),
  heading: z.string().nullable(),
  position: z.number().int().meta({ description: 'From 0' }),
  version: z.number().int(),
  body: z.array(portableTextBlock),
};

/** A section inside its article. */
export const sectionPart = z.object(shown).meta({ id: 'EditorialSectionPart' });

export const section = z
  .object({ ...shown, articleId: id, locale: z.string(), dir, createdAt: instant, updatedAt: instant })
  .meta({ id: 'EditorialSection' });
export type Section = z.infer<typeof section>;

export const savedSection = saved(section);
export type SavedSection = Section & Pick<z.infer<typeof savedSection>, 'similar'>;

export const sectionList = z.object({ data: z.array(section), page });
