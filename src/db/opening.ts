import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import { classifyDatabaseError } from './errors.ts';
import { isPostgresUrl, sqlitePath } from './url.ts';

/** Why a database cannot be used at all: its user may not make tables, its file may not be written, or there is none. */
export type OpeningFault = 'no-rights' | 'read-only' | 'not-there';

/** What kept the database of `url` from being opened, migrated or first written to; null where it was something else. */
export function openingFault(error: unknown, url: string): OpeningFault | null {
  const code = codeOf(error);
  // Not the owner of the database, by SQLSTATE.
  if (code === '42501') return 'no-rights';
  if (code.startsWith('SQLITE_READONLY')) return 'read-only';
  // SQLite has files beside its own.
  if (code.startsWith('SQLITE_CANTOPEN') && !mayWriteIn(dirname(sqlitePath(url)))) return 'read-only';
  if (code === 'SQLITE_NOTADB' || classifyDatabaseError(error)?.kind === 'unavailable') return 'not-there';
  return error instanceof Error && 'syscall' in error ? 'not-there' : null;
}

/** What people know a database by: its path, or its host and name without a password. */
export function databaseName(url: string): string {
  if (!isPostgresUrl(url)) return sqlitePath(url);
  return url.replace(/\?.*/, '').replace(/^\w+:\/\/(?:.*@)?/, '');
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if (error.cause !== undefined) return codeOf(error.cause);
  return 'code' in error ? String(error.code) : '';
}

function mayWriteIn(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
