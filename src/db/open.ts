import type { Database } from './database.ts';
import type { PostgresOptions } from './postgres.ts';
import type { SqliteOptions } from './sqlite.ts';
import { isPostgresUrl, sqlitePath } from './url.ts';

/**
 * Opens the database that `url` names: a postgres:// URL, or a file for SQLite. It must be migrated already. Only the
 * engine that is used is loaded: the other's would make up a good part of the start.
 */
export async function openDatabase(url: string, options: SqliteOptions & PostgresOptions = {}): Promise<Database> {
  if (isPostgresUrl(url)) return (await import('./postgres.ts')).openPostgres(url, options);
  return (await import('./sqlite.ts')).openSqlite(sqlitePath(url), options);
}
