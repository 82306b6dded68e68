import type { AddressInfo } from 'node:net';
import closeWithGrace from 'close-with-grace';
import { buildApp } from '../app.ts';
import type { Config } from '../config.ts';
import type { Database } from '../db/database.ts';
import { createLogger } from '../logger.ts';
import type { Scheduler } from '../ops/scheduler.ts';
import { say } from './language.ts';
import { messages } from './messages.ts';
import { clock, openNewsroom, readSettings } from './newsroom.ts';
import { CliError, note } from './output.ts';

/** How long running requests may take to finish after SIGTERM; requests themselves end after as long. */
const graceMs = 30_000;

export async function serve({ host, port }: { host?: string; port?: string }): Promise<void> {
  const config = readSettings({ HOST: host, PORT: port });
  const { db, migrated } = await openNewsroom(config);
  try {
    const { origin } = await startServer(config, db);
    if (migrated.applied > 0)
      note(say(migrated.wasEmpty ? messages.createdDatabase : messages.appliedMigrations(migrated.applied)));
    note(say(messages.listening(origin)));
    if (!(await hasUsers(db)))
      note(
        say(messages.noUsers),
        '  npm run --silent khabar -- user create --email you@example.org --name "Your name" --role admin',
      );
  } catch (error) {
    await db.close();
    throw isTaken(error) ? new CliError(messages.portTaken(config.PORT)) : error;
  }
}

/** Starts a server that ends gracefully on a signal; `onClosed` runs after the database is closed. */
export async function startServer(
  config: Config,
  db: Database,
  { onClosed }: { onClosed?: () => void | Promise<void> } = {},
): Promise<{ origin: string }> {
  const logger = createLogger(config);
  const onScheduler = (scheduler: Scheduler) => scheduler.start();
  const app = await buildApp({ config, db, clock, logger, onScheduler });
  try {
    await app.listen({ host: config.HOST, port: config.PORT });
  } catch (error) {
    await app.close();
    throw error;
  }
  const skip = ['SIGILL', 'SIGSEGV', 'SIGBUS', 'SIGFPE'] as const;
  closeWithGrace({ delay: graceMs, logger, skip: [...skip] }, async ({ err, signal }) => {
    if (err) logger.fatal({ err }, 'closing after an error that nothing caught');
    else logger.info({ signal }, 'closing: running requests are finished first');
    // A connection kept alive after its last answer would hold the server open until its time is over.
    const hangUp = setInterval(() => app.server.closeIdleConnections(), 50);
    await app.close();
    clearInterval(hangUp);
    await db.close();
    await onClosed?.();
  });
  return { origin: originOf(app.server.address() as AddressInfo) };
}

export function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
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
