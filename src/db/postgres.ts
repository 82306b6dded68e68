import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SQL } from 'drizzle-orm';
import pg from 'pg';
import { addAllAtOnce } from './add-many.ts';
import { askTogether } from './ask-together.ts';
import { createChangeBus } from './changes.ts';
import type { Database, Tx, Values } from './database.ts';
import { classifyDatabaseError, DatabaseBusyError, DatabaseClosedError } from './errors.ts';
import { insertManyInto } from './insert-many-postgres.ts';
import { jointOf } from './joint-work.ts';
import { listenForChanges, notifications } from './postgres-changes.ts';
import { createGroups } from './postgres-groups.ts';
import { lookUp, prepareRaw, type Queryable, readerOf, runRaw, runText } from './postgres-raw.ts';
import * as schema from './schema-postgres.ts';
import { createSharedWorks } from './shared-work.ts';
import { createTurns } from './turns.ts';
import { insideUnit, refuseNested, refuseOver } from './unit.ts';

const attempts = 8;
const beginWrite = 'BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE';
/** For joint work. Who meets a lock that others hold for longer gives up, so that two groups never wait for each other. */
const beginJoint = `${beginWrite}; SET LOCAL lock_timeout = '100ms'`;

const statementTimeoutMs = 30_000;
const longestWaitMs = 10_000;
/**
 * Connections that writers leave to readers, and those that comments which wait for somebody's lock leave to other writers:
 * of either there may be more than there are connections.
 */
const kept = 3;

export type PostgresOptions = {
  poolSize?: number;
  /**
   * How long an answer is waited for, in milliseconds: longer than the server lets a statement run, for a server that
   * is there ends it by itself.
   */
  answerTimeoutMs?: number;
};

/** Opens a migrated PostgreSQL database. */
export async function openPostgres(url: string, options: PostgresOptions = {}): Promise<Database> {
  const { poolSize = 10, answerTimeoutMs = statementTimeoutMs + 10_000 } = options;
  const pool = createPool(url, poolSize, answerTimeoutMs);
  const inTurn = createTurns(Math.max(1, poolSize - kept), longestWaitMs);
  const aloneInTurn = createTurns(Math.max(1, poolSize - 2 * kept), longestWaitMs);
  const bus = createChangeBus();
  let origin = randomUUID();
  const stopListening = await listenForChanges(url, () => origin, bus).catch(async (error) => {
    await pool.end();
    throw error;
  });
  const running = new Set<Promise<unknown>>();
  let closing: Promise<void> | null = null;

  async function attempt<T>(work: (tx: Tx) => Promise<T>, begin = beginWrite, onCommit = () => {}): Promise<T> {
    const tags = new Set<string>();
    const run = (client: Queryable) => insideUnit(() => workWith(client, tags, work));
    const last = () => {
      onCommit();
      return notifications(origin, tags);
    };
    const value = await inTurn(() => transact(pool, begin, run, { last, onLost: () => stayUnsure(tags) }));
    if (tags.size > 0) await bus.tell(tags);
    return value;
  }

  /**
   * A connection was lost, and what was to be committed may be stored, or be so in a moment. From now on nothing that was
   * begun before is taken for known here, so that what the server still says of it is heard.
   */
  function stayUnsure(tags: ReadonlySet<string>): void {
    origin = randomUUID();
    void bus.tell(tags);
  }

  const groups = createGroups({
    alone: (unit) => whileLocked(() => aloneInTurn(() => repeated(() => attempt(unit, beginJoint)))),
    group: (unit, onCommit) => attempt(unit, beginJoint, onCommit),
  });

  return {
    engine: 'postgres',
    file: null,
    tables: schema as unknown as Database['tables'],
    read: readerOf(pool),
    prepare: (query) => prepareRaw(pool, query),
    prepareOne: (lookup) => askTogether((values) => lookUp(pool, lookup, values)),
    async write(work) {
      refuseNested();
      if (closing) throw new DatabaseClosedError();
      const joint = jointOf(work);
      const writing = joint ? (groups.write(joint) as ReturnType<typeof work>) : repeated(() => attempt(work));
      running.add(writing);
      try {
        return await writing;
      } finally {
        running.delete(writing);
      }
    },
    snapshot(work) {
      // The view is taken by the first query, not by BEGIN. An export may pause for as long as its reader likes.
      const begin = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
        SET LOCAL idle_in_transaction_session_timeout = 0; SELECT 1`;
      return transact(pool, begin, async (client) => work(readerOf(client)));
    },
    onChange: bus.onChange,
    async ping() {
      await pool.query('SELECT 1');
    },
    close() {
      closing ??= (async () => {
        // The pool would forget whoever still waits for a connection.
        await Promise.allSettled(running);
        await pool.end();
        await stopListening();
        await bus.close();
      })();
      return closing;
    },
  };
}

function createPool(url: string, poolSize: number, answerTimeoutMs: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    application_name: 'khabar',
    keepAlive: true,
    idleTimeoutMillis: 30_000,
    connectionTimeoutMillis: Math.min(longestWaitMs, answerTimeoutMs),
    statement_timeout: statementTimeoutMs,
    query_timeout: answerTimeoutMs,
    idle_in_transaction_session_timeout: 30_000,
    // In another zone, dates before 1920 come with offsets of odd seconds, which JavaScript cannot read.
    options: '-c TimeZone=UTC',
  });
  // A connection that dies, idle or in use, is replaced by the pool; without listeners it would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => void client.on('error', () => {}));
  return pool;
}

/**
 * Runs `work` on one connection between `begin` and COMMIT, which goes to the server together with the statements of
 * `last`. `onLost` is told of a connection that ended with a failure: nobody knows then whether the COMMIT has arrived.
 * Drizzle's own transaction would take an aborted transaction for a committed one and a dead connection's failing ROLLBACK
 * for the error.
 */
async function transact<T>(
  pool: pg.Pool,
  begin: string,
  work: (client: Queryable) => Promise<T>,
  { last = () => [], onLost = () => {} }: { last?: () => string[]; onLost?: () => void } = {},
): Promise<T> {
  const client = await pool.connect();
  let isOver = false;
  let broken: Error | undefined;
  const guarded = {
    query: (...query: Parameters<typeof client.query>) => (isOver ? refuseOver() : client.query(...query)),
  } as unknown as pg.PoolClient;
  try {
    await client.query(begin);
    const value = await work(guarded);
    isOver = true;
    const ended = [await client.query([...last(), 'COMMIT'].join(';'))].flat().at(-1);
    if (ended?.command !== 'COMMIT') throw new Error('nothing was committed: the work went on after a failed query');
    return value;
  } catch (error) {
    isOver = true;
    broken = await takeBack(client, error);
    if (broken) onLost();
    throw error;
  } finally {
    client.release(broken);
  }
}

/** Ends a transaction that failed. Answers the failure where the connection is none any more: who waits on it waits in vain. */
async function takeBack(client: Queryable, error: unknown): Promise<Error | undefined> {
  if (classifyDatabaseError(error)?.kind === 'unavailable') return error as Error;
  return client.query('ROLLBACK').then(
    () => undefined,
    (failure: Error) => failure,
  );
}

async function repeated<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      if (!isToBeRepeated(error)) throw error;
      if (tried === attempts) throw new DatabaseBusyError(error);
      await sleep(Math.random() * 5 * 2 ** tried);
    }
  }
}

/** Tries again, behind all who wait for their turn, while it meets a lock: meanwhile those have theirs who meet none. */
async function whileLocked<T>(attempt: () => Promise<T>): Promise<T> {
  const endsAt = performance.now() + statementTimeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!hasState(error, '55P03') || performance.now() > endsAt) throw error;
    }
  }
}

/** A serialisation failure or a deadlock: PostgreSQL asks for the whole transaction again. */
function isToBeRepeated(error: unknown): boolean {
  return hasState(error, '40001') || hasState(error, '40P01');
}

function hasState(error: unknown, state: string): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && error.code === state) || hasState(error.cause, state);
}

async function workWith<T>(client: Queryable, tags: Set<string>, work: (tx: Tx) => Promise<T>): Promise<T> {
  const shared = createSharedWorks();
  const reader = readerOf(client) as unknown as Tx;
  const runNamed = (text: string, values: unknown[]) => runText(client, text, values);
  const tx: Tx = Object.assign(reader, {
    insertMany: insertManyInto(runNamed),
    addMany: addAllAtOnce(runNamed),
    run: async (query: SQL, values?: Values) => void (await runRaw(client, query, values)),
    share: shared.add,
    announce: (...more: string[]) => {
      for (const tag of more) tags.add(tag);
    },
  });
  const value = await work(tx);
  await shared.run(tx);
  return value;
}
