import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { EncodingError } from './errors.ts';
import { assertComplete, type MigrationReport, migrationsFolder, pendingMigrations } from './migrations.ts';

/** Any number that only this program uses: the key of PostgreSQL's advisory lock around migrations. */
const lockKey = 4_812_073;

/** Brings a PostgreSQL database to this program's schema. */
export async function migratePostgresUrl(url: string): Promise<MigrationReport> {
  const client = new pg.Client({ connectionString: url, application_name: 'khabar migrate' });
  // A connection that is lost rejects the running query; without a listener it would end the process as well.
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query('SHOW server_encoding');
    if (rows[0].server_encoding !== 'UTF8') throw new EncodingError(rows[0].server_encoding);
    await client.query('SELECT pg_advisory_lock($1)', [lockKey]);
    const before = await appliedPostgres(client);
    const pending = pendingMigrations('postgres', before);
    if (pending.length > 0) {
      await migrate(drizzle(client), { migrationsFolder: migrationsFolder('postgres') });
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
