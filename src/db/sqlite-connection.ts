import { setTimeout as sleep } from 'node:timers/promises';
import BetterSqlite, { type Database as Connection, type Statement } from 'better-sqlite3';
import { type SQL, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { SQLiteSyncDialect } from 'drizzle-orm/sqlite-core';
import { LRUCache } from 'lru-cache';
import type { Lookup, Reader, Values } from './database.ts';
import { DatabaseBusyError } from './errors.ts';
import { askedFor, fillPlaceholder } from './placeholder.ts';
import { plannedOnce } from './planned-once.ts';

export type { Connection };

/** How long a write, or opening, waits for another process, in milliseconds. */
export const defaultBusyTimeoutMs = 5000;

/**
 * SQLite's own waiting holds up the whole event loop. Readers wait only in the moments when another process recovers
 * or closes the file; writers wait in `whenFree` instead.
 */
const readerBlocksAtMostMs = 50;
const statementsKept = 500;
const dialect = new SQLiteSyncDialect();

/** Opens a connection with the settings that all of ours have. */
export function connect(
  path: string,
  {
    readonly,
    mustExist = false,
    busyTimeoutMs = defaultBusyTimeoutMs,
  }: { readonly: boolean; mustExist?: boolean; busyTimeoutMs?: number },
): Promise<Connection> {
  return whenFree(busyTimeoutMs, () => {
    const connection = new BetterSqlite(path, {
      readonly,
      fileMustExist: mustExist,
      timeout: readonly ? readerBlocksAtMostMs : 0,
    });
    try {
      // Counts for files that are new: less of a page stays empty where rows are a few kilobytes long.
      if (!readonly) connection.pragma('page_size = 16384');
      if (!readonly) connection.pragma('journal_mode = WAL');
      connection.pragma('synchronous = FULL');
      connection.pragma('foreign_keys = ON');
      // Comments of a busy hour change more than ten megabytes of pages, and those that do not fit are read in each time.
      connection.pragma(`cache_size = -${readonly ? 16_000 : 32_000}`);
      // Copying three pages out of the system's cache takes longer than finding an article in them. What is mapped the
      // system can take back at any time.
      connection.pragma('mmap_size = 2147418112');
      connection.pragma('temp_store = MEMORY');
      // A log that a large import made long is cut down again afterwards.
      connection.pragma('journal_size_limit = 67108864');
      return cacheStatements(connection);
    } catch (error) {
      connection.close();
      throw error;
    }
  });
}

/**
 * Runs `action`, again and again while another process holds the lock it needs, without holding up this process's
 * event loop. Throws DatabaseBusyError after `timeoutMs`.
 */
export async function whenFree<T>(timeoutMs: number, action: () => T): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (let attempt = 1; ; attempt++) {
    try {
      return action();
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (performance.now() >= deadline) throw new DatabaseBusyError(error);
      await sleep(Math.min(50, attempt) * (0.5 + Math.random()));
    }
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY');
}

/**
 * Drizzle prepares on every query, which costs more than most of our queries take. Raw mode stays on a statement once
 * it is set, so the raw form of a text is a statement of its own.
 */
function cacheStatements(connection: Connection): Connection {
  const plain = connection.prepare.bind(connection);
  const prepare = (text: string) => plain(plannedOnce(text));
  const kept = new LRUCache<string, Statement>({ max: statementsKept });

  function reusable(text: string): Statement {
    const statement = prepare(text);
    if (!statement.reader) return statement;
    let raw: Statement | undefined;
    return Object.assign(statement, {
      raw() {
        raw ??= prepare(text).raw();
        return raw;
      },
      pluck: () => prepare(text).pluck(),
    });
  }

  return Object.assign(connection, {
    prepare(text: string) {
      const found = kept.get(text);
      if (found) return found;
      const made = reusable(text);
      kept.set(text, made);
      return made;
    },
  });
}

/** The façade's reads over a connection, or over anything that prepares statements. */
export function readerOf(client: Pick<Connection, 'prepare'>): Reader {
  const orm = drizzle(client as Connection) as unknown as Reader;
  return Object.assign(orm, {
    rows: async <Row>(query: SQL, values?: Values) => {
      const { text, params } = filled(query, values);
      return client.prepare(text).all(...params) as Row[];
    },
    lookUp: lookUpIn(client),
  });
}

/** One question after another: to ask costs nothing here. */
export function lookUpIn(client: Pick<Connection, 'prepare'>): Reader['lookUp'] {
  return async <Row>(lookup: Lookup, values: readonly Values[]) => {
    const query = queryOf(lookup);
    return values.map((each) => {
      const { text, params } = filled(query, each);
      return client.prepare(text).get(...params) as Row | undefined;
    });
  };
}

const queries = new WeakMap<Lookup, SQL>();

export function queryOf(lookup: Lookup): SQL {
  const known = queries.get(lookup);
  if (known) return known;
  const query = sql`select ${lookup.columns} from ${askedFor(lookup.asked)} ${lookup.joined}`;
  queries.set(lookup, query);
  return query;
}

const compiled = new WeakMap<SQL, { text: string; params: unknown[] }>();

/** A raw query with its marks filled; compiled once where there are values for them. */
export function filled(query: SQL, values?: Values): { text: string; params: unknown[] } {
  if (values === undefined) return compile(query);
  let known = compiled.get(query);
  if (!known) {
    known = compile(query);
    compiled.set(query, known);
  }
  return { text: known.text, params: known.params.map((param) => toSqlite(fillPlaceholder(param, values))) };
}

/** A raw query's text and parameters, the latter as SQLite takes them. */
export function compile(query: SQL): { text: string; params: unknown[] } {
  const { sql: text, params } = dialect.sqlToQuery(query);
  return { text, params: params.map(toSqlite) };
}

export function toSqlite(value: unknown): unknown {
  if (value instanceof Date) return value.getTime();
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value;
}
