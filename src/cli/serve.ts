import type { AddressInfo } from 'node:net';
import type { Config } from '../config.ts';
import type { Database } from '../db/database.ts';
import { openDatabase } from '../db/open.ts';
import { followConnections } from '../http/connections.ts';
import { createLogger } from '../logger.ts';
import type { Scheduler } from '../ops/scheduler.ts';
import { closeWhenAsked } from './closing.ts';
import { exitCodeOf, explain } from './explain.ts';
import { say } from './language.ts';
import { messages } from './messages.ts';
import { clock, openNewsroom, readSettings } from './newsroom.ts';
import { CliError, exitCodes, note } from './output.ts';
import { closeMessage, startWorkers, type WorkerMessage } from './workers.ts';

/**
 * How long a server may take to end after SIGTERM. Docker kills after ten seconds and Kubernetes after thirty, of which it
 * may wait some before the signal; what was killed has answered nobody and left its log behind.
 */
const graceMs = 9000;
/** How long of that running requests may take, with their bodies and answers, so that what is behind them still ends well. */
const runningMs = 7000;
/** How long the rest of a request's head, or the first one of a connection, may still be on its way. */
const headMs = 1000;
/** How much longer workers have until they are killed, and the process that started them until it ends without them. */
const killMs = 200;

type ServeOptions = { host?: string; port?: string; workers?: string; asWorker?: boolean };

export async function serve({ host, port, workers, asWorker }: ServeOptions): Promise<void> {
  const config = readSettings({ HOST: host, PORT: port, KHABAR_WORKERS: workers });
  if (asWorker) return serveAsWorker(config);
  const { db, migrated } = await openNewsroom(config, { mustWrite: true });
  const welcome = async (origin: string) => {
    const lines: string[] = [];
    if (migrated.applied > 0)
      lines.push(say(migrated.wasEmpty ? messages.createdDatabase : messages.appliedMigrations(migrated.applied)));
    lines.push(say(messages.listening(origin)));
    if (config.KHABAR_WORKERS > 1) lines.push(say(messages.workersShare(config.KHABAR_WORKERS)));
    if (!(await hasUsers(db)))
      lines.push(
        say(messages.noUsers),
        '  npm run --silent khabar -- user create --email you@example.org --name "Your name" --role admin',
      );
    // All at once: whoever waits for the address reads the rest with it.
    note(...lines);
  };
  try {
    if (config.KHABAR_WORKERS > 1) await serveByWorkers(config, db, welcome);
    else await welcome((await startServer(config, db)).origin);
  } catch (error) {
    await db.close();
    throw error;
  }
}

/** Starts the workers and stays beside them until the end: it serves nobody itself. */
async function serveByWorkers(config: Config, db: Database, welcome: (origin: string) => Promise<void>): Promise<void> {
  const logger = createLogger(config);
  const pool = startWorkers(config.KHABAR_WORKERS, logger);
  const closing = closeWhenAsked({ delayMs: graceMs + 2 * killMs, logger }, async ({ err, signal }) => {
    if (err) logger.fatal({ err }, 'closing after an error that nothing caught');
    else logger.info({ signal }, 'closing: the workers finish what is running');
    await pool.stop(graceMs + killMs);
    await db.close();
  });
  try {
    await welcome(await pool.ready);
    await pool.given;
  } catch (error) {
    closing.forget();
    await pool.stop(graceMs + killMs).catch(() => {});
    throw error;
  }
}

/** One of several processes that share a port. The one that started it has migrated the database. */
async function serveAsWorker(config: Config): Promise<void> {
  const tell = (message: WorkerMessage, told = () => {}) => process.send?.(message, told);
  let db: Database | null = null;
  try {
    db = await openDatabase(config.DATABASE_URL);
    // Ctrl-C reaches all processes of a terminal; the one that started this one says what to do.
    const { origin, close } = await startServer(config, db, { ignored: ['SIGINT'] });
    process.on('message', (message) => {
      if (message === closeMessage) close();
    });
    tell({ ready: origin });
  } catch (error) {
    await db?.close();
    const exitCode = exitCodeOf(error);
    tell({ failed: explain(error), exitCode }, () => process.exit(exitCode));
  }
}

type ServerOptions = {
  /** Runs after the database is closed. */
  onClosed?: () => void | Promise<void>;
  /** Signals that do nothing. */
  ignored?: NodeJS.Signals[];
};

/** Starts a server that ends gracefully on a signal, or by `close`. Throws CliError where it cannot listen. */
export async function startServer(
  config: Config,
  db: Database,
  { onClosed, ignored = [] }: ServerOptions = {},
): Promise<{ origin: string; close: () => void }> {
  const { buildApp } = await import('../app.ts');
  const logger = createLogger(config);
  const onScheduler = (scheduler: Scheduler) => scheduler.start();
  const app = await buildApp({ config, db, clock, logger, onScheduler });
  const connections = followConnections(app.server);
  try {
    await app.listen({ host: config.HOST, port: config.PORT });
  } catch (error) {
    await app.close();
    throw cannotListen(error, config);
  }
  const { close } = closeWhenAsked({ delayMs: graceMs, logger, ignored }, async ({ err, signal }) => {
    if (err) logger.fatal({ err }, 'closing after an error that nothing caught');
    else logger.info({ signal }, 'closing: running requests are finished first');
    // A connection kept alive after its last answer would hold the server open until its time is over.
    let hangUp = () => app.server.closeIdleConnections();
    const hangingUp = setInterval(() => hangUp(), 50);
    // Nor is one waited for on which nothing was asked: browsers open some ahead, and Node no longer looks at any.
    const late = setTimeout(() => {
      hangUp = connections.hangUpUnasked;
    }, headMs);
    const cutOff = setTimeout(connections.hangUp, runningMs);
    await app.close();
    clearInterval(hangingUp);
    clearTimeout(late);
    clearTimeout(cutOff);
    await db.close();
    await onClosed?.();
  });
  return { origin: originOf(app.server.address() as AddressInfo), close };
}

/** Whether a server could not start because another listens there. */
export function isTaken(error: unknown): boolean {
  return error instanceof CliError && codeOf(error.cause) === 'EADDRINUSE';
}

function cannotListen(cause: unknown, { HOST, PORT }: Config): CliError {
  const code = codeOf(cause);
  const message = code === 'EADDRINUSE' ? messages.portTaken(PORT) : messages.cannotListen(HOST, PORT, String(code));
  return new CliError(message, exitCodes.failed, cause);
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : error;
}

function originOf({ address, family, port }: AddressInfo): string {
  const isEverywhere = address === '::' || address === '0.0.0.0';
  const host = isEverywhere ? 'localhost' : family === 'IPv6' ? `[${address}]` : address;
  return `http://${host}:${port}`;
}

async function hasUsers(db: Database): Promise<boolean> {
  const { users } = db.tables;
  const rows = await db.read.select({ id: users.id }).from(users).limit(1);
  return rows.length > 0;
}
