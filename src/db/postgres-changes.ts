import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { ChangeBus } from './changes.ts';

const channel = 'khabar_changes';
/** NOTIFY carries less than 8,000 bytes; some of them are the origin's. */
const largestTags = 7800;
const reconnectMs = 500;
/** How often a silent connection is asked whether it is still there: a lost network does not say so. */
const heartbeatMs = 15_000;

/** The statements that tell other processes of `tags` when the running transaction commits. */
export function notifications(origin: string, tags: ReadonlySet<string>): string[] {
  const parts: string[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const tag of tags) {
    const bytes = Buffer.byteLength(JSON.stringify(tag)) + 1;
    if (size + bytes > largestTags) {
      parts.push([]);
      size = 0;
    }
    parts.at(-1)?.push(tag);
    size += bytes;
  }
  return parts.map((part) => `SELECT pg_notify('${channel}', ${pg.escapeLiteral(JSON.stringify([origin, part]))})`);
}

/**
 * Tells `bus` what others than `origin` commit, through one connection that comes back by itself when it is lost.
 * Rejects when it cannot be made the first time. Answers a function that stops it.
 */
export async function listenForChanges(
  url: string,
  origin: () => string,
  bus: ChangeBus,
): Promise<() => Promise<void>> {
  let client: pg.Client | null = null;
  let stopped = false;

  async function start(): Promise<void> {
    const next = new pg.Client({
      connectionString: url,
      application_name: 'khabar changes',
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
      query_timeout: 5000,
    });
    next.on('error', () => void restart(next));
    next.on('end', () => void restart(next));
    next.on('notification', ({ payload }) => hear(payload));
    try {
      await next.connect();
      await next.query(`LISTEN ${channel}`);
    } catch (error) {
      void next.end().catch(() => {});
      throw error;
    }
    client = next;
  }

  async function restart(lost: pg.Client): Promise<void> {
    if (stopped || lost !== client) return;
    client = null;
    void lost.end().catch(() => {});
    while (!stopped && !client) {
      await sleep(reconnectMs, undefined, { ref: false });
      if (stopped) return;
      await start().then(
        // What was said meanwhile was not heard.
        () => void bus.tellEverything(),
        (error) => {
          if (goesOn(error)) void bus.tellEverything();
        },
      );
    }
    if (stopped) await (client as pg.Client | null)?.end();
  }

  function hear(payload: string | undefined): void {
    const message = parse(payload);
    // Not one of ours: the channel is open to whoever has the database.
    if (!message) return void bus.tellEverything();
    if (message.origin !== origin()) void bus.tell(message.tags);
  }

  await start();
  const heartbeat = setInterval(() => {
    const current = client;
    current?.query('SELECT 1').catch(() => void restart(current));
  }, heartbeatMs).unref();

  return async () => {
    stopped = true;
    clearInterval(heartbeat);
    await client?.end();
  };
}

/**
 * Whether others may be changing things that are not heard: the server answers, but lets nobody listen, because it has as
 * many connections as it takes or is a standby. One that starts, stops or cannot be reached changes nothing.
 */
function goesOn(error: unknown): boolean {
  return error instanceof pg.DatabaseError && !error.code?.startsWith('57P');
}

function parse(payload: string | undefined): { origin: string; tags: string[] } | null {
  try {
    const [origin, tags] = JSON.parse(payload ?? '') as [unknown, unknown];
    if (typeof origin !== 'string' || !Array.isArray(tags)) return null;
    return { origin, tags: tags.filter((tag) => typeof tag === 'string') };
  } catch {
    return null;
  }
}
