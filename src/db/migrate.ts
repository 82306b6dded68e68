import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { drizzle as drizzleSqlite } from 'drizzle-orm/better-sqlite3';
import { migrate as migrateSqlite } from 'drizzle-orm/better-sqlite3/migrator';
import { drizzle as drizzlePostgres } from 'drizzle-orm/node-postgres';
import { migrate as migratePostgres } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { NewerSchemaError } from './errors.ts';
import { connect, isBusy } from './sqlite.ts';

export type MigrationReport = { applied: number; wasEmpty: boolean };

/** Any number that only this program uses: the key of PostgreSQL's advisory lock around migrations. */
const lockKey = 4_812_073;

export function isPostgresUrl(url: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(url);
}

/** The path of a SQLite file named by `DATABASE_URL`. */
export function sqlitePath(url: string): string {
  return url.startsWith('file://') ? fileURLToPath(url) : url.replace(/^(?:sqlite|file):/, '');
}

/**
 * Brings the database to this program's schema; creates a SQLite file that is not there. Two processes may do it at
 * once. Throws NewerSchemaError, having changed nothing, when the database is ahead of the program.
 */
export async function migrateDatabase(url: string): Promise<MigrationReport> {
  return isPostgresUrl(url) ? migratePostgresUrl(url) : migrateSqliteFile(sqlitePath(url));
}

async function migrateSqliteFile(path: string): Promise<MigrationReport> {
  await mkdir(dirname(path), { recursive: true });
  const connection = connect(path, false);
  try {
    for (let tried = 0; ; tried++) {
      try {
        connection.pragma('foreign_keys = OFF');
        connection.exec('BEGIN IMMEDIATE');
        break;
      } catch (error) {
        if (!isBusy(error) || tried > 200) throw error;
        await sleep(50);
      }
    }
    // Drizzle's migrator opens its own transaction; ours is the lock, so the migrator's becomes a savepoint in it.
    const before = appliedSqlite(connection);
    const folder = migrationsFolder('sqlite');
    const known = knownMigrations('sqlite');
    refuseNewer(before, known);
    const pending = known.filter((at) => !before.includes(at));
    if (pending.length > 0) {
      migrateSqlite(drizzleSqlite(nested(connection)), { migrationsFolder: folder });
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

/** The migrator says BEGIN, COMMIT and ROLLBACK; inside our transaction these are savepoints. */
function nested(connection: ReturnType<typeof connect>): ReturnType<typeof connect> {
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

function appliedSqlite(connection: ReturnType<typeof connect>): number[] {
  const table = connection.prepare("SELECT 1 FROM sqlite_master WHERE name = '__drizzle_migrations'").get();
  if (!table) return [];
  const rows = connection.prepare<[], { created_at: number }>('SELECT created_at FROM __drizzle_migrations').all();
  return rows.map((row) => Number(row.created_at));
}

async function migratePostgresUrl(url: string): Promise<MigrationReport> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [lockKey]);
    const table = await client.query("SELECT to_regclass('drizzle.__drizzle_migrations') AS name");
    const rows = table.rows[0].name ? await client.query('SELECT created_at FROM drizzle.__drizzle_migrations') : null;
    const before = (rows?.rows ?? []).map((row) => Number(row.created_at));
    const known = knownMigrations('postgres');
    refuseNewer(before, known);
    const pending = known.filter((at) => !before.includes(at));
    if (pending.length > 0)
      await migratePostgres(drizzlePostgres(client), { migrationsFolder: migrationsFolder('postgres') });
    return { applied: pending.length, wasEmpty: before.length === 0 };
  } finally {
    await client.end();
  }
}

function refuseNewer(applied: number[], known: number[]): void {
  if (applied.some((at) => !known.includes(at))) throw new NewerSchemaError();
}

/** When each migration of this program was made: drizzle identifies them by that. */
export function knownMigrations(engine: 'sqlite' | 'postgres'): number[] {
  const text = readFileSync(`${migrationsFolder(engine)}/meta/_journal.json`, 'utf8');
  return (JSON.parse(text) as { entries: { when: number }[] }).entries.map((entry) => entry.when);
}

function migrationsFolder(engine: 'sqlite' | 'postgres'): string {
  return fileURLToPath(new URL(`../../migrations/${engine}`, import.meta.url));
}
