import { DrizzleQueryError } from 'drizzle-orm';

/** Another process held the database for longer than we wait. Nothing was written; the caller may try again. */
export class DatabaseBusyError extends Error {
  constructor(cause?: unknown) {
    super('the database is held by another process', { cause });
    this.name = 'DatabaseBusyError';
  }
}

/** The database was written by a newer version of this program. */
export class NewerSchemaError extends Error {
  constructor() {
    super('The database has a newer schema than this version of Khabar knows. Upgrade Khabar to open it.');
    this.name = 'NewerSchemaError';
  }
}

export type DatabaseFault = {
  kind: 'unique' | 'foreign-key' | 'check' | 'not-null' | 'busy' | 'full' | 'unavailable';
  /** The constraint's or index's name as declared in tables.ts, where the engine tells it. */
  constraint?: string;
};

/** What a driver's error means, the same on both engines; null for errors that are not the database's. */
export function classifyDatabaseError(error: unknown): DatabaseFault | null {
  if (error instanceof DatabaseBusyError) return { kind: 'busy' };
  if (error instanceof DrizzleQueryError) return classifyDatabaseError(error.cause);
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  return sqliteFault(error.code, error.message) ?? postgresFault(error.code, error) ?? null;
}

/** SQLite names the columns of a broken unique index, not the index; openers register which index has which columns. */
export const uniqueIndexNames = new Map<string, string>();

function sqliteFault(code: string, message: string): DatabaseFault | null {
  if (!code.startsWith('SQLITE_')) return null;
  const columns = /constraint failed: (.+)$/.exec(message)?.[1];
  const constraint = columns === undefined ? undefined : (uniqueIndexNames.get(columns) ?? columns);
  const named = constraint === undefined ? {} : { constraint };
  if (code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY')
    return { kind: 'unique', ...named };
  if (code === 'SQLITE_CONSTRAINT_FOREIGNKEY' || code === 'SQLITE_CONSTRAINT_TRIGGER') return { kind: 'foreign-key' };
  if (code === 'SQLITE_CONSTRAINT_CHECK') return { kind: 'check', ...named };
  if (code === 'SQLITE_CONSTRAINT_NOTNULL') return { kind: 'not-null', ...named };
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) return { kind: 'busy' };
  if (code === 'SQLITE_FULL') return { kind: 'full' };
  if (code.startsWith('SQLITE_IOERR') || code === 'SQLITE_CANTOPEN') return { kind: 'unavailable' };
  return null;
}

/** PostgreSQL's SQLSTATE codes (its manual, appendix A) and the socket errors of the driver. */
function postgresFault(code: string, error: Error): DatabaseFault | null {
  const constraint =
    'constraint' in error && typeof error.constraint === 'string' ? { constraint: error.constraint } : {};
  if (code === '23505') return { kind: 'unique', ...constraint };
  if (code === '23503') return { kind: 'foreign-key', ...constraint };
  if (code === '23514') return { kind: 'check', ...constraint };
  if (code === '23502') return { kind: 'not-null', ...constraint };
  if (code === '40001' || code === '40P01' || code === '55P03') return { kind: 'busy' };
  if (code === '53100') return { kind: 'full' };
  if (code.startsWith('08') || code.startsWith('57P') || code.startsWith('53')) return { kind: 'unavailable' };
  if (['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND'].includes(code)) return { kind: 'unavailable' };
  return null;
}
