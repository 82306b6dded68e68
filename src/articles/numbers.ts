import { type SQL, sql } from 'drizzle-orm';
import type { Reader } from '../db/database.ts';
import { isAmong } from '../db/is-among.ts';
import type { Tables } from '../db/tables.ts';

/** The number of an article in a query, by its id: a value, a placeholder or a column. Null where there is none. */
export function numberOfArticle(id: unknown): SQL<number> {
  return sql`(select numbered.n from articles numbered where numbered.id = ${id})`;
}

/** The number of an author in a query, likewise. */
export function numberOfAuthor(id: unknown): SQL<number> {
  return sql`(select numbered.n from authors numbered where numbered.id = ${id})`;
}

/** The numbers of articles, authors or tags by their ids, each asked for once; ids of none are left out. */
export async function numbersOf(
  read: Reader,
  table: Tables['articles'] | Tables['authors'] | Tables['tags'],
  ids: readonly string[],
): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  // Drizzle cannot type a query over one of several tables; the columns used here are those that all of them have.
  const { id, n } = table as Tables['tags'];
  const rows = await read
    .select({ id, n })
    .from(table as Tables['tags'])
    .where(isAmong(id, new Set(ids)));
  return new Map(rows.map((row) => [row.id, row.n]));
}
