import { randomBytes } from 'node:crypto';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { describe, inject } from 'vitest';
import { openDatabase } from '../../src/db/open.ts';
import { enginesToTest } from './engines-setup.ts';

export type Engine = 'sqlite' | 'postgres';

/** Runs the same tests once on each engine. */
export function describeEachEngine(title: string, tests: (engine: Engine) => void): void {
  for (const engine of enginesToTest(process.env)) describe(`${title} (${engine})`, () => tests(engine));
}

/** A migrated, empty database of its own. `dispose` closes and deletes it. */
export async function freshDatabase(engine: Engine) {
  const { url, drop } = await (engine === 'sqlite' ? sqliteFile() : postgresDatabase());
  const db = await openDatabase(url);
  return {
    db,
    url,
    async dispose() {
      await db.close();
      await drop();
    },
  };
}

async function sqliteFile() {
  const folder = await mkdtemp(join(tmpdir(), 'khabar-test-'));
  const path = join(folder, 'khabar.db');
  await copyFile(inject('sqliteTemplate'), path);
  return { url: path, drop: () => rm(folder, { recursive: true, force: true }) };
}

async function postgresDatabase() {
  const server = inject('postgresUrl');
  const name = `khabar_test_${randomBytes(8).toString('hex')}`;
  // To copy files takes half the time that it takes to write them to the log page by page.
  await asAdmin(server, `CREATE DATABASE ${name} TEMPLATE ${inject('postgresTemplate')} STRATEGY FILE_COPY`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => asAdmin(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function asAdmin(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
