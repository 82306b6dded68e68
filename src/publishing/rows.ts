import { fold } from '../arabic/fold.ts';
import type { WorkingCopy } from '../articles/working-copy.ts';
import type { Tables } from '../db/tables.ts';
import { buildDocument } from './document.ts';

export type PublicationRows = {
  publication: Tables['publications']['$inferInsert'];
  document: Tables['publicationDocuments']['$inferInsert'];
  authors: Tables['publicationAuthors']['$inferInsert'][];
  tags: Tables['publicationTags']['$inferInsert'][];
};

/** Every row of a publication of `copy`. */
export function publicationRows(
  copy: WorkingCopy,
  shown: { revision: number; publishedAt: Date; updatedAt: Date; commentCount: number },
): PublicationRows {
  const { id: articleId, slug, slugKey, locale, categoryId, sourceName, urgency, commentMode } = copy.article;
  const { publishedAt } = shown;
  const { document, documentHash, card, cardHash } = buildDocument(copy, publishedAt, shown.updatedAt);
  const authors = copy.authors.map(({ id, role }) => ({ id, role }));
  const authorIds = [...new Set(authors.map((author) => author.id))];
  return {
    publication: {
      ...{ articleId, slug, slugKey, locale, categoryId, urgency, commentMode, ...shown },
      sourceKey: sourceName === null ? null : fold(sourceName),
      refs: { authors, tags: copy.tagIds },
      ...{ card, cardHash },
    },
    document: { articleId, document, documentHash },
    authors: authorIds.map((authorId) => ({ authorId, articleId, publishedAt })),
    tags: copy.tagIds.map((tagId) => ({ tagId, articleId, publishedAt })),
  };
}
