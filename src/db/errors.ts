import { DrizzleQueryError } from 'drizzle-orm';
import { uniqueConstraintName } from './constraint-names.ts';

/** The database was held by others for longer than we wait. Nothing was written; the caller may try again. */
export class DatabaseBusyError extends Error {
  constructor(cause?: unknown) {
    super('the database is held by others', { cause });
    this.name = 'DatabaseBusyError';
  }
}

/** The database was closed before this was asked of it. */
export class DatabaseClosedError extends Error {
  constructor() {
    super('the database is closed');
    this.name = 'DatabaseClosedError';
  }
}

/** Another file, or none, is where the database was opened. Nothing was written. */
export class DatabaseMovedError extends Error {
  constructor() {
    super('the database file was removed or replaced: put it back, or start again with the one that is there');
    this.name = 'DatabaseMovedError';
  }
}

/** The database was written by a newer version of this program. */
export class NewerSchemaError extends Error {
  constructor() {
    super('The database has a newer schema than this version of Khabar knows. Upgrade Khabar to open it.');
    this.name = 'NewerSchemaError';
  }
}

/** The database has no place for every letter. */
export class EncodingError extends Error {
  readonly encoding: string;
  constructor(encoding: string) {
    super(`the database is encoded in ${encoding}; create it with ENCODING 'UTF8'`);
    this.name = 'EncodingError';
    this.encoding = encoding;
  }
}

export type DatabaseFault = {
  kind: 'unique' | 'foreign-key' | 'check' | 'not-null' | 'invalid-text' | 'busy' | 'full' | 'unavailable';
  /**
   * What was broken, named alike on both engines: the unique index, primary key or check as declared in tables.ts, or
   * `table.column` that was null. References have none, because SQLite does not tell which.
   */
  constraint?: string;
};

/** What a driver's error means, the same on both engines; null for errors that are not the database's. */
export function classifyDatabaseError(error: unknown): DatabaseFault | null {
  if (error instanceof DatabaseBusyError) return { kind: 'busy' };
  if (error instanceof DatabaseClosedError || error instanceof DatabaseMovedError) return { kind: 'unavailable' };
  if (error instanceof DrizzleQueryError) return classifyDatabaseError(error.cause);
  if (!(error instanceof Error)) return null;
  if (!('code' in error) || typeof error.code !== 'string') return connectionFault(error.message);
  return sqliteFault(error.code, error.message) ?? postgresFault(error.code, error);
}

function sqliteFault(code: string, message: string): DatabaseFault | null {
  if (!code.startsWith('SQLITE_')) return null;
  const broken = /constraint failed: (.+)$/.exec(message)?.[1];
  if (code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY')
    return named('unique', broken && (uniqueConstraintName(broken) ?? broken));
  // Refused deletions of what is referred to are reported as a trigger's.
  if (code === 'SQLITE_CONSTRAINT_FOREIGNKEY' || code === 'SQLITE_CONSTRAINT_TRIGGER') return { kind: 'foreign-key' };
  if (code === 'SQLITE_CONSTRAINT_CHECK') return named('check', broken);
  if (code === 'SQLITE_CONSTRAINT_NOTNULL') return named('not-null', broken);
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) return { kind: 'busy' };
  if (code === 'SQLITE_FULL') return { kind: 'full' };
  if (/^SQLITE_(?:IOERR|CANTOPEN|READONLY)/.test(code)) return { kind: 'unavailable' };
  return null;
}

/** PostgreSQL's SQLSTATE codes (its manual, appendix A) and the socket errors of the driver. */
function postgresFault(code: string, error: Error): DatabaseFault | null {
  const detail = (field: string) => {
    const value = (error as unknown as Record<string, unknown>)[field];
    return typeof value === 'string' ? value : undefined;
  };
  if (code === '23505') return named('unique', detail('constraint'));
  if (code === '23503' || code === '23001') return { kind: 'foreign-key' };
  if (code === '23514') return named('check', detail('constraint'));
  if (code === '23502') return named('not-null', `${detail('table')}.${detail('column')}`);
  // A NUL character, or bytes that are no UTF-8.
  if (code === '22021' || code === '22P05') return { kind: 'invalid-text' };
  // A transaction to be tried again, a lock or a statement that took too long.
  if (['40001', '40P01', '55P03', '57014'].includes(code)) return { kind: 'busy' };
  if (code === '53100') return { kind: 'full' };
  // A server that only reads: the standby of another, or one in maintenance.
  if (code === '25006' || (code === '0A000' && error.message.includes('recovery'))) return { kind: 'unavailable' };
  // Connections refused or lost, resources exhausted, shutting down, idle for too long, wrong password, no such database.
  if (/^(?:08|53|57P|25P0[34]|28|3D000)/.test(code)) return { kind: 'unavailable' };
  if (socketErrors.has(code)) return { kind: 'unavailable' };
  return null;
}

const socketErrors = new Set(
  'ECONNREFUSED ECONNRESET EPIPE ETIMEDOUT ENOTFOUND EAI_AGAIN EHOSTUNREACH ENETUNREACH'.split(' '),
);

/** The driver's own errors about connections carry no code. */
function connectionFault(message: string): DatabaseFault | null {
  return /^(?:Connection terminated|Client has encountered a connection error|Cannot use a pool after|timeout exceeded when trying to connect|Query read timeout)/.test(
    message,
  )
    ? { kind: 'unavailable' }
    : null;
}

function named(kind: DatabaseFault['kind'], constraint: string | undefined): DatabaseFault {
  return constraint ? { kind, constraint } : { kind };
}
