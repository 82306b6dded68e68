import { slugify, slugKey } from './arabic/slug.ts';
import { slugInput } from './http/pieces.ts';
import { refusal } from './http/validation.ts';
import { isId } from './uuid.ts';

/** A slug that an editor chose. */
export const chosenSlug = slugInput.refine(
  (text) => !isId(slugKey(text)),
  refusal('slug_is_id', 'A slug may not look like an id.', 'لا يجوز أن يكون العنوان المختصر على شكل معرّف.'),
);

/**
 * A slug made from `text`, with the folded key it is unique by; from the id's random part when nothing remains. One that
 * would be taken for an id is numbered.
 */
export function chooseSlug(text: string, id: string): { slug: string; slugKey: string } {
  const made = slugify(text) || id.slice(-12);
  const slug = isId(made) ? `${made}-2` : made;
  return { slug, slugKey: slugKey(slug) };
}
