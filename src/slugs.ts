import { slugify, slugKey } from './arabic/slug.ts';

/** A slug made from `text`, with the folded key it is unique by; from the id's random part when nothing remains. */
export function chooseSlug(text: string, id: string): { slug: string; slugKey: string } {
  const slug = slugify(text) || id.slice(-12);
  return { slug, slugKey: slugKey(slug) };
}
