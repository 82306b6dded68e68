import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { describe, expect, inject, it } from 'vitest';
import { NewerSchemaError } from '../../src/db/errors.ts';
import { migrateDatabase } from '../../src/db/migrate.ts';
import { openDatabase } from '../../src/db/open.ts';
import { schemaIsCurrent } from '../../src/db/schema-state.ts';
import { sqlitePath } from '../../src/db/url.ts';
import { describeEachEngine, type Engine, freshDatabase } from '../support/engines.ts';
import { startChild } from './processes.ts';

describeEachEngine('migrating', (engine) => {
  it('creates the schema once, and then changes nothing', async () => {
    await withEmptyDatabase(engine, async (url) => {
      const first = await migrateDatabase(url);
      expect(first).toEqual({ applied: expect.any(Number), wasEmpty: true });
      expect(first.applied).toBeGreaterThan(0);
      expect(await migrateDatabase(url)).toEqual({ applied: 0, wasEmpty: false });
      const db = await openDatabase(url);
      expect(await schemaIsCurrent(db)).toBe(true);
      await db.close();
    });
  });

  it('is done by exactly one of several processes that start at once', async () => {
    await withEmptyDatabase(engine, async (url) => {
      const children = Array.from({ length: 4 }, () => startChild('migrate', url));
      const reports = await Promise.all(children.map(({ lines }) => lines.next()));
      expect(await Promise.all(children.map(({ ended }) => ended))).toEqual([0, 0, 0, 0]);
      const applied = reports.map(({ value }) => (value as { applied: number }).applied);
      expect(applied.filter((count) => count > 0)).toHaveLength(1);
    });
  });

  it('refuses a database that a newer version has written, and leaves it as it is', async () => {
    const { db, url, dispose } = await freshDatabase(engine);
    const table = engine === 'postgres' ? sql`drizzle.__drizzle_migrations` : sql`__drizzle_migrations`;
    await db.write((tx) => tx.run(sql`insert into ${table} (hash, created_at) values ('later', 9999999999999)`));
    await expect(migrateDatabase(url)).rejects.toThrow(NewerSchemaError);
    expect(await schemaIsCurrent(db)).toBe(false);
    await dispose();
  });

  it('makes every table and column that the code knows', async () => {
    const { db, dispose } = await freshDatabase(engine);
    for (const table of Object.values(db.tables)) expect(await db.read.select().from(table).limit(1)).toEqual([]);
    await dispose();
  });
});

describe('SQLite tables', () => {
  it('refuse values of another type, and references to nothing', async () => {
    const { db, url, dispose } = await freshDatabase('sqlite');
    const strict = await db.read.rows<{ name: string; strict: number }>(
      sql`select name, strict from pragma_table_list where schema = 'main' and name not like '%\\_%' escape '\\'`,
    );
    expect(strict.length).toBeGreaterThan(5);
    expect(strict.filter((table) => table.strict === 0)).toEqual([]);
    const raw = new BetterSqlite(sqlitePath(url));
    expect(raw.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(() => raw.exec("insert into settings values ('a', '1', 'many', 0)")).toThrow(/cannot store TEXT/);
    raw.close();
    await dispose();
  });

  it('are where their address says, in each of its forms', () => {
    expect(sqlitePath('./data/khabar.db')).toBe('./data/khabar.db');
    expect(sqlitePath('file:./data/khabar.db')).toBe('./data/khabar.db');
    expect(sqlitePath('sqlite:/var/khabar.db')).toBe('/var/khabar.db');
    expect(sqlitePath('file:///var/%D8%AE%D8%A8%D8%B1.db')).toBe('/var/خبر.db');
  });
});

/** Runs `work` with a database that has no tables yet. */
async function withEmptyDatabase(engine: Engine, work: (url: string) => Promise<void>): Promise<void> {
  if (engine === 'sqlite') {
    const folder = await mkdtemp(join(tmpdir(), 'khabar-empty-'));
    try {
      return await work(join(folder, 'new', 'khabar.db'));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  const url = new URL(inject('postgresUrl'));
  const admin = new pg.Client({ connectionString: url.href });
  const name = `khabar_empty_${process.pid}_${Date.now()}`;
  await admin.connect();
  try {
    await admin.query(`CREATE DATABASE ${name}`);
    url.pathname = `/${name}`;
    await work(url.href);
  } finally {
    await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await admin.end();
  }
}
