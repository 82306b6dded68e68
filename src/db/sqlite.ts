import { randomUUID } from 'node:crypto';
import type { SQL } from 'drizzle-orm';
import { createChangeBus } from './changes.ts';
import type { Database, Lookup, Values } from './database.ts';
import { fillPlaceholder } from './placeholder.ts';
import * as schema from './schema-sqlite.ts';
import { watchChanges } from './sqlite-changes.ts';
import {
  type Connection,
  compile,
  connect,
  defaultBusyTimeoutMs,
  queryOf,
  readerOf,
  toSqlite,
} from './sqlite-connection.ts';
import { rememberPlace } from './sqlite-place.ts';
import { createWriter } from './sqlite-writer.ts';

export type SqliteOptions = {
  /** How long a write waits for another process's write, in milliseconds. */
  busyTimeoutMs?: number;
  /** How often other processes' changes are looked for, in milliseconds. */
  pollMs?: number;
};

/** Opens a migrated SQLite file: one connection that writes, one that only reads. */
export async function openSqlite(path: string, options: SqliteOptions = {}): Promise<Database> {
  const { busyTimeoutMs = defaultBusyTimeoutMs, pollMs = 400 } = options;
  // Not made where it is missing: an empty file has no tables.
  const writing = await connect(path, { readonly: false, mustExist: true, busyTimeoutMs });
  const checkPlace = rememberPlace(path);
  const reader = await connect(path, { readonly: true, busyTimeoutMs });
  const bus = createChangeBus();
  const origin = randomUUID();
  const writer = createWriter(writing, { origin, bus, busyTimeoutMs, checkPlace });
  const stopWatching = watchChanges(reader, origin, bus, pollMs);

  return {
    engine: 'sqlite',
    file: path,
    tables: schema as unknown as Database['tables'],
    read: readerOf(reader),
    prepare: (query) => prepareRaw(reader, query),
    prepareOne: (lookup) => prepareOneRaw(reader, lookup),
    write: writer.write,
    async snapshot(work) {
      const connection = await connect(path, { readonly: true, busyTimeoutMs });
      try {
        connection.exec('BEGIN');
        // The view is taken by the first read, not by BEGIN.
        connection.prepare(touch).get();
        return await work(readerOf(connection));
      } finally {
        connection.close();
      }
    },
    onChange: bus.onChange,
    async ping() {
      checkPlace();
      reader.prepare(touch).get();
    },
    async close() {
      stopWatching();
      await writer.close();
      // The last to close takes the write-ahead log away, and only one that writes can. A log left behind would be read
      // into whatever file is put in the database's place.
      reader.close();
      writing.close();
    },
  };
}

const touch = 'SELECT 1 FROM settings LIMIT 1';

function prepareRaw<Row>(connection: Connection, query: SQL) {
  const { text, params } = compile(query);
  const statement = connection.prepare(text);
  return async (values: Record<string, unknown> = {}) =>
    statement.all(...params.map((param) => toSqlite(fillPlaceholder(param, values)))) as Row[];
}

function prepareOneRaw<Row>(connection: Connection, lookup: Lookup) {
  const { text, params } = compile(queryOf(lookup));
  const statement = connection.prepare(text);
  return async (values: Values) =>
    statement.get(...params.map((param) => toSqlite(fillPlaceholder(param, values)))) as Row | undefined;
}
