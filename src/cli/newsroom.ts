import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseEnv } from 'node:util';
import { sql } from 'drizzle-orm';
import { systemActor } from '../auth/permissions.ts';
import { type Config, loadConfig } from '../config.ts';
import type { Database } from '../db/database.ts';
import { classifyDatabaseError } from '../db/errors.ts';
import { migrateDatabase } from '../db/migrate.ts';
import type { MigrationReport } from '../db/migrations.ts';
import { openDatabase } from '../db/open.ts';
import { isPostgresUrl, sqlitePath } from '../db/url.ts';
import { uuid } from '../uuid.ts';
import type { Work } from '../work.ts';
import { rootMessage, rootOf } from './explain.ts';
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
  if (mustWrite && !isPostgresUrl(url)) await tryToWrite(db, url);
  return { db, migrated };
}

/** SQLite opens a file that it may not write as one to read, and says so no sooner than at the first write. */
async function tryToWrite(db: Database, url: string): Promise<void> {
  try {
    await db.write((tx) => tx.run(sql`update settings set version = version where false`));
  } catch (error) {
    // What holds up a write now, such as another process or a full disk, may pass.
    if (!isOfWriting(error, url)) return;
    await db.close();
    throw mayNotWrite(error, url);
  }
}

/** Brings the database of the settings to this version's schema. Throws CliError that names it where it cannot be opened. */
export async function migrateNewsroom({ DATABASE_URL: url }: Config): Promise<MigrationReport> {
  try {
    return await migrateDatabase(url);
  } catch (error) {
    if (isOfRights(error))
      throw new CliError(messages.mayNotMigrate(withoutSecrets(url), rootMessage(error)), exitCodes.failed, error);
    if (isOfWriting(error, url)) throw mayNotWrite(error, url);
    if (!isOfOpening(error)) throw error;
    throw new CliError(messages.cannotOpen(withoutSecrets(url), rootMessage(error)), exitCodes.failed, error);
  }
}

/** Whether a database is not there, is none, or has no place to be made in: what else fails is told as what it is. */
function isOfOpening(error: unknown): boolean {
  if (classifyDatabaseError(error)?.kind === 'unavailable') return true;
  return error instanceof Error && ('syscall' in error || ('code' in error && error.code === 'SQLITE_NOTADB'));
}

/** Whether the file of a SQLite database may not be written, or its folder, where SQLite has files beside it. */
function isOfWriting(error: unknown, url: string): boolean {
  const code = codeOf(error);
  return code.startsWith('SQLITE_READONLY') || (code.startsWith('SQLITE_CANTOPEN') && !mayWriteBeside(sqlitePath(url)));
}

function mayWriteBeside(path: string): boolean {
  try {
    accessSync(dirname(path), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function mayNotWrite(error: unknown, url: string): CliError {
  return new CliError(messages.mayNotWrite(sqlitePath(url), codeOf(error)), exitCodes.failed, error);
}

/** Whether the server does not let its user do this: SQLSTATE 42501. */
function isOfRights(error: unknown): boolean {
  return codeOf(error) === '42501';
}

function codeOf(error: unknown): string {
  const root = rootOf(error);
  return root instanceof Error && 'code' in root ? String(root.code) : '';
}

/** What people know a database by: its path, or its host and name. */
function withoutSecrets(url: string): string {
  if (!isPostgresUrl(url)) return sqlitePath(url);
  return url.replace(/\?.*/, '').replace(/^\w+:\/\/(?:.*@)?/, '');
}

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
