import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openDatabase } from '../../src/db/open.ts';
import { workFolder } from '../cli/khabar.ts';
import { type Client, clientOf, processOf } from '../cli/worker-load.ts';
import { describeEachEngine, freshDatabase } from '../support/engines.ts';

const settings = { KHABAR_WORKERS: '3', KHABAR_LOG_LEVEL: 'info' };
const patience = { timeout: 60_000, interval: 50 };

describeEachEngine('several workers on one database', (engine) => {
  let folder: Awaited<ReturnType<typeof workFolder>>;
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let server: Awaited<ReturnType<typeof folder.serve>>;
  let clients: Client[];
  let headers: Record<string, string>;
  beforeAll(async () => {
    folder = await workFolder();
    database = await freshDatabase(engine);
    const env = { ...settings, DATABASE_URL: database.url };
    const { stdout } = await folder.khabar(['key', 'create', '--name', 'test', '--role', 'admin', '--json'], { env });
    headers = { authorization: `Bearer ${JSON.parse(stdout).secret}` };
    server = await folder.serve(env);
    clients = Array.from({ length: 24 }, () => clientOf(server.origin));
  }, 120_000);
  afterAll(async () => {
    for (const client of clients) client.close();
    await folder.dispose();
    await database.dispose();
  });

  const pids = async () => new Set(await Promise.all(clients.map((client) => processOf(client, server.logged))));

  it('share one port, also where any free one was asked for, and log under their own process id', async () => {
    await vi.waitFor(() => expect(server.said()).toContain('3 workers share it.'), patience);
    const found = await pids();
    expect(found.size).toBe(3);
    expect(found.has(server.child.pid as number)).toBe(false);
  }, 60_000);

  it('lose no write that was answered, and refuse no write otherwise than with 503', async () => {
    const made: string[] = [];
    const answers = new Map<number, number>();
    let next = 0;
    await Promise.all(
      clients.map(async (client) => {
        while (next < 600) {
          const name = `وسم ${next++}`;
          const { status } = await client.send('POST', '/v1/editorial/tags', { headers, body: { name } });
          answers.set(status, (answers.get(status) ?? 0) + 1);
          if (status === 201) made.push(name);
        }
      }),
    );
    expect([...answers.keys()].filter((status) => status !== 201 && status !== 503)).toEqual([]);
    const rows = await database.db.read.select({ name: database.db.tables.tags.name }).from(database.db.tables.tags);
    expect(rows.map(({ name }) => name).sort()).toEqual(made.sort());
    expect(made.length).toBeGreaterThan(550);
  }, 120_000);

  it('show what one of them changed in all of them', async () => {
    const [first] = clients as [Client];
    const body = { headline: 'سوريا توقع إعلان تعاون' };
    for (const client of clients) await client.send('GET', '/v1/articles');
    const created = await first.send('POST', '/v1/editorial/articles', { headers, body });
    const { id } = JSON.parse(created.body);
    const published = await first.send('POST', `/v1/editorial/articles/${id}/publish`, { headers });
    expect(published.status).toBe(200);
    await vi.waitFor(async () => {
      const lists = await Promise.all(clients.map((client) => client.send('GET', '/v1/articles')));
      for (const list of lists) expect(list.body).toContain(id);
    }, patience);
  }, 60_000);

  it('serve on while one of them is killed, which is replaced: only its own connections break', async () => {
    const pidOf = new Map<Client, number>();
    for (const client of clients) pidOf.set(client, await processOf(client, server.logged));
    const before = new Set(pidOf.values());
    const [victim] = before;
    const broken = new Set<Client>();
    const afterwards = new Map<Client, number>();
    let killed = false;
    let stop = false;
    const load = Promise.all(
      clients.map(async (client) => {
        while (!stop) {
          const answer = await client.send('GET', '/v1/articles').catch(() => null);
          if (answer === null) broken.add(client);
          else if (answer.status !== 200) throw new Error(`answered ${answer.status}`);
          else if (killed) afterwards.set(client, (afterwards.get(client) ?? 0) + 1);
        }
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, 200));
    process.kill(victim as number, 'SIGKILL');
    killed = true;
    await vi.waitFor(() => {
      for (const client of clients) expect(afterwards.get(client) ?? 0).toBeGreaterThan(20);
    }, patience);
    stop = true;
    await load;
    for (const client of broken) expect(pidOf.get(client)).toBe(victim);
    await vi.waitFor(async () => {
      for (const client of clients) client.close();
      const now = await pids();
      expect(now.has(victim as number)).toBe(false);
      expect(now.size).toBe(3);
    }, patience);
  }, 120_000);

  it('end together, after what is running, and write what they have counted', async () => {
    const { id } = JSON.parse((await clients[0]?.send('GET', '/v1/articles'))?.body ?? '').data[0];
    const views = clients.map((client, each) =>
      client.send('POST', `/v1/articles/${id}/views`, { headers: { 'user-agent': `Mozilla/5.0 (reader ${each})` } }),
    );
    for (const { status } of await Promise.all(views)) expect(status).toBe(204);
    server.child.kill('SIGTERM');
    expect(await server.exited).toBe(0);
    const db = await openDatabase(database.url);
    const rows = await db.read.select().from(db.tables.publications);
    await db.close();
    expect(rows.map(({ views24h }) => views24h)).toEqual([clients.length]);
  }, 60_000);
});

describe('workers that cannot start', () => {
  let folder: Awaited<ReturnType<typeof workFolder>>;
  beforeAll(async () => {
    folder = await workFolder();
  });
  afterAll(() => folder.dispose());

  it('end the command, with one sentence', async () => {
    const { origin } = await folder.serve();
    const second = await folder.khabar(['serve', '--workers', '2', '--port', new URL(origin).port]);
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(/^khabar: Port \d+ is taken\. PORT or --port names another\.\n$/);
  }, 60_000);

  it.each(['0', '-1', '1.5', 'many'])(
    'are refused as %j',
    async (workers) => {
      const refused = await folder.khabar(['serve', '--workers', workers]);
      expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('--workers')]);
    },
    30_000,
  );
});
