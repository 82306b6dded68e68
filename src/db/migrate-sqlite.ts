import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { assertComplete, type MigrationReport, migrationsFolder, pendingMigrations } from './migrations.ts';
import { type Connection, connect, whenFree } from './sqlite-connection.ts';

/** Another process that migrates may take long. */
const busyTimeoutMs = 60_000;

/** Brings a SQLite file to this program's schema; creates it where it is not there. */
export async function migrateSqliteFile(path: string): Promise<MigrationReport> {
  await mkdir(dirname(path), { recursive: true });
  const connection = await connect(path, { readonly: false, busyTimeoutMs });
  try {
    // Rebuilding a table drops it for a moment. The setting is ignored inside a transaction, so it comes first.
    connection.pragma('foreign_keys = OFF');
    await whenFree(busyTimeoutMs, () => connection.exec('BEGIN IMMEDIATE'));
    const before = appliedSqlite(connection);
    const pending = pendingMigrations('sqlite', before);
    if (pending.length > 0) {
      const { migrate } = await import('drizzle-orm/better-sqlite3/migrator');
      migrate(drizzle(nested(connection)), { migrationsFolder: migrationsFolder('sqlite') });
      assertComplete('sqlite', appliedSqlite(connection));
      const broken = connection.pragma('foreign_key_check') as unknown[];
      if (broken.length > 0)
        throw new Error(`the migration would break ${broken.length} references; nothing was changed`);
    }
    connection.exec('COMMIT');
    return { applied: pending.length, wasEmpty: before.length === 0 };
  } finally {
    if (connection.inTransaction) connection.exec('ROLLBACK');
    connection.close();
  }
}

/**
 * Drizzle's migrator says BEGIN, COMMIT and ROLLBACK. Our transaction around it is the lock against other processes and
 * lasts until the references are checked, so inside it these become a savepoint.
 */
function nested(connection: Connection): Connection {
  const words: Record<string, string> = {
    BEGIN: 'SAVEPOINT migration',
    COMMIT: 'RELEASE migration',
    ROLLBACK: 'ROLLBACK TO migration',
  };
  const translated = (text: string) => words[text.trim().toUpperCase()] ?? text;
  return new Proxy(connection, {
    get(target, name) {
      if (name === 'prepare') return (text: string) => target.prepare(translated(text));
      if (name === 'exec') return (text: string) => target.exec(translated(text));
      const value = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

function appliedSqlite(connection: Connection): number[] {
  const table = connection.prepare("SELECT 1 FROM sqlite_master WHERE name = '__drizzle_migrations'").get();
  if (!table) return [];
  const rows = connection.prepare<[], { created_at: number }>('SELECT created_at FROM __drizzle_migrations').all();
  return rows.map((row) => Number(row.created_at));
}
