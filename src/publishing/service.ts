import { eq } from 'drizzle-orm';
import { fold } from '../arabic/fold.ts';
import { loadWorkingCopy } from '../articles/working-copy.ts';
import type { Audit } from '../audit/audit.ts';
import { demandArticlePublish } from '../auth/permissions.ts';
import { countApproved } from '../comments/repository.ts';
import type { Database, Tx } from '../db/database.ts';
import { AppError, fieldError } from '../errors.ts';
import type { ExpectedVersion } from '../http/etag.ts';
import type { Work } from '../work.ts';
import { buildDocument } from './document.ts';
import { createPublicationRepository } from './repository.ts';

export type PublishingService = ReturnType<typeof createPublishingService>;

export type Published = {
  id: string;
  status: 'published';
  slug: string;
  version: number;
  revision: number;
  publishedAt: Date;
  updatedAt: Date;
};

/** Makes publications from working copies, and takes them back. */
export function createPublishingService({ db, clock, audit }: { db: Database; clock: () => Date; audit: Audit }) {
  const { tables } = db;
  const repository = createPublicationRepository(tables);

  /**
   * Publishes inside a transaction that is already open. `updatedAt` is what readers see as the time of the last
   * change; imports set it, otherwise it is now.
   */
  async function publishWithin(
    tx: Tx,
    work: Work,
    articleId: string,
    expected: ExpectedVersion,
    updatedAt?: Date,
  ): Promise<Published> {
    const copy = await loadWorkingCopy(tx, tables, articleId);
    if (!copy) throw new AppError('not-found');
    demandArticlePublish(work.actor, copy.article);
    const now = clock();
    const publishedAt = copy.article.publishedAt ?? now;
    if (publishedAt > now)
      throw fieldError('/publishedAt', 'in_the_future', {
        en: 'The article’s publication date is still to come.',
        ar: 'تاريخ نشر المقال لم يحن بعد.',
      });
    const shownUpdatedAt = updatedAt ?? now;
    const marked = await repository.mark(tx, articleId, expected, { status: 'published', publishedAt, updatedAt: now });
    if (!marked) throw new AppError('precondition-failed');
    const { article } = copy;
    const revision = await repository.store(
      tx,
      {
        articleId,
        slug: article.slug,
        slugKey: article.slugKey,
        locale: article.locale,
        categoryId: article.categoryId,
        sourceKey: article.sourceName === null ? null : fold(article.sourceName),
        urgency: article.urgency,
        publishedAt,
        updatedAt: shownUpdatedAt,
        commentMode: article.commentMode,
        commentCount: await countApproved(tx, tables, articleId),
        refs: { authors: copy.authors, tags: copy.tagIds },
      },
      buildDocument(copy, publishedAt, shownUpdatedAt),
    );
    await repository.keepSlug(tx, article.slugKey);
    await audit(tx, work, 'article.published', { type: 'article', id: articleId }, { revision });
    tx.announce(`article:${articleId}`, 'list');
    const { version, slug } = marked;
    return { id: articleId, status: 'published', slug, version, revision, publishedAt, updatedAt: shownUpdatedAt };
  }

  return {
    publishWithin,

    async publish(work: Work, articleId: string, expected: ExpectedVersion): Promise<Published> {
      return work.write((tx) => publishWithin(tx, work, articleId, expected));
    },

    /** Takes the publication back; the working copy, its slugs and its comments stay. */
    async unpublish(work: Work, articleId: string, expected: ExpectedVersion) {
      return work.write(async (tx) => {
        const [article] = await tx.select().from(tables.articles).where(eq(tables.articles.id, articleId));
        if (!article) throw new AppError('not-found');
        demandArticlePublish(work.actor, article);
        const marked = await repository.mark(tx, articleId, expected, { status: 'unpublished', updatedAt: clock() });
        if (!marked) throw new AppError('precondition-failed');
        if (!(await repository.remove(tx, articleId)))
          throw new AppError('conflict', {
            params: { reason: 'The article is not published.', reasonAr: 'المقال غير منشور.' },
          });
        await audit(tx, work, 'article.unpublished', { type: 'article', id: articleId });
        tx.announce(`article:${articleId}`, 'list');
        return { id: articleId, status: 'unpublished' as const, slug: marked.slug, version: marked.version };
      });
    },
  };
}
