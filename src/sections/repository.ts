import { and, asc, eq, gt, gte, type SQL, sql } from 'drizzle-orm';
import { type SectionRow, selectSections, storedBody, storedSection } from '../articles/section-rows.ts';
import type { Reader, Tx } from '../db/database.ts';
import type { Tables } from '../db/tables.ts';
import type { ExpectedVersions } from '../http/etag.ts';
import { hasVersion } from '../versioned.ts';

/** Queries on the sections of one article. Writes expect the article to be locked, so positions stay 0, 1, 2… */
export function createSectionRepository(tables: Tables) {
  const { articles, sections } = tables;
  const own = (articleId: string, id: string) => and(eq(sections.id, id), eq(sections.articleId, articleId));

  return {
    async list(read: Reader, articleId: string): Promise<SectionRow[]> {
      return selectSections(read, tables, eq(sections.articleId, articleId));
    },

    async find(read: Reader, articleId: string, id: string): Promise<SectionRow | undefined> {
      const [row] = await selectSections(read, tables, own(articleId, id));
      return row;
    },

    /** What is known of the sections without reading their bodies, in order. */
    async outline(read: Reader, articleId: string): Promise<{ id: string; anchor: string; bytes: number }[]> {
      const { id, anchor, bytes } = sections;
      return read
        .select({ id, anchor, bytes })
        .from(sections)
        .where(eq(sections.articleId, articleId))
        .orderBy(asc(sections.position), asc(sections.id));
    },

    async insert(tx: Tx, row: SectionRow): Promise<void> {
      await tx
        .update(sections)
        .set({ position: sql`${sections.position} + 1` })
        .where(and(eq(sections.articleId, row.articleId), gte(sections.position, row.position)));
      await tx.insert(sections).values(storedSection(row));
    },

    /** The new row, or undefined when the article has no section of that id and version. */
    async update(
      tx: Tx,
      articleId: string,
      id: string,
      expected: ExpectedVersions,
      { body, ...changes }: Partial<SectionRow>,
    ): Promise<SectionRow | undefined> {
      const [updated] = await tx
        .update(sections)
        .set({ ...changes, ...(body === undefined ? {} : storedBody(body)), version: sql`${sections.version} + 1` })
        .where(and(own(articleId, id), hasVersion(sections.version, expected)))
        .returning({ id: sections.id });
      return updated && this.find(tx, articleId, id);
    },

    async remove(tx: Tx, articleId: string, id: string, expected: ExpectedVersions): Promise<boolean> {
      const [removed] = await tx
        .delete(sections)
        .where(and(own(articleId, id), hasVersion(sections.version, expected)))
        .returning({ position: sections.position });
      if (!removed) return false;
      await tx
        .update(sections)
        .set({ position: sql`${sections.position} - 1` })
        .where(and(eq(sections.articleId, articleId), gt(sections.position, removed.position)));
      return true;
    },

    /** Gives every section of the article the place that its id has in `ids`. */
    async reorder(tx: Tx, articleId: string, ids: readonly string[]): Promise<void> {
      if (ids.length === 0) return;
      const cases: SQL[] = ids.map((id, position) => sql`when ${id} then ${sql.raw(String(position))}`);
      await tx
        .update(sections)
        .set({ position: sql`case ${sections.id} ${sql.join(cases, sql` `)} end` })
        .where(eq(sections.articleId, articleId));
    },

    /** Marks the article as changed; `list` also when the list of its sections is another one now. */
    async touchArticle(tx: Tx, articleId: string, at: Date, changed: 'section' | 'list'): Promise<number> {
      const step = changed === 'list' ? 1 : 0;
      const [row] = await tx
        .update(articles)
        .set({ updatedAt: at, sectionsVersion: sql`${articles.sectionsVersion} + ${sql.raw(String(step))}` })
        .where(eq(articles.id, articleId))
        .returning({ sectionsVersion: articles.sectionsVersion });
      return row?.sectionsVersion ?? 0;
    },
  };
}
