import { and, eq, sql } from 'drizzle-orm';
import type { Tx } from '../db/database.ts';
import type { Tables } from '../db/tables.ts';
import type { ExpectedVersion } from '../http/etag.ts';
import type { PublicationBytes } from './document.ts';

type PublicationInsert = Omit<Tables['publications']['$inferInsert'], 'revision' | 'card' | 'cardHash'>;

export function createPublicationRepository(tables: Tables) {
  const { articles, articleSlugs, publications, publicationDocuments, publicationAuthors, publicationTags } = tables;

  return {
    /** The article's new row, or undefined when its version is another one by now. */
    async mark(tx: Tx, id: string, expected: ExpectedVersion, changes: Partial<Tables['articles']['$inferInsert']>) {
      const [row] = await tx
        .update(articles)
        .set({ ...changes, version: sql`${articles.version} + 1` })
        .where(and(eq(articles.id, id), expected === 'any' ? undefined : eq(articles.version, expected)))
        .returning();
      return row;
    },

    /** Writes or replaces the publication of an article; answers its revision, 1 for the first. */
    async store(tx: Tx, row: PublicationInsert, bytes: PublicationBytes): Promise<number> {
      const { document, documentHash, card, cardHash } = bytes;
      const { articleId, commentCount: _kept, ...changes } = row;
      const [stored] = await tx
        .insert(publications)
        .values({ ...row, card, cardHash, revision: 1 })
        .onConflictDoUpdate({
          target: publications.articleId,
          set: { ...changes, card, cardHash, revision: sql`${publications.revision} + 1` },
        })
        .returning({ revision: publications.revision });
      await tx
        .insert(publicationDocuments)
        .values({ articleId, document, documentHash })
        .onConflictDoUpdate({ target: publicationDocuments.articleId, set: { document, documentHash } });
      const revision = stored?.revision ?? 1;
      if (revision > 1) {
        await tx.delete(publicationAuthors).where(eq(publicationAuthors.articleId, articleId));
        await tx.delete(publicationTags).where(eq(publicationTags.articleId, articleId));
      }
      const { refs, publishedAt } = row;
      const authorIds = [...new Set(refs.authors.map((author) => author.id))];
      if (authorIds.length > 0)
        await tx.insert(publicationAuthors).values(authorIds.map((authorId) => ({ articleId, authorId, publishedAt })));
      if (refs.tags.length > 0)
        await tx.insert(publicationTags).values(refs.tags.map((tagId) => ({ articleId, tagId, publishedAt })));
      return revision;
    },

    /** From now on the article's slug is known outside, so it is kept for ever. */
    async keepSlug(tx: Tx, slugKey: string): Promise<void> {
      await tx.update(articleSlugs).set({ wasPublic: true }).where(eq(articleSlugs.slugKey, slugKey));
    },

    async remove(tx: Tx, articleId: string): Promise<boolean> {
      const removed = await tx
        .delete(publications)
        .where(eq(publications.articleId, articleId))
        .returning({ id: publications.articleId });
      return removed.length === 1;
    },

    async findHeader(tx: Tx, articleId: string) {
      const [row] = await tx
        .select({
          revision: publications.revision,
          publishedAt: publications.publishedAt,
          updatedAt: publications.updatedAt,
        })
        .from(publications)
        .where(eq(publications.articleId, articleId));
      return row;
    },
  };
}
