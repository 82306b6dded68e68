import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import BetterSqlite, { type Database as Connection, type Statement } from 'better-sqlite3';
import type { SQL } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { getTableConfig, SQLiteSyncDialect, type SQLiteTable } from 'drizzle-orm/sqlite-core';
import { LRUCache } from 'lru-cache';
import { createChangeBus } from './changes.ts';
import type { Database, Reader, Tx } from './database.ts';
import { DatabaseBusyError, uniqueIndexNames } from './errors.ts';
import * as schema from './schema-sqlite.ts';

export type SqliteOptions = {
  /** How long a write waits for another process's write, in milliseconds. */
  busyTimeoutMs?: number;
  /** How often other processes' changes are looked for, in milliseconds. */
  pollMs?: number;
};

type Unit = { run: (tx: Tx) => Promise<unknown>; settle: (outcome: Outcome) => void };
type Outcome = { ok: true; value: unknown } | { ok: false; error: unknown };

const largestGroup = 256;
const dialect = new SQLiteSyncDialect();
const inUnit = new AsyncLocalStorage<true>();

/** Opens a migrated SQLite file: one connection that writes, one that only reads. */
export function openSqlite(path: string, options: SqliteOptions = {}): Database {
  const { busyTimeoutMs = 5000, pollMs = 400 } = options;
  registerIndexNames();
  const writer = connect(path, false);
  const reader = connect(path, true);
  const read = readerOf(reader);
  const bus = createChangeBus();
  const origin = randomUUID();
  const queue: Unit[] = [];
  let draining: Promise<void> | null = null;
  let closing = false;

  const announced = new Set<string>();
  const tx: Tx = Object.assign(readerOf(writer) as unknown as Tx, {
    run: async (query: SQL) => {
      const { sql: text, params } = dialect.sqlToQuery(query);
      writer.prepare(text).run(...params.map(toSqlite));
    },
    announce: (...tags: string[]) => {
      for (const tag of tags) announced.add(tag);
    },
  });

  function write<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    if (inUnit.getStore()) throw new Error('db.write was called inside db.write: pass the transaction down instead');
    if (closing) return Promise.reject(new DatabaseBusyError());
    return new Promise<T>((resolve, reject) => {
      queue.push({
        run: (within) => inUnit.run(true, () => work(within)),
        settle: (outcome) => (outcome.ok ? resolve(outcome.value as T) : reject(outcome.error)),
      });
      draining ??= new Promise<void>((next) => setImmediate(next)).then(drain);
    });
  }

  /** Commits what waits, a group at a time: units of one event-loop tick share one flush to disk. */
  async function drain(): Promise<void> {
    while (queue.length > 0) {
      const outcomes: [Unit, Outcome][] = [];
      const tags = new Set<string>();
      try {
        await begin();
        for (let unit = queue.shift(); unit; unit = outcomes.length < largestGroup ? queue.shift() : undefined)
          outcomes.push([unit, await runUnit(unit, tags)]);
        recordChanges(tags);
        writer.exec('COMMIT');
        await bus.tell(tags);
      } catch (error) {
        if (writer.inTransaction) writer.exec('ROLLBACK');
        if (outcomes.length === 0)
          outcomes.push(...queue.splice(0).map((unit): [Unit, Outcome] => [unit, { ok: false, error }]));
        for (const pair of outcomes) if (pair[1].ok) pair[1] = { ok: false, error };
      }
      for (const [unit, outcome] of outcomes) unit.settle(outcome);
    }
    // In the same step as the last look at the queue: a write made by whoever was just answered starts a new round.
    draining = null;
  }

  /** Takes the write lock; waits for another process without holding up this one's event loop. */
  async function begin(): Promise<void> {
    const deadline = Date.now() + busyTimeoutMs;
    for (let attempt = 0; ; attempt++) {
      try {
        writer.exec('BEGIN IMMEDIATE');
        return;
      } catch (error) {
        if (!isBusy(error)) throw error;
        if (Date.now() >= deadline) throw new DatabaseBusyError(error);
        await sleep(Math.min(50, 1 + attempt) * (0.5 + Math.random()));
      }
    }
  }

  async function runUnit(unit: Unit, tags: Set<string>): Promise<Outcome> {
    announced.clear();
    writer.exec('SAVEPOINT unit');
    try {
      const value = await unit.run(tx);
      writer.exec('RELEASE unit');
      for (const tag of announced) tags.add(tag);
      return { ok: true, value };
    } catch (error) {
      if (!writer.inTransaction) throw error;
      writer.exec('ROLLBACK TO unit');
      writer.exec('RELEASE unit');
      return { ok: false, error };
    }
  }

  function recordChanges(tags: Set<string>): void {
    if (tags.size === 0) return;
    const { lastInsertRowid } = writer
      .prepare('INSERT INTO changes (origin, tags) VALUES (?, ?)')
      .run(origin, JSON.stringify([...tags]));
    writer.prepare('DELETE FROM changes WHERE seq <= ?').run(Number(lastInsertRowid) - 10_000);
  }

  // Another connection's commit moves data_version; only then is the table of changes read.
  let seen = lastChange(reader);
  let dataVersion = reader.pragma('data_version', { simple: true });
  async function poll(): Promise<void> {
    const current = reader.pragma('data_version', { simple: true });
    if (current === dataVersion) return;
    dataVersion = current;
    const rows = reader
      .prepare<[number], { seq: number; origin: string; tags: string }>(
        'SELECT * FROM changes WHERE seq > ? ORDER BY seq',
      )
      .all(seen);
    const first = rows[0];
    const missed = first !== undefined && first.seq > seen + 1;
    const foreign = rows.filter((row) => row.origin !== origin);
    seen = rows.at(-1)?.seq ?? seen;
    const tags = new Set(foreign.flatMap((row) => JSON.parse(row.tags) as string[]));
    await bus.tell(missed ? tags.add('everything') : tags);
  }
  const timer = setInterval(() => void poll(), pollMs).unref();

  return {
    engine: 'sqlite',
    tables: schema as unknown as Database['tables'],
    read,
    prepare: (query) => prepareRaw(reader, query),
    write,
    async snapshot(work) {
      const connection = connect(path, true);
      try {
        connection.exec('BEGIN');
        connection.prepare('SELECT 1 FROM settings LIMIT 1').get();
        return await work(readerOf(connection));
      } finally {
        connection.close();
      }
    },
    onChange: bus.onChange,
    async ping() {
      reader.prepare('SELECT 1').get();
    },
    async close() {
      closing = true;
      clearInterval(timer);
      while (draining) await draining;
      reader.close();
      writer.close();
    },
  };
}

/** A connection with the settings that all of ours have. */
export function connect(path: string, readonly: boolean): Connection {
  const connection = new BetterSqlite(path, { readonly, timeout: 0 });
  if (!readonly) connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = FULL');
  connection.pragma('foreign_keys = ON');
  connection.pragma('cache_size = -16000');
  connection.pragma('temp_store = MEMORY');
  connection.pragma('mmap_size = 268435456');
  return cacheStatements(connection);
}

export function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY');
}

/**
 * Drizzle prepares on every query; preparing costs more than most of our queries take. `.raw()` and `.all()` of one
 * text get statements of their own, because raw mode stays on a statement once it is set.
 */
function cacheStatements(connection: Connection): Connection {
  const prepare = connection.prepare.bind(connection);
  const plain = new LRUCache<string, Statement>({ max: 500 });
  const raw = new LRUCache<string, Statement>({ max: 500 });
  const cached = (cache: LRUCache<string, Statement>, text: string, make: () => Statement) => {
    const found = cache.get(text);
    if (found) return found;
    const made = make();
    cache.set(text, made);
    return made;
  };
  return Object.assign(connection, {
    prepare(text: string) {
      const statement = cached(plain, text, () => prepare(text));
      if (!statement.reader) return statement;
      return Object.create(statement, {
        raw: { value: () => cached(raw, text, () => prepare(text).raw()) },
        all: { value: statement.all.bind(statement) },
        get: { value: statement.get.bind(statement) },
        run: { value: statement.run.bind(statement) },
        iterate: { value: statement.iterate.bind(statement) },
        pluck: { value: () => prepare(text).pluck() },
        columns: { value: statement.columns.bind(statement) },
      });
    },
  });
}

function readerOf(connection: Connection): Reader {
  const orm = drizzle(connection) as unknown as Reader;
  return Object.assign(orm, {
    rows: async <Row>(query: SQL) => {
      const { sql: text, params } = dialect.sqlToQuery(query);
      return connection.prepare(text).all(...params.map(toSqlite)) as Row[];
    },
  });
}

function prepareRaw<Row>(connection: Connection, query: SQL) {
  const { sql: text, params } = dialect.sqlToQuery(query);
  const statement = connection.prepare(text);
  const fill = params.map((param) => (values: Record<string, unknown>) => toSqlite(fillPlaceholder(param, values)));
  return async (values: Record<string, unknown> = {}) => statement.all(...fill.map((each) => each(values))) as Row[];
}

/** The value of a `sql.placeholder` among a query's parameters; other parameters are values already. */
export function fillPlaceholder(param: unknown, values: Record<string, unknown>): unknown {
  if (typeof param === 'object' && param !== null && 'name' in param && typeof param.name === 'string')
    return values[param.name];
  return param;
}

function toSqlite(value: unknown): unknown {
  if (value instanceof Date) return value.getTime();
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value;
}

function lastChange(connection: Connection): number {
  const row = connection.prepare<[], { seq: number | null }>('SELECT max(seq) AS seq FROM changes').get();
  return row?.seq ?? 0;
}

function registerIndexNames(): void {
  if (uniqueIndexNames.size > 0) return;
  for (const table of Object.values(schema) as unknown as SQLiteTable[]) {
    const { name, indexes, primaryKeys } = getTableConfig(table);
    const columnsOf = (columns: readonly unknown[]) =>
      columns.map((column) => `${name}.${(column as { name: string }).name}`).join(', ');
    for (const { config } of indexes) if (config.unique) uniqueIndexNames.set(columnsOf(config.columns), config.name);
    for (const key of primaryKeys) uniqueIndexNames.set(columnsOf(key.columns), key.getName());
  }
}
