import type { Database } from './database.ts';
import { isPostgresUrl, sqlitePath } from './migrate.ts';
import { openPostgres, type PostgresOptions } from './postgres.ts';
import { openSqlite, type SqliteOptions } from './sqlite.ts';

/** Opens the database that `url` names: a postgres:// URL, or a file for SQLite. It must be migrated already. */
export async function openDatabase(url: string, options: SqliteOptions & PostgresOptions = {}): Promise<Database> {
  return isPostgresUrl(url) ? openPostgres(url, options) : openSqlite(sqlitePath(url), options);
}
