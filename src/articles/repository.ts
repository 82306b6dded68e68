import { and, asc, desc, eq, inArray, lt, or, type SQL, sql } from 'drizzle-orm';
import type { Reader, Tx } from '../db/database.ts';
import type { Tables } from '../db/tables.ts';
import type { ExpectedVersions } from '../http/etag.ts';
import { hasVersion } from '../versioned.ts';
import { insertBylinesAndTags } from './bylines-and-tags.ts';
import { numberOfArticle, numberOfAuthor } from './numbers.ts';
import type { ArticleSummary } from './schemas.ts';
import type { PublicationState } from './view.ts';
import type { ArticleRow } from './working-copy.ts';

export type ArticleFilter = {
  createdBy?: string | undefined;
  status?: ArticleRow['status'] | undefined;
  category?: string | undefined;
  author?: string | undefined;
  /** What search found. */
  found?: SQL | undefined;
};

export function createArticleRepository(tables: Tables) {
  const { articles, articleAuthors, articleTags, authors, publications, publicationDocuments } = tables;
  const matching = (id: string, expected: ExpectedVersions) =>
    and(eq(articles.id, id), hasVersion(articles.version, expected));

  return {
    async find(read: Reader, id: string): Promise<ArticleRow | undefined> {
      const [row] = await read.select().from(articles).where(eq(articles.id, id));
      return row;
    },

    /** Last changed first, from the one after `after` (milliseconds and id). */
    async list(
      read: Reader,
      filter: ArticleFilter,
      after: readonly [number, string] | null,
      limit: number,
    ): Promise<ArticleRow[]> {
      const { createdBy, status, category, author, found } = filter;
      const conditions: (SQL | undefined)[] = [
        createdBy === undefined ? undefined : eq(articles.createdBy, createdBy),
        status === undefined ? undefined : eq(articles.status, status),
        category === undefined ? undefined : eq(articles.categoryId, category),
        author === undefined
          ? undefined
          : inArray(
              articles.n,
              read
                .select({ n: articleAuthors.articleN })
                .from(articleAuthors)
                .where(eq(articleAuthors.authorN, numberOfAuthor(author))),
            ),
        found,
        after === null ? undefined : startAfter(after),
      ];
      return read
        .select()
        .from(articles)
        .where(and(...conditions))
        .orderBy(desc(articles.updatedAt), desc(articles.id))
        .limit(limit);
    },

    /** The bylines of many articles, each in order. */
    async listBylines(read: Reader, ids: string[]): Promise<Map<string, ArticleSummary['authors']>> {
      const bylines = new Map<string, ArticleSummary['authors']>();
      if (ids.length === 0) return bylines;
      const { articleN, position, role } = articleAuthors;
      const rows = await read
        .select({ articleId: articles.id, id: authors.id, name: authors.name, slug: authors.slug, role })
        .from(articles)
        .innerJoin(articleAuthors, eq(articleN, articles.n))
        .innerJoin(authors, eq(authors.n, articleAuthors.authorN))
        .where(inArray(articles.id, ids))
        .orderBy(asc(articleN), asc(position));
      for (const { articleId: owner, ...byline } of rows) {
        const own = bylines.get(owner);
        if (own) own.push(byline);
        else bylines.set(owner, [byline]);
      }
      return bylines;
    },

    async findPublication(read: Reader, id: string): Promise<PublicationState | null> {
      const { revision, publishedAt, updatedAt, categoryId, commentMode, refs } = publications;
      const { documentHash } = publicationDocuments;
      const [row] = await read
        .select({ revision, publishedAt, updatedAt, categoryId, commentMode, refs, documentHash })
        .from(publications)
        .innerJoin(publicationDocuments, eq(publicationDocuments.n, publications.n))
        .where(eq(publications.articleId, id));
      return row ?? null;
    },

    /** The new row, or undefined when no article has that id and version. */
    async update(
      tx: Tx,
      id: string,
      expected: ExpectedVersions,
      changes: Partial<Tables['articles']['$inferInsert']>,
    ): Promise<ArticleRow | undefined> {
      const [row] = await tx
        .update(articles)
        .set({ ...changes, version: sql`${articles.version} + 1` })
        .where(matching(id, expected))
        .returning();
      return row;
    },

    async setAuthors(tx: Tx, articleId: string, bylines: readonly { id: string; role: string }[]): Promise<void> {
      await tx.delete(articleAuthors).where(eq(articleAuthors.articleN, numberOfArticle(articleId)));
      await insertBylinesAndTags(tx, tables, [{ articleId, authors: bylines }]);
    },

    async setTags(tx: Tx, articleId: string, tagIds: readonly string[]): Promise<void> {
      await tx.delete(articleTags).where(eq(articleTags.articleN, numberOfArticle(articleId)));
      await insertBylinesAndTags(tx, tables, [{ articleId, tagIds }]);
    },

    /** Its sections, slugs, bylines and tags go with it. */
    async remove(tx: Tx, id: string, expected: ExpectedVersions): Promise<boolean> {
      const removed = await tx.delete(articles).where(matching(id, expected)).returning({ id: articles.id });
      return removed.length === 1;
    },
  };

  function startAfter([milliseconds, id]: readonly [number, string]): SQL | undefined {
    const at = new Date(milliseconds);
    return or(lt(articles.updatedAt, at), and(eq(articles.updatedAt, at), lt(articles.id, id)));
  }
}
