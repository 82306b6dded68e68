import { sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { knownMigrations } from './migrations.ts';

/** Whether the open database has exactly the migrations that this program knows. */
export async function schemaIsCurrent(db: Database): Promise<boolean> {
  const known = knownMigrations(db.engine);
  const table = db.engine === 'postgres' ? sql`drizzle.__drizzle_migrations` : sql`__drizzle_migrations`;
  const rows = await db.read.rows<{ created_at: number | string }>(sql`select created_at from ${table}`);
  return rows.length === known.length && rows.every((row) => known.includes(Number(row.created_at)));
}
