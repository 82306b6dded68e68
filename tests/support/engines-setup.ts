import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { migrateDatabase } from '../../src/db/migrate.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A migrated, empty SQLite file that each test copies. */
    sqliteTemplate: string;
    /** The server on which each test makes a database of its own. */
    postgresUrl: string;
    /** The migrated, empty database that those are copies of. */
    postgresTemplate: string;
  }
}

/** Both engines, unless KHABAR_TEST_ENGINES names one: no engine is ever left out because it could not be had. */
export function enginesToTest(environment: Record<string, string | undefined>): ('sqlite' | 'postgres')[] {
  const named = (environment.KHABAR_TEST_ENGINES ?? 'sqlite,postgres').split(',').map((name) => name.trim());
  const engines = (['sqlite', 'postgres'] as const).filter((engine) => named.includes(engine));
  if (engines.length !== named.length) throw new Error('KHABAR_TEST_ENGINES: name sqlite, postgres, or both');
  return engines;
}

/** Makes what every test copies, once for the whole run: vitest's globalSetup. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'khabar-template-'));
  const template = join(folder, 'template.db');
  await migrateDatabase(template);
  project.provide('sqliteTemplate', template);
  const stopPostgres = enginesToTest(process.env).includes('postgres') ? await setUpPostgres(project) : null;
  return async () => {
    await stopPostgres?.();
    await rm(folder, { recursive: true, force: true });
  };
}

async function setUpPostgres(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_URL;
  const { url, stop } = given ? { url: given, stop: async () => {} } : await startPostgres();
  const template = `khabar_template_${process.pid}`;
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${template}`);
  const templateUrl = new URL(url);
  templateUrl.pathname = `/${template}`;
  await migrateDatabase(templateUrl.href);
  project.provide('postgresUrl', url);
  project.provide('postgresTemplate', template);
  return async () => {
    await admin.query(`DROP DATABASE IF EXISTS ${template} WITH (FORCE)`);
    await admin.end();
    await stop();
  };
}

/** Starts the server of postgres-server.ts and answers its URL, or says what to do without one. */
async function startPostgres() {
  const script = fileURLToPath(new URL('./postgres-server.ts', import.meta.url));
  const server = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise<null>((resolve) => server.once('exit', () => resolve(null)));
  let errors = '';
  server.stderr.on('data', (text) => {
    errors += text;
  });
  const lines = createInterface(server.stdout)[Symbol.asyncIterator]();
  const first = await Promise.race([lines.next(), ended]);
  if (!first?.value)
    throw new Error(
      `PostgreSQL for the tests did not start. Name a server in TEST_DATABASE_URL, or set KHABAR_TEST_ENGINES=sqlite.\n${errors}`,
    );
  return {
    url: first.value,
    async stop() {
      server.stdin.end();
      await ended;
    },
  };
}
