import { isDeepStrictEqual } from 'node:util';
import { chooseSlug } from '../slugs.ts';
import type { PreparedArticle } from './prepare.ts';
import type { WorkingCopy } from './working-copy.ts';

/** Whether replacing the working copy by `item` would change anything but its version. */
export function differsFrom(copy: WorkingCopy, item: PreparedArticle): boolean {
  const { article } = copy;
  const columns = Object.entries(item.columns);
  return !(
    columns.every(([name, value]) => isDeepStrictEqual(article[name as keyof typeof article], value)) &&
    (!item.slug.isChosen || chooseSlug(item.slug.text, article.id).slug === article.slug) &&
    isDeepStrictEqual(copy.authors, item.authors) &&
    isDeepStrictEqual(copy.tagIds, item.tagIds) &&
    hasSameSections(copy, item)
  );
}

/** Whether the sections say the same in the same order. */
export function hasSameSections(copy: WorkingCopy, item: PreparedArticle): boolean {
  return (
    copy.sections.length === item.sections.length &&
    item.sections.every(({ heading, anchor, body }, index) => {
      const old = copy.sections[index];
      return old?.heading === heading && old.anchor === anchor && isDeepStrictEqual(old.body, body);
    })
  );
}
