import type { InjectOptions, RouteOptions } from 'fastify';
import { buildApp } from '../../src/app.ts';
import { newToken } from '../../src/auth/tokens.ts';
import { type Config, loadConfig } from '../../src/config.ts';
import type { Database } from '../../src/db/database.ts';
import { openDatabase } from '../../src/db/open.ts';
import type { RoleName } from '../../src/db/tables.ts';
import { createLogger } from '../../src/logger.ts';
import type { Scheduler } from '../../src/ops/scheduler.ts';
import { uuid } from '../../src/uuid.ts';
import { type Engine, freshDatabase } from './engines.ts';
import { cheapCost } from './password-cost.ts';

export type Newsroom = Awaited<ReturnType<typeof openNewsroom>>;
type Call = Pick<InjectOptions, 'method' | 'headers' | 'query' | 'remoteAddress'> & {
  body?: unknown;
  as?: RoleName | string;
};

/** A whole newsroom on a fresh database: the app, a clock that tests turn, and a key for every role. */
export async function openNewsroom(engine: Engine, settings: Record<string, string> = {}) {
  const { db, url, dispose } = await freshDatabase(engine);
  const config: Config = loadConfig({
    KHABAR_RATE_LIMIT: '0',
    KHABAR_RATE_LIMIT_COMMENTS: '0',
    KHABAR_RATE_LIMIT_LOGIN: '0',
    ...settings,
  });
  let now = new Date('2025-11-11T08:00:00.000Z').getTime();
  const clock = () => new Date(now);
  const logs: string[] = [];
  const logger = createLogger({ KHABAR_LOG_LEVEL: 'trace' }, { write: (line: string) => void logs.push(line) });
  const routes: RouteOptions[] = [];
  const onRoute = (route: RouteOptions) => void routes.push(route);
  const schedulers: Scheduler[] = [];
  const onScheduler = (scheduler: Scheduler) => void schedulers.push(scheduler);
  const deps = { config, clock, logger, passwordCost: cheapCost, viewsFlushMs: 20 };
  const app = await buildApp({ ...deps, db, onRoute, onScheduler });
  const tokens = new Map<string, string>();

  /** The bearer token of a key with this role, made on first use. */
  async function tokenOf(role: RoleName): Promise<string> {
    const made = tokens.get(role);
    if (made) return made;
    const token = newToken('key');
    await db.write(async (tx) => {
      await tx.insert(db.tables.apiKeys).values({
        id: uuid(),
        name: role,
        role,
        scopes: null,
        secretHash: token.hash,
        hint: token.secret.slice(-4),
        createdBy: null,
        expiresAt: null,
        createdAt: clock(),
        updatedAt: clock(),
      });
    });
    tokens.set(role, token.secret);
    return token.secret;
  }

  /** Calls the API as a role (`as: 'editor'`), with a token of its own (`as: 'kbk_…'`), or as nobody. */
  async function call(url: string, { as, body, ...options }: Call = {}) {
    const token = as === undefined ? null : as.startsWith('kb') ? as : await tokenOf(as as RoleName);
    const response = await app.inject({
      method: options.method ?? (body === undefined ? 'GET' : 'POST'),
      url,
      ...options,
      ...(body === undefined ? {} : { payload: body as object }),
      headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...options.headers },
    });
    const type = String(response.headers['content-type'] ?? '');
    return {
      status: response.statusCode,
      headers: response.headers,
      text: response.body,
      // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
      body: (/json/.test(type) && response.body !== '' ? response.json() : null) as any,
      etag: String(response.headers.etag ?? ''),
    };
  }

  return {
    app,
    db,
    url,
    config,
    logs,
    /** Every route of the app, as registered. */
    routes,
    clock,
    call,
    tokenOf,
    /** Another app on the same database, as another process would open it; it sees that through `through`. */
    async anotherProcess(through = (itsDb: Database) => itsDb) {
      const itsDb = await openDatabase(url);
      const another = await buildApp({ ...deps, db: through(itsDb), onScheduler });
      const closeApp = another.close.bind(another);
      // As a server does: what the app writes last needs the database.
      const close = async () => {
        await closeApp();
        await itsDb.close();
      };
      return Object.assign(another, { close: close as typeof another.close });
    },
    /** Does the periodic work that is due, in every process at once; answers what was done, by its name. */
    async runJobs(): Promise<string[]> {
      return (await Promise.all(schedulers.map((scheduler) => scheduler.runDue()))).flat();
    },
    /** Turns the clock forward. */
    pass(ms: number) {
      now += ms;
    },
    async close() {
      await app.close();
      await dispose();
    },
  };
}
