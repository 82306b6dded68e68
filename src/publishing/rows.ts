import { fold } from '../arabic/fold.ts';
import type { WorkingCopy } from '../articles/working-copy.ts';
import type { Tables } from '../db/tables.ts';
import type { Searched } from '../search/search-index.ts';
import { textsOf } from '../search/texts.ts';
import { buildDocument } from './document.ts';
import { fitting } from './made-ahead.ts';

/** A publication before it has a number. */
export type PublicationRows = {
  publication: Omit<Tables['publications']['$inferInsert'], 'n'>;
  document: Omit<Tables['publicationDocuments']['$inferInsert'], 'n'>;
  /** What is searched in it. */
  searched: Searched;
  /** Nothing is stored or searched of its article yet. */
  isFirst?: boolean;
};

/** The rows of a publication of `copy`. */
export function publicationRows(
  copy: WorkingCopy,
  shown: { revision: number; publishedAt: Date; updatedAt: Date; commentCount: number },
): PublicationRows {
  const { id: articleId, slug, locale, categoryId, sourceName, urgency, commentMode, seo } = copy.article;
  const made = fitting(copy, shown);
  const bytes = made?.bytes ?? buildDocument(copy, shown.publishedAt, shown.updatedAt);
  const { card, cardHash, rest, documentHash } = bytes;
  return {
    publication: {
      ...{ articleId, slug, locale, categoryId, urgency, commentMode, ...shown },
      sourceKey: sourceName === null ? null : fold(sourceName),
      refs: {
        authors: copy.authors.map(({ id, role }) => ({ id, role })),
        tags: copy.tagIds,
        ...(seo?.noIndex ? { noIndex: true } : {}),
        ...(seo?.canonicalUrl ? { canonicalUrl: seo.canonicalUrl } : {}),
      },
      ...{ card, cardHash },
    },
    document: { rest, documentHash },
    searched: { texts: () => textsOf(copy), analysed: made?.analysed },
    isFirst: copy.isNewlyPublic ?? false,
  };
}
