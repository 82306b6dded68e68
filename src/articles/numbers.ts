import { inArray, type SQL, sql } from 'drizzle-orm';
import type { Reader } from '../db/database.ts';
import type { Tables } from '../db/tables.ts';

/** The number of an article in a query, by its id; null where there is no such article. */
export function numberOfArticle({ articles }: Tables, id: unknown): SQL<number> {
  return sql`(select n from ${articles} where id = ${id})`;
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
