import { type Column, type SQL, sql } from 'drizzle-orm';

/**
 * Whether a column of texts holds one of many values, which are one parameter: for each parameter of hundreds Drizzle makes
 * objects, and takes longer than the database does to look it up.
 */
export function isAmong(column: Column, values: Iterable<string>): SQL {
  const list = [...values];
  return column.columnType.startsWith('SQLite')
    ? sql`${column} in (select value from json_each(${JSON.stringify(list)}))`
    : sql`${column} = any(${sql.param(list)}::text[])`;
}
