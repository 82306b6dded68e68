import { getTableConfig, type SQLiteTable } from 'drizzle-orm/sqlite-core';
import * as schema from './schema-sqlite.ts';

let names: Map<string, string> | null = null;

/**
 * The name in tables.ts of the unique index, unique column or primary key over `columns`, which is all that SQLite tells
 * of a broken one: `users.email_key` is `users_email_key`. A primary key that has no name there has the one PostgreSQL
 * gives it.
 */
export function uniqueConstraintName(columns: string): string | undefined {
  names ??= collectNames();
  return names.get(columns);
}

function collectNames(): Map<string, string> {
  const found = new Map<string, string>();
  for (const each of Object.values(schema) as unknown as SQLiteTable[]) {
    const { name: table, columns, indexes, primaryKeys } = getTableConfig(each);
    const listed = (parts: readonly unknown[]) =>
      parts.map((part) => `${table}.${(part as { name: string }).name}`).join(', ');
    for (const column of columns) {
      if (column.primary) found.set(listed([column]), `${table}_pkey`);
      if (column.isUnique && column.uniqueName) found.set(listed([column]), column.uniqueName);
    }
    for (const key of primaryKeys) found.set(listed(key.columns), key.getName());
    for (const { config } of indexes) if (config.unique) found.set(listed(config.columns), config.name);
  }
  return found;
}
