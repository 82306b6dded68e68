import { demandCopy, type ExpectedCopies } from '../articles/copy-tag.ts';
import { createArticleRepository } from '../articles/repository.ts';
import { leaveToPublication, takeFromPublication } from '../articles/section-rows.ts';
import { keepSlugs } from '../articles/slugs.ts';
import { loadWorkingCopy, lockArticle } from '../articles/working-copy.ts';
import type { Audit } from '../audit/audit.ts';
import { demandArticleKill, demandArticlePublish } from '../auth/permissions.ts';
import { countApproved } from '../comments/repository.ts';
import type { Database } from '../db/database.ts';
import { AppError } from '../errors.ts';
import type { ExpectedVersions } from '../http/etag.ts';
import type { Work } from '../work.ts';
import { demandPublishable, markPublished } from './bulk.ts';
import type { PublicationStore } from './publication-store.ts';
import { publicationRows } from './rows.ts';
import type { Published, Withdrawn } from './schemas.ts';

export type PublishingService = ReturnType<typeof createPublishingService>;
export type PublishingDeps = { db: Database; clock: () => Date; audit: Audit; store: PublicationStore };

/** Makes publications from working copies, and takes them back. */
export function createPublishingService({ db, clock, audit, store }: PublishingDeps) {
  const { tables } = db;
  const repository = createArticleRepository(tables);

  /** Takes the publication back; the working copy, its slugs and its comments stay. */
  async function withdraw(
    work: Work,
    articleId: string,
    expected: ExpectedVersions,
    status: 'unpublished' | 'killed',
  ): Promise<Withdrawn> {
    return work.write(async (tx) => {
      const article = await lockArticle(tx, tables, articleId);
      if (!article) throw new AppError('not-found');
      if (status === 'killed') demandArticleKill(work.actor, article);
      else demandArticlePublish(work.actor, article);
      const marked = await repository.update(tx, articleId, expected, { status, updatedAt: clock() });
      if (!marked) throw new AppError('precondition-failed');
      const isKilledLater = status === 'killed' && article.status === 'unpublished';
      await takeFromPublication(tx, tables, articleId);
      const removed = await store.remove(tx, [articleId]);
      if (removed.length === 0 && !isKilledLater) throw notPublished();
      await audit(tx, work, `article.${status}`, { type: 'article', id: articleId });
      tx.announce(`article:${articleId}`, 'list');
      return { id: articleId, status, slug: marked.slug, version: marked.version };
    });
  }

  return {
    /** Makes what the working copy says now public. Publishing again replaces what was public. */
    async publish(work: Work, articleId: string, expected: ExpectedCopies): Promise<Published> {
      return work.write(async (tx) => {
        const copy = await loadWorkingCopy(tx, tables, articleId);
        if (!copy) throw new AppError('not-found');
        const now = clock();
        demandPublishable(work, copy, now);
        demandCopy({ version: copy.article.version, sections: copy.sections }, expected);
        const { id, slug } = copy.article;
        const marked = (await markPublished(tx, tables, [id], now)).get(id);
        if (!marked) throw new Error('an article that is locked was not there');
        const { version, publishedAt } = marked;
        const commentCount = await countApproved(tx, tables, id);
        const rows = publicationRows(copy, { revision: 1, publishedAt, updatedAt: now, commentCount });
        const [stored] = await store.store(tx, [rows]);
        await leaveToPublication(tx, tables, [id]);
        const revision = stored?.revision ?? 1;
        await keepSlugs(tx, tables, [slug]);
        await audit(tx, work, 'article.published', { type: 'article', id }, { revision });
        tx.announce(`article:${id}`, 'list');
        return { id, status: 'published', slug, version, revision, publishedAt, updatedAt: now };
      });
    },

    /** Takes an article back for now: readers are answered 404. */
    async unpublish(work: Work, articleId: string, expected: ExpectedVersions): Promise<Withdrawn> {
      return withdraw(work, articleId, expected, 'unpublished');
    },

    /** Takes an article back for good, as news agencies kill a story: readers are answered 410. */
    async kill(work: Work, articleId: string, expected: ExpectedVersions): Promise<Withdrawn> {
      return withdraw(work, articleId, expected, 'killed');
    },
  };
}

function notPublished(): AppError {
  return new AppError('conflict', {
    params: { reason: 'The article is not published.', reasonAr: 'المقال غير منشور.' },
  });
}
