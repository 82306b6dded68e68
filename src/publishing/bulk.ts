import { and, count, eq, inArray, sql } from 'drizzle-orm';
import { leaveToPublication } from '../articles/section-rows.ts';
import { keepSlugs } from '../articles/slugs.ts';
import { demandNotKilled, type WorkingCopy } from '../articles/working-copy.ts';
import { demandArticlePublish } from '../auth/permissions.ts';
import type { Tx } from '../db/database.ts';
import type { Tables } from '../db/tables.ts';
import { AppError, fieldError } from '../errors.ts';
import type { Work } from '../work.ts';
import type { PublicationStore } from './publication-store.ts';
import { publicationRows } from './rows.ts';

export type BulkPublisher = ReturnType<typeof createBulkPublisher>;

/** Publishes many articles in the few statements that one takes, for imports. */
export function createBulkPublisher(tables: Tables, clock: () => Date, store: PublicationStore) {
  /**
   * Publishes working copies that this transaction has written or locked, each once. `updatedAt` is what readers see
   * as the time of the last change, now where it is not given: what was changed before publishing they never saw
   * otherwise. Throws AppError where either date is still to come, and without the permission. It writes no audit; imports
   * do, of all that they did.
   */
  async function publishMany(
    tx: Tx,
    work: Work,
    items: readonly { copy: WorkingCopy; updatedAt: Date | null }[],
  ): Promise<void> {
    if (items.length === 0) return;
    const at = clock();
    for (const { copy, updatedAt } of items) {
      demandPublishable(work, copy, at);
      demandChanged(updatedAt, at);
    }
    const changed = items.flatMap(({ copy }) => (copy.isNewlyPublic ? [] : [copy.article]));
    const ids = changed.map(({ id }) => id);
    const counts = await countApprovedOf(tx, tables, ids);
    const marked = await markPublished(tx, tables, ids, at);
    if (marked.size < ids.length) throw new AppError('precondition-failed');
    const rows = items.map(({ copy, updatedAt }) => {
      const publishedAt = marked.get(copy.article.id)?.publishedAt ?? copy.article.publishedAt ?? at;
      return publicationRows(copy, {
        ...{ revision: 1, publishedAt, updatedAt: later(updatedAt ?? at, publishedAt) },
        commentCount: counts.get(copy.article.id) ?? 0,
      });
    });
    await store.store(tx, rows);
    await leaveToPublication(tx, tables, ids);
    await keepSlugs(
      tx,
      tables,
      changed.map(({ slug }) => slug),
    );
    // Of what is new nobody can have seen anything yet.
    tx.announce('list', ...ids.map((id) => `article:${id}`));
  }

  return { publishMany };
}

function later(one: Date, other: Date): Date {
  return one > other ? one : other;
}

/**
 * Marks working copies as published, and answers what they are then. One without a date keeps the date that readers see
 * already; only what is not public yet is published now.
 */
export async function markPublished(
  tx: Tx,
  { articles, publications }: Tables,
  ids: readonly string[],
  at: Date,
): Promise<Map<string, { version: number; publishedAt: Date }>> {
  if (ids.length === 0) return new Map();
  const shown = sql`(select shown.published_at from ${publications} shown where shown.article_id = articles.id)`;
  const marked = await tx
    .update(articles)
    .set({
      status: 'published',
      publishedAt: sql`coalesce(${articles.publishedAt}, ${shown}, ${sql.param(at, articles.publishedAt)})`,
      updatedAt: at,
      version: sql`${articles.version} + 1`,
    })
    .where(inArray(articles.id, [...ids]))
    .returning({ id: articles.id, version: articles.version, publishedAt: articles.publishedAt });
  return new Map(marked.map(({ id, version, publishedAt }) => [id, { version, publishedAt: publishedAt ?? at }]));
}

/** Throws AppError where an article may not be published: without the permission, once killed, or before its date. */
export function demandPublishable(work: Work, { article }: WorkingCopy, now: Date): void {
  demandArticlePublish(work.actor, article);
  demandNotKilled(article);
  if (article.publishedAt !== null && article.publishedAt > now)
    throw fieldError('/publishedAt', 'in_the_future', {
      en: 'The article’s publication date is still to come.',
      ar: 'تاريخ نشر المقال لم يحن بعد.',
    });
}

function demandChanged(updatedAt: Date | null, now: Date): void {
  if (updatedAt !== null && updatedAt > now)
    throw fieldError('/updatedAt', 'in_the_future', {
      en: 'The date of the article’s last change is still to come.',
      ar: 'تاريخ آخر تعديل للمقال لم يحن بعد.',
    });
}

/** How many comments of each article are approved; articles without any are left out. */
async function countApprovedOf(tx: Tx, { articles, comments }: Tables, ids: string[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  const rows = await tx
    .select({ id: articles.id, approved: count() })
    .from(articles)
    .innerJoin(comments, eq(comments.articleN, articles.n))
    .where(and(inArray(articles.id, ids), eq(comments.status, 'approved')))
    .groupBy(articles.id);
  return new Map(rows.map(({ id, approved }) => [id, approved]));
}
