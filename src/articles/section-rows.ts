import { and, asc, eq, getTableColumns, inArray, isNotNull, isNull, type SQL, sql } from 'drizzle-orm';
import type { Reader, Tx } from '../db/database.ts';
import { unpack } from '../db/packing.ts';
import type { Tables } from '../db/tables.ts';
import { bodyJson } from '../portable-text/body-json.ts';

type StoredRow = Tables['sections']['$inferSelect'];

/** A section with its body as Portable Text. */
export type SectionRow = Omit<StoredRow, 'body' | 'bytes'> & { body: unknown[] };

/**
 * How sections are stored: most working copies say just what readers see, and what readers see is in the publication's
 * document already. So publishing drops the bodies of the working copy (`leaveToPublication`), reading finds them in
 * the document, and whoever takes the publication back puts them here again first (`takeFromPublication`).
 */
export function storedSection({ body, ...row }: SectionRow): StoredRow {
  return { ...row, ...storedBody(body) };
}

/** A section whose publication, stored in the same transaction, says the same. */
export function publishedSection(row: SectionRow): StoredRow {
  return { ...row, body: null, bytes: Buffer.byteLength(bodyJson(row.body)) };
}

/** The columns that hold a body. */
export function storedBody(body: unknown[]): Pick<StoredRow, 'body' | 'bytes'> {
  const json = Buffer.from(bodyJson(body));
  return { body: json, bytes: json.length };
}

/** Sections with their bodies, by article and in their order. One query, so that no publishing comes in between. */
export async function selectSections(read: Reader, tables: Tables, where: SQL | undefined): Promise<SectionRow[]> {
  const { sections, publications, publicationDocuments } = tables;
  const rows = await read
    .select({
      section: getTableColumns(sections),
      n: publicationDocuments.n,
      // As it is stored: the sections of an article all come with the same document, which is unpacked once.
      rest: sql<Buffer | null>`${publicationDocuments.rest}`,
    })
    .from(sections)
    .leftJoin(publications, and(isNull(sections.body), eq(publications.articleId, sections.articleId)))
    .leftJoin(publicationDocuments, eq(publicationDocuments.n, publications.n))
    .where(where)
    .orderBy(asc(sections.articleId), asc(sections.position), asc(sections.id));
  const published = new Map<number, Map<string, unknown[]>>();
  return rows.map(({ section: { bytes: _bytes, ...section }, n, rest }) => {
    if (section.body !== null) return { ...section, body: JSON.parse(section.body.toString()) as unknown[] };
    if (n !== null && rest !== null && !published.has(n)) published.set(n, bodiesOf(rest));
    const body = published.get(n ?? 0)?.get(section.id);
    if (!body) throw new Error(`the body of the section ${section.id} is neither here nor in a publication`);
    return { ...section, body };
  });
}

/** Drops the bodies of working copies whose publications, just stored, say the same. */
export async function leaveToPublication(tx: Tx, { sections }: Tables, articleIds: string[]): Promise<void> {
  if (articleIds.length === 0) return;
  await tx
    .update(sections)
    .set({ body: null })
    .where(and(inArray(sections.articleId, articleIds), isNotNull(sections.body)));
}

/** Puts the bodies back that are in the article's publication only, before it is removed. */
export async function takeFromPublication(tx: Tx, tables: Tables, articleId: string): Promise<void> {
  const { sections } = tables;
  const shared = and(eq(sections.articleId, articleId), isNull(sections.body));
  for (const { anchor, body } of await selectSections(tx, tables, shared))
    await tx
      .update(sections)
      .set(storedBody(body))
      .where(and(eq(sections.articleId, articleId), eq(sections.anchor, anchor)));
}

function bodiesOf(rest: Buffer): Map<string, unknown[]> {
  const { sections } = JSON.parse(unpack(rest).toString()) as { sections: { id: string; body: unknown[] }[] };
  return new Map(sections.map(({ id, body }) => [id, body]));
}
