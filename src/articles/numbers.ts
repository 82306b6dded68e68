import { inArray, type SQL, sql } from 'drizzle-orm';
import type { Reader } from '../db/database.ts';
import type { Tables } from '../db/tables.ts';

/** The number of an article in a query, by its id: a value, a placeholder or a column. Null where there is none. */
export function numberOfArticle(id: unknown): SQL<number> {
  return sql`(select numbered.n from articles numbered where numbered.id = ${id})`;
}

/** The numbers of articles by their ids; ids of no article are left out. */
export async function numbersOfArticles(
  read: Reader,
  { articles }: Tables,
  ids: readonly string[],
): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  const { id, n } = articles;
  const rows = await read
    .select({ id, n })
    .from(articles)
    .where(inArray(id, [...ids]));
  return new Map(rows.map((row) => [row.id, row.n]));
}
