import { isDeepStrictEqual } from 'node:util';
import { localeDirection } from '../arabic/direction.ts';
import { readingMinutes } from '../arabic/reading.ts';
import type { Tables } from '../db/tables.ts';
import type { PortableText } from '../portable-text/schema.ts';
import { buildDocument } from '../publishing/document.ts';
import type { KnownNames, Named } from './references.ts';
import type { Article, ArticleSummary } from './schemas.ts';
import type { SectionRow } from './section-rows.ts';
import { type ArticleRow, countCopyWords, type WorkingCopy } from './working-copy.ts';

/** What is compared to tell whether readers see the working copy as it is. */
export type PublicationState = Pick<
  Tables['publications']['$inferSelect'],
  'revision' | 'publishedAt' | 'updatedAt' | 'categoryId' | 'commentMode' | 'refs'
> & { documentHash: string };

/** A working copy as the editorial API answers it. */
export function presentArticle(copy: WorkingCopy, names: KnownNames, publication: PublicationState | null): Article {
  const { article, sections } = copy;
  const wordCount = countCopyWords(copy);
  const bylines = copy.authors.flatMap(({ id, role }) => {
    const author = names.authors.get(id);
    return author ? [{ ...author, role }] : [];
  });
  return {
    ...presentSummary(article, bylines, names.categories.get(article.categoryId ?? '') ?? null),
    lead: article.lead,
    dateline: article.dateline,
    tags: copy.tagIds.flatMap((id) => names.tags.get(id) ?? []),
    seo: article.seo,
    comments: article.commentMode === null ? null : { mode: article.commentMode },
    custom: article.custom ?? {},
    sections: sections.map(presentSection),
    wordCount,
    readingMinutes: readingMinutes(wordCount),
    publication: publication && {
      revision: publication.revision,
      publishedAt: publication.publishedAt,
      updatedAt: publication.updatedAt,
      isCurrent: isCurrent(copy, publication),
    },
  };
}

/** A working copy as lists show it. */
export function presentSummary(
  article: ArticleRow,
  authors: ArticleSummary['authors'],
  category: Named | null,
): ArticleSummary {
  const { id, externalId, status, headline, kicker, slug, locale, urgency, publishedAt } = article;
  const { version, createdAt, updatedAt } = article;
  return {
    id,
    externalId,
    status,
    headline,
    kicker,
    slug,
    locale,
    dir: localeDirection(locale),
    source: article.sourceName === null ? null : { name: article.sourceName, url: article.sourceUrl },
    urgency,
    authors,
    category,
    publishedAt,
    version,
    createdAt,
    updatedAt,
  };
}

/** A section inside its article. */
function presentSection({ id, anchor, heading, position, version, body }: SectionRow) {
  return { id, anchor, heading, position, version, body: body as PortableText };
}

/** Whether publishing again would change anything that readers see. Compared by content: times of edits can be equal. */
export function isCurrent(copy: WorkingCopy, publication: PublicationState): boolean {
  const { publishedAt, updatedAt, documentHash, categoryId, commentMode, refs } = publication;
  return (
    buildDocument(copy, copy.article.publishedAt ?? publishedAt, updatedAt).documentHash === documentHash &&
    copy.article.categoryId === categoryId &&
    copy.article.commentMode === commentMode &&
    isDeepStrictEqual([refs.authors, refs.tags], [copy.authors, copy.tagIds])
  );
}
