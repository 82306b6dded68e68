import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drizzle as drizzleSqlite } from 'drizzle-orm/better-sqlite3';
import { migrate as migrateSqlite } from 'drizzle-orm/better-sqlite3/migrator';
import { drizzle as drizzlePostgres } from 'drizzle-orm/node-postgres';
import { migrate as migratePostgres } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { NewerSchemaError } from './errors.ts';
import { type Connection, connect, whenFree } from './sqlite-connection.ts';

export type MigrationReport = { applied: number; wasEmpty: boolean };

/** Any number that only this program uses: the key of PostgreSQL's advisory lock around migrations. */
const lockKey = 4_812_073;
/** Another process that migrates may take long. */
const busyTimeoutMs = 60_000;

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
  const connection = await connect(path, { readonly: false, busyTimeoutMs });
  try {
    // Rebuilding a table drops it for a moment. The setting is ignored inside a transaction, so it comes first.
    connection.pragma('foreign_keys = OFF');
    await whenFree(busyTimeoutMs, () => connection.exec('BEGIN IMMEDIATE'));
    const before = appliedSqlite(connection);
    const pending = pendingMigrations('sqlite', before);
    if (pending.length > 0) {
      migrateSqlite(drizzleSqlite(nested(connection)), { migrationsFolder: migrationsFolder('sqlite') });
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

async function migratePostgresUrl(url: string): Promise<MigrationReport> {
  const client = new pg.Client({ connectionString: url, application_name: 'khabar migrate' });
  // A connection that is lost rejects the running query; without a listener it would end the process as well.
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query('SHOW server_encoding');
    if (rows[0].server_encoding !== 'UTF8')
      throw new Error(`the database is encoded in ${rows[0].server_encoding}; create it with ENCODING 'UTF8'`);
    await client.query('SELECT pg_advisory_lock($1)', [lockKey]);
    const before = await appliedPostgres(client);
    const pending = pendingMigrations('postgres', before);
    if (pending.length > 0) {
      await migratePostgres(drizzlePostgres(client), { migrationsFolder: migrationsFolder('postgres') });
      assertComplete('postgres', await appliedPostgres(client));
    }
    return { applied: pending.length, wasEmpty: before.length === 0 };
  } finally {
    await client.end();
  }
}

async function appliedPostgres(client: pg.Client): Promise<number[]> {
  const table = await client.query("SELECT to_regclass('drizzle.__drizzle_migrations') AS name");
  if (!table.rows[0].name) return [];
  const applied = await client.query('SELECT created_at FROM drizzle.__drizzle_migrations');
  return applied.rows.map((row) => Number(row.created_at));
}

function pendingMigrations(engine: 'sqlite' | 'postgres', applied: number[]): number[] {
  const known = knownMigrations(engine);
  if (applied.some((at) => !known.includes(at))) throw new NewerSchemaError();
  return known.filter((at) => !applied.includes(at));
}

/** Drizzle passes over a migration that is older than the last one applied, as happens when branches are merged. */
function assertComplete(engine: 'sqlite' | 'postgres', applied: number[]): void {
  const left = knownMigrations(engine).filter((at) => !applied.includes(at));
  if (left.length > 0)
    throw new Error(`${left.length} migrations are older than the last one applied and were not applied`);
}

/** When each migration of this program was made: drizzle identifies them by that. */
export function knownMigrations(engine: 'sqlite' | 'postgres'): number[] {
  const text = readFileSync(`${migrationsFolder(engine)}/meta/_journal.json`, 'utf8');
  return (JSON.parse(text) as { entries: { when: number }[] }).entries.map((entry) => entry.when);
}

function migrationsFolder(engine: 'sqlite' | 'postgres'): string {
  return fileURLToPath(new URL(`../../migrations/${engine}`, import.meta.url));
}
