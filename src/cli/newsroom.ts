import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { sql } from 'drizzle-orm';
import { systemActor } from '../auth/permissions.ts';
import { type Config, loadConfig } from '../config.ts';
import type { Database } from '../db/database.ts';
import { migrateDatabase } from '../db/migrate.ts';
import type { MigrationReport } from '../db/migrations.ts';
import { openDatabase } from '../db/open.ts';
import { databaseName, openingFault } from '../db/opening.ts';
import { isPostgresUrl, sqlitePath } from '../db/url.ts';
import { uuid } from '../uuid.ts';
import type { Work } from '../work.ts';
import { rootMessage } from './explain.ts';
import { messages } from './messages.ts';
import { CliError, exitCodes } from './output.ts';

/** The settings: from the environment, and from `.env` in the working directory for what is not set there. */
export function readSettings(overrides: Record<string, string | undefined> = {}): Config {
  if (existsSync('.env')) loadEnvFile('.env');
  const given = Object.entries(overrides).filter(([, value]) => value !== undefined);
  return loadConfig({ ...process.env, ...Object.fromEntries(given) });
}

/** Node's own way of it says of a file that may not be read that there is none. */
function loadEnvFile(file: string): void {
  try {
    for (const [name, value] of Object.entries(parseEnv(readFileSync(file, 'utf8')))) process.env[name] ??= value;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CliError(messages.cannotRead(file, String(code)), exitCodes.failed, error);
  }
}

/**
 * Migrates the database of the settings and opens it. Creates a SQLite file, or refuses to with `mustExist`; refuses one
 * that can only be read with `mustWrite`.
 */
export async function openNewsroom(
  config: Config,
  { mustExist = false, mustWrite = false }: { mustExist?: boolean; mustWrite?: boolean } = {},
): Promise<{ db: Database; migrated: MigrationReport }> {
  const url = config.DATABASE_URL;
  if (mustExist && !isPostgresUrl(url) && !existsSync(sqlitePath(url)))
    throw new CliError(messages.noDatabase(sqlitePath(url)));
  const migrated = await migrateNewsroom(config);
  const db = await openDatabase(url);
  if (mustWrite && db.file !== null) await tryToWrite(db, url);
  return { db, migrated };
}

/** A file that may not be written is opened as one to read, and says so no sooner than at the first write. */
async function tryToWrite(db: Database, url: string): Promise<void> {
  try {
    await db.write((tx) => tx.run(sql`update settings set version = version where false`));
  } catch (error) {
    // What holds up a write now, such as another process or a full disk, may pass.
    if (openingFault(error, url) !== 'read-only') return;
    await db.close();
    throw explained(error, url);
  }
}

/**
 * Brings the database of the settings to this version's schema. Throws CliError that names it where it cannot be used. A
 * file that is made now is for no other user of the machine: it holds hashes of passwords, and addresses of readers.
 */
export async function migrateNewsroom({ DATABASE_URL: url }: Config): Promise<MigrationReport> {
  process.umask(process.umask(0o007) | 0o007);
  try {
    return await migrateDatabase(url);
  } catch (error) {
    throw explained(error, url);
  }
}

function explained(error: unknown, url: string): unknown {
  const fault = openingFault(error, url);
  if (fault === null) return error;
  return new CliError(ofFault[fault](databaseName(url), rootMessage(error)), exitCodes.failed, error);
}

const ofFault = {
  'no-rights': messages.mayNotMigrate,
  'read-only': messages.mayNotWrite,
  'not-there': messages.cannotOpen,
};

/** Runs `work` with the database of the settings, and closes it whatever happens. */
export async function withNewsroom<T>(
  work: (db: Database, config: Config) => Promise<T>,
  options: { mustExist?: boolean } = {},
): Promise<T> {
  const config = readSettings();
  const { db } = await openNewsroom(config, options);
  try {
    return await work(db, config);
  } finally {
    await db.close();
  }
}

/** What the command line does, it does as the system. */
export function systemWork(db: Database): Work {
  return { actor: systemActor, requestId: uuid(), write: db.write };
}

export const clock = () => new Date();
