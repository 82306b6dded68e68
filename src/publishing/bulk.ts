import { and, count, eq, getTableColumns, inArray, sql } from 'drizzle-orm';
import { v7 as uuid } from 'uuid';
import type { WorkingCopy } from '../articles/working-copy.ts';
import { demandArticlePublish } from '../auth/permissions.ts';
import type { Tx } from '../db/database.ts';
import type { Tables } from '../db/tables.ts';
import { AppError, fieldError } from '../errors.ts';
import type { Work } from '../work.ts';
import { publicationRows } from './rows.ts';

export type BulkPublisher = ReturnType<typeof createBulkPublisher>;

/** Publishes many articles in the few statements that one takes, for imports. */
export function createBulkPublisher(tables: Tables, clock: () => Date) {
  const { articles, articleSlugs, comments, auditLog } = tables;
  const { publications, publicationDocuments, publicationAuthors, publicationTags } = tables;

  /** Refuses what `publishMany` would: throws AppError for a date still to come, or without the permission. */
  function demandPublishable(work: Work, { article }: WorkingCopy): void {
    demandArticlePublish(work.actor, article);
    if (article.publishedAt !== null && article.publishedAt > clock())
      throw fieldError('/publishedAt', 'in_the_future', {
        en: 'The article’s publication date is still to come.',
        ar: 'تاريخ نشر المقال لم يحن بعد.',
      });
  }

  /**
   * Publishes working copies that this transaction has written or locked, each once. `updatedAt` is what readers see
   * as the time of the last change, now where it is not given.
   */
  async function publishMany(
    tx: Tx,
    work: Work,
    items: readonly { copy: WorkingCopy; updatedAt: Date | null }[],
  ): Promise<void> {
    if (items.length === 0) return;
    for (const { copy } of items) demandPublishable(work, copy);
    const ids = items.map(({ copy }) => copy.article.id);
    const at = clock();
    const counts = await countApproved(tx, ids);
    const marked = await tx
      .update(articles)
      .set({
        status: 'published',
        publishedAt: sql`coalesce(${articles.publishedAt}, ${sql.param(at, articles.publishedAt)})`,
        updatedAt: at,
        version: sql`${articles.version} + 1`,
      })
      .where(inArray(articles.id, ids))
      .returning({ id: articles.id });
    if (marked.length < ids.length) throw new AppError('precondition-failed');
    const rows = items.map(({ copy, updatedAt }) =>
      publicationRows(copy, {
        revision: 1,
        publishedAt: copy.article.publishedAt ?? at,
        updatedAt: updatedAt ?? at,
        commentCount: counts.get(copy.article.id) ?? 0,
      }),
    );
    await store(tx, ids, rows);
    const slugKeys = items.map(({ copy }) => copy.article.slugKey);
    await tx.update(articleSlugs).set({ wasPublic: true }).where(inArray(articleSlugs.slugKey, slugKeys));
    const who = { at, actorKind: work.actor.kind, actorId: work.actor.id, requestId: work.requestId, detail: null };
    await tx
      .insert(auditLog)
      .values(
        ids.map((id) => ({ id: uuid(), ...who, action: 'article.published', subjectType: 'article', subjectId: id })),
      );
    tx.announce('list', ...ids.map((id) => `article:${id}`));
  }

  async function store(tx: Tx, ids: string[], rows: ReturnType<typeof publicationRows>[]): Promise<void> {
    const { articleId: _id, revision: _revision, commentCount: _count, ...columns } = replaceable(publications);
    const stored = await tx
      .insert(publications)
      .values(rows.map((row) => row.publication))
      .onConflictDoUpdate({
        target: publications.articleId,
        set: { ...columns, revision: sql`${publications.revision} + 1` },
      })
      .returning({ id: publications.articleId, revision: publications.revision });
    await tx
      .insert(publicationDocuments)
      .values(rows.map((row) => row.document))
      .onConflictDoUpdate({
        target: publicationDocuments.articleId,
        set: { document: sql`excluded.document`, documentHash: sql`excluded.document_hash` },
      });
    if (stored.some(({ revision }) => revision > 1)) {
      await tx.delete(publicationAuthors).where(inArray(publicationAuthors.articleId, ids));
      await tx.delete(publicationTags).where(inArray(publicationTags.articleId, ids));
    }
    const authorRows = rows.flatMap((row) => row.authors);
    if (authorRows.length > 0) await tx.insert(publicationAuthors).values(authorRows);
    const tagRows = rows.flatMap((row) => row.tags);
    if (tagRows.length > 0) await tx.insert(publicationTags).values(tagRows);
  }

  async function countApproved(tx: Tx, ids: string[]): Promise<Map<string, number>> {
    const rows = await tx
      .select({ id: comments.articleId, approved: count() })
      .from(comments)
      .where(and(inArray(comments.articleId, ids), eq(comments.status, 'approved')))
      .groupBy(comments.articleId);
    return new Map(rows.map(({ id, approved }) => [id, approved]));
  }

  return { publishMany, demandPublishable };
}

/** For `ON CONFLICT DO UPDATE`: every column as the row that could not be inserted has it. */
function replaceable(table: Tables['publications']) {
  const names = Object.entries(getTableColumns(table)).map(([name, column]) => [
    name,
    sql`excluded.${sql.identifier(column.name)}`,
  ]);
  return Object.fromEntries(names) as Record<string, ReturnType<typeof sql>>;
}
