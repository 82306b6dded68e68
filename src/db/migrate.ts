import type { MigrationReport } from './migrations.ts';
import { isPostgresUrl, sqlitePath } from './url.ts';

/**
 * Brings the database to this program's schema; creates a SQLite file that is not there. Two processes may do it at
 * once. Throws NewerSchemaError, having changed nothing, when the database is ahead of the program.
 */
export async function migrateDatabase(url: string): Promise<MigrationReport> {
  if (isPostgresUrl(url)) return (await import('./migrate-postgres.ts')).migratePostgresUrl(url);
  return (await import('./migrate-sqlite.ts')).migrateSqliteFile(sqlitePath(url));
}
