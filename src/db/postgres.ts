import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SQL } from 'drizzle-orm';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { PgDialect } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { contentHash } from '../http/content-hash.ts';
import { createChangeBus } from './changes.ts';
import type { Database, Reader, Tx } from './database.ts';
import { classifyDatabaseError, DatabaseBusyError } from './errors.ts';
import * as schema from './schema-postgres.ts';
import { fillPlaceholder } from './sqlite.ts';

const channel = 'khabar_changes';
const largestNotification = 7900;
const attempts = 8;
const dialect = new PgDialect();
const inUnit = new AsyncLocalStorage<true>();

export type PostgresOptions = { poolSize?: number };

/** Opens a migrated PostgreSQL database. */
export async function openPostgres(url: string, { poolSize = 10 }: PostgresOptions = {}): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    idleTimeoutMillis: 30_000,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 30_000,
    idle_in_transaction_session_timeout: 30_000,
    // In another zone, dates before 1920 come with offsets of odd seconds, which JavaScript cannot read.
    options: '-c TimeZone=UTC',
  });
  // A connection that dies while idle is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {});
  const bus = createChangeBus();
  const origin = randomUUID();
  const listening = await listen(url, origin, (tags) => void bus.tell(tags));

  async function attempt<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const tags = new Set<string>();
    const result = await drizzle(pool).transaction(async (transaction) => {
      const tx = Object.assign(readerOf(transaction as unknown as NodePgDatabase) as unknown as Tx, {
        run: async (query: SQL) => void (await transaction.execute(query)),
        announce: (...more: string[]) => {
          for (const tag of more) tags.add(tag);
        },
      });
      const value = await work(tx);
      for (const payload of payloads(origin, tags))
        await transaction.execute(`SELECT pg_notify('${channel}', ${pg.escapeLiteral(payload)})`);
      return value;
    });
    await bus.tell(tags);
    return result;
  }

  return {
    engine: 'postgres',
    tables: schema as unknown as Database['tables'],
    read: readerOf(drizzle(pool)),
    prepare: (query) => prepareRaw(pool, query),
    async write(work) {
      if (inUnit.getStore()) throw new Error('db.write was called inside db.write: pass the transaction down instead');
      for (let tried = 1; ; tried++) {
        try {
          return await inUnit.run(true, () => attempt(work));
        } catch (error) {
          if (classifyDatabaseError(error)?.kind !== 'busy') throw error;
          if (tried === attempts) throw new DatabaseBusyError(error);
          await sleep(Math.random() * 10 * 2 ** tried);
        }
      }
    },
    async snapshot(work) {
      return drizzle(pool).transaction(
        async (transaction) => work(readerOf(transaction as unknown as NodePgDatabase)),
        { isolationLevel: 'repeatable read', accessMode: 'read only' },
      );
    },
    onChange: bus.onChange,
    async ping() {
      await pool.query('SELECT 1');
    },
    async close() {
      await listening.stop();
      await pool.end();
    },
  };
}

function readerOf(orm: NodePgDatabase): Reader {
  return Object.assign(orm as unknown as Reader, {
    rows: async <Row>(query: SQL) => (await orm.execute(query)).rows as Row[],
  });
}

function prepareRaw<Row>(pool: pg.Pool, query: SQL) {
  const { sql: text, params } = dialect.sqlToQuery(query);
  const name = contentHash(text);
  return async (values: Record<string, unknown> = {}) => {
    const filled = params.map((param) => fillPlaceholder(param, values));
    return (await pool.query({ name, text, values: filled })).rows as Row[];
  };
}

/** One connection that hears the other processes; it comes back by itself when it is lost. */
async function listen(url: string, origin: string, tell: (tags: Set<string>) => void) {
  let client: pg.Client | null = null;
  let stopped = false;

  async function start(): Promise<void> {
    const next = new pg.Client({ connectionString: url });
    next.on('error', () => void restart(next));
    next.on('end', () => void restart(next));
    next.on('notification', ({ payload }) => {
      const [from, tags] = JSON.parse(payload ?? '[]') as [string, string[]];
      if (from !== origin) tell(new Set(tags));
    });
    await next.connect();
    await next.query(`LISTEN ${channel}`);
    client = next;
  }

  async function restart(lost: pg.Client): Promise<void> {
    if (stopped || lost !== client) return;
    client = null;
    while (!stopped && !client) {
      await sleep(500, undefined, { ref: false });
      // What was said meanwhile was not heard, so everything may have changed.
      await start().then(
        () => tell(new Set(['everything'])),
        () => {},
      );
    }
  }

  await start();
  return {
    async stop() {
      stopped = true;
      await client?.end();
    },
  };
}

/** NOTIFY carries less than 8,000 bytes, so many tags go in several messages. */
function* payloads(origin: string, tags: Set<string>): Generator<string> {
  let part: string[] = [];
  let size = 0;
  for (const tag of tags) {
    const bytes = Buffer.byteLength(JSON.stringify(tag)) + 1;
    if (size + bytes > largestNotification - 60) {
      yield JSON.stringify([origin, part]);
      part = [];
      size = 0;
    }
    part.push(tag);
    size += bytes;
  }
  if (part.length > 0) yield JSON.stringify([origin, part]);
}
