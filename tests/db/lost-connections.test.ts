import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createChangeBus } from '../../src/db/changes.ts';
import { classifyDatabaseError } from '../../src/db/errors.ts';
import { openPostgres } from '../../src/db/postgres.ts';
import { listenForChanges } from '../../src/db/postgres-changes.ts';
import { freshDatabase } from '../support/engines.ts';
import { enginesToTest } from '../support/engines-setup.ts';
import { setting, settingNames } from './rows.ts';

/** What becomes of a COMMIT on its way: whether it arrives at once or late, its answer never does. */
type Fate = 'passed on' | 'answer lost' | 'late and answer lost';

/** Stands between a program and its server, like a network that fails. */
async function failingNetwork(to: URL) {
  const open = new Set<Socket>();
  const network = { fate: 'passed on' as Fate, isSilent: false };
  const server = createServer((client) => {
    const behind = connect(Number(to.port), to.hostname);
    for (const socket of [client, behind]) {
      open.add(socket);
      socket.on('error', () => {}).once('close', () => open.delete(socket));
    }
    let isLost = false;
    client.on('data', async (bytes) => {
      if (network.isSilent) return;
      const { fate } = network;
      if (fate !== 'passed on' && bytes.includes(';COMMIT')) {
        isLost = true;
        network.fate = 'passed on';
        if (fate === 'late and answer lost') {
          client.destroy();
          await sleep(200);
        }
      }
      behind.write(bytes);
    });
    behind.on('data', (bytes) => (isLost ? client.destroy() : client.write(bytes)));
    client.on('close', () => !isLost && behind.destroy());
    behind.on('close', () => client.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(to);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return Object.assign(network, {
    url: url.href,
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  });
}

describe.runIf(enginesToTest(process.env).includes('postgres'))('where the network to PostgreSQL fails', () => {
  let opened: Awaited<ReturnType<typeof freshDatabase>>;
  let network: Awaited<ReturnType<typeof failingNetwork>>;
  beforeEach(async () => {
    opened = await freshDatabase('postgres');
    network = await failingNetwork(new URL(opened.url));
  });
  afterEach(async () => {
    await network.close();
    await opened.dispose();
  });

  it.each(['answer lost', 'late and answer lost'] as const)(
    'a change is heard that was stored without anybody being told (%s)',
    async (fate) => {
      const db = await openPostgres(network.url);
      let storedWhenHeard: string[] = [];
      db.onChange(async (tags) => {
        if (tags.has('article:a')) storedWhenHeard = await settingNames(opened.db);
      });
      network.fate = fate;
      const writing = db.write(async (tx) => {
        await setting(db, tx, 'a');
        tx.announce('article:a');
      });
      const error = await writing.catch((reason: unknown) => reason);
      expect(classifyDatabaseError(error)?.kind).toBe('unavailable');
      await vi.waitFor(() => expect(storedWhenHeard).toEqual(['a']));
      await db.close();
    },
  );

  it('everything may have changed every second while the server lets nobody listen, until it does', async () => {
    const run = (statement: string) => opened.db.read.rows(sql.raw(statement));
    const name = `listener_${randomBytes(8).toString('hex')}`;
    await run(`create role ${name} login password 'x'`);
    const url = Object.assign(new URL(opened.url), { username: name, password: 'x' });
    const bus = createChangeBus();
    const heard: string[][] = [];
    bus.onChange((tags) => void heard.push([...tags]));
    const stop = await listenForChanges(url.href, () => 'here', bus);
    await run(`alter role ${name} connection limit 0`);
    await run(`select pg_terminate_backend(pid) from pg_stat_activity where usename = '${name}'`);
    await vi.waitFor(() => expect(heard.length).toBeGreaterThan(1), { timeout: 3000 });
    expect(new Set(heard.flat())).toEqual(new Set(['everything']));
    await run(`alter role ${name} connection limit -1`);
    await vi.waitFor(
      async () => {
        await run(`select pg_notify('khabar_changes', '["elsewhere",["list"]]')`);
        expect(heard.at(-1)).toEqual(['list']);
      },
      { timeout: 3000 },
    );
    await stop();
    await run(`drop role ${name}`);
  });

  it('nobody waits for ever for an answer that does not come', async () => {
    const answerTimeoutMs = 500;
    const db = await openPostgres(network.url, { answerTimeoutMs });
    await settingNames(db);
    network.isSilent = true;
    const kindOf = (work: Promise<unknown>) => work.catch((error: unknown) => classifyDatabaseError(error)?.kind);
    const works = [db.write((tx) => setting(db, tx, 'a')), settingNames(db), db.snapshot(() => settingNames(db))];
    const startedAt = performance.now();
    expect(await Promise.all(works.map(kindOf))).toEqual(['unavailable', 'unavailable', 'unavailable']);
    // Nor for that of a second question on the same connection.
    expect(performance.now() - startedAt).toBeLessThan(1.9 * answerTimeoutMs);
    network.isSilent = false;
    await db.write((tx) => setting(db, tx, 'b'));
    expect(await settingNames(db)).toEqual(['b']);
    await db.close();
  });
});
