import { and, eq, getTableColumns, inArray, type SQL, sql } from 'drizzle-orm';
import { loadWorkingCopies } from '../articles/working-copy.ts';
import type { Tx } from '../db/database.ts';
import type { Tables } from '../db/tables.ts';
import type { SearchIndex } from '../search/search-index.ts';
import { ensureFacets, type Faceted, facetsOf } from './facets.ts';
import type { PublicationRows } from './rows.ts';

export type PublicationStore = ReturnType<typeof createPublicationStore>;

/** A publication as it is stored. */
export type StoredPublication = { n: number; articleId: string; revision: number };

/** Writes publications and all that lists and searches find them by, many at a time, in a transaction that is open. */
export function createPublicationStore(tables: Tables, index: SearchIndex) {
  const { articles, publications, publicationDocuments, publicationFacets } = tables;

  /**
   * Writes publications, or puts them in the place of those that their articles have: then they keep their number and
   * their comment count, and their revision is one more. Answers what is stored, in the order of `rows`.
   */
  async function store(tx: Tx, rows: readonly PublicationRows[]): Promise<StoredPublication[]> {
    if (rows.length === 0) return [];
    const ids = rows.flatMap((row) => (row.isFirst ? [] : [row.publication.articleId]));
    const places = await findPlaces(tx, ids);
    await removeFacets(tx, places);
    const replacedIds = new Set(places.map((place) => place.articleId));
    const [replacing, fresh] = [true, false].map((wanted) =>
      rows.filter((row) => replacedIds.has(row.publication.articleId) === wanted),
    ) as [PublicationRows[], PublicationRows[]];
    const stored = [...(await insertNew(tx, fresh)), ...(await replace(tx, replacing))];
    const byArticle = new Map(stored.map((row) => [row.articleId, row]));
    const numbered = rows.map((row) => ({ row, at: byArticle.get(row.publication.articleId) as StoredPublication }));
    const shown = numbered.map(({ row, at }) => ({
      ...(row.publication as Faceted & { publishedAt: Date }),
      n: at.n,
    }));
    const numbers = await addFacets(tx, shown);
    await index.putPublications(
      tx,
      numbered.map(({ row, at }) => ({
        ...{ n: at.n, searched: row.searched, source: row.publication.sourceKey ?? null, refs: row.publication.refs },
        publishedAt: row.publication.publishedAt,
        facets: facetsOf(row.publication as Faceted).map((name) => numbers.get(name) ?? 0),
      })),
    );
    // What is public says what the working copy says, and is found instead of it.
    if (ids.length > 0) await index.removeArticles(tx, ids);
    return numbered.map(({ at }) => at);
  }

  async function insertNew(tx: Tx, rows: readonly PublicationRows[]): Promise<StoredPublication[]> {
    const stored = await tx.insertMany(
      publications,
      rows.map((row) => row.publication),
      { returning: ['n', 'articleId', 'revision'] },
    );
    await tx.insertMany(publicationDocuments, documentRows(rows, stored));
    return stored;
  }

  async function replace(tx: Tx, rows: readonly PublicationRows[]): Promise<StoredPublication[]> {
    if (rows.length === 0) return [];
    const { n: _n, articleId: _id, revision: _revision, commentCount: _count, ...columns } = replaceable(publications);
    const { views24h: _24h, views7d: _7d, ...replaced } = columns;
    const stored = await tx
      .insert(publications)
      .values(rows.map((row) => row.publication))
      .onConflictDoUpdate({
        target: publications.articleId,
        set: { ...replaced, revision: sql`${publications.revision} + 1` },
      })
      .returning({ n: publications.n, articleId: publications.articleId, revision: publications.revision });
    await tx
      .insert(publicationDocuments)
      .values(documentRows(rows, stored))
      .onConflictDoUpdate({
        target: publicationDocuments.n,
        set: { rest: sql`excluded.rest`, documentHash: sql`excluded.document_hash` },
      });
    return stored;
  }

  /** Takes publications back; answers what was there. Their working copies are found by themselves from now on. */
  async function remove(tx: Tx, articleIds: string[]): Promise<StoredPublication[]> {
    await removeFacets(tx, await findPlaces(tx, articleIds));
    const removed = await tx
      .delete(publications)
      .where(inArray(publications.articleId, articleIds))
      .returning({ n: publications.n, articleId: publications.articleId, revision: publications.revision });
    const rows = await tx.select().from(articles).where(inArray(articles.id, articleIds));
    await index.putArticles(tx, await loadWorkingCopies(tx, tables, rows));
    return removed;
  }

  async function findPlaces(tx: Tx, articleIds: string[]): Promise<(Place & { articleId: string })[]> {
    if (articleIds.length === 0) return [];
    const { n, articleId, publishedAt, categoryId, locale, sourceKey, urgency, refs } = publications;
    return tx
      .select({ n, articleId, publishedAt, categoryId, locale, sourceKey, urgency, refs })
      .from(publications)
      .where(inArray(publications.articleId, articleIds));
  }

  async function addFacets(tx: Tx, places: readonly Place[]): Promise<Map<string, number>> {
    const numbers = await ensureFacets(tx, tables, places.flatMap(facetsOf));
    const rows = places.flatMap((place) =>
      facetsOf(place).map((name) => ({ facet: numbers.get(name) ?? 0, publishedAt: place.publishedAt, n: place.n })),
    );
    await tx.insertMany(publicationFacets, rows);
    return numbers;
  }

  async function removeFacets(tx: Tx, places: readonly Place[]): Promise<void> {
    if (places.length === 0) return;
    const numbers = await ensureFacets(tx, tables, places.flatMap(facetsOf));
    for (const place of places) {
      const own = facetsOf(place).map((name) => numbers.get(name) ?? 0);
      const { facet, publishedAt, n } = publicationFacets;
      await tx
        .delete(publicationFacets)
        .where(and(inArray(facet, own), eq(publishedAt, place.publishedAt), eq(n, place.n)));
    }
  }

  return { store, remove };
}

type Place = Faceted & { n: number; publishedAt: Date };

function documentRows(rows: readonly PublicationRows[], stored: readonly StoredPublication[]) {
  const numbers = new Map(stored.map((row) => [row.articleId, row.n]));
  return rows.map((row) => ({ n: numbers.get(row.publication.articleId) ?? 0, ...row.document }));
}

/** For `ON CONFLICT DO UPDATE`: every column as the row that could not be inserted has it. */
function replaceable(table: Tables['publications']) {
  const names = Object.entries(getTableColumns(table)).map(([name, column]) => [
    name,
    sql`excluded.${sql.identifier(column.name)}`,
  ]);
  return Object.fromEntries(names) as Record<keyof Tables['publications']['$inferSelect'], SQL>;
}
