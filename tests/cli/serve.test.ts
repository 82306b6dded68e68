import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import BetterSqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { heldByModes, workFolder } from './khabar.ts';
import { clientOf, processOf } from './worker-load.ts';

let folder: Awaited<ReturnType<typeof workFolder>>;
beforeEach(async () => {
  folder = await workFolder();
});
afterEach(() => folder.dispose());

async function adminKey(): Promise<string> {
  const { stdout } = await folder.khabar(['key', 'create', '--name', 'test', '--role', 'admin', '--json']);
  return JSON.parse(stdout).secret;
}

/** A connection with a request that runs and whose body is still to be sent: the server asks for it only once it has the request. */
async function posting(origin: string, body: string): Promise<Socket> {
  const head = [
    'POST /v1/editorial/tags HTTP/1.1',
    'Host: localhost',
    `Authorization: Bearer ${await adminKey()}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Expect: 100-continue',
  ];
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  const [asked] = await once(socket, 'data');
  expect(String(asked)).toContain('100 Continue');
  return socket;
}

it('creates its database, says where it listens and how to make the first admin, and is ready', async () => {
  const { origin, said, child, exited } = await folder.serve();
  expect((await fetch(`${origin}/livez`)).status).toBe(200);
  expect(await (await fetch(`${origin}/readyz`)).json()).toEqual({ status: 'ok' });
  expect(said()).toContain('user create --email');
  child.kill('SIGTERM');
  expect(await exited).toBe(0);
  await folder.khabar(['user', 'create', '--email', 'a@example.org', '--name', 'A', '--role', 'admin']);
  expect((await folder.serve()).said()).not.toContain('user create');
});

describe.skipIf(heldByModes === null)('a database that may not be written', () => {
  const before = heldByModes ?? [];
  const serve = (env: Record<string, string> = {}) => folder.khabar(['serve', '--port', '0'], { env, before });
  afterEach(() => chmod(folder.path('data'), 0o755));

  it.each(['1', '2'])('is refused by a server of %s process(es), and read by what only reads', async (workers) => {
    await folder.khabar(['import', '-', '--format', 'ndjson'], { input: '{"headline":"خبر"}' });
    await chmod(folder.path('data/khabar.db'), 0o444);
    const { code, stdout, stderr } = await serve({ KHABAR_WORKERS: workers });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /^khabar: Khabar may not write the database \S*data\/khabar\.db \(attempt to write a readonly database\)\..*\n$/,
    );
    const exported = await folder.khabar(['export'], { before });
    expect(exported).toMatchObject({ code: 0, stdout: expect.stringContaining('خبر'), stderr: '' });
  });

  it.each([
    ['the file', 0o644],
    ['neither', 0o444],
  ])('is refused where its folder may not be written, and %s', async (_, mode) => {
    await folder.khabar(['migrate']);
    await chmod(folder.path('data/khabar.db'), mode);
    await chmod(folder.path('data'), 0o555);
    const { code, stderr } = await serve();
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^khabar: .* may not write .*data\/khabar\.db \(.*\n$/)]);
    const arabic = await serve({ LANG: 'ar' });
    expect(arabic.stderr).toMatch(/^khabar: لا يحق لخبر الكتابة في قاعدة البيانات \S*data\/khabar\.db /);
  });

  it('is refused where it is still to be made', async () => {
    await mkdir(folder.path('data'), { mode: 0o555 });
    expect(await serve()).toMatchObject({ code: 1, stderr: expect.stringMatching(/^khabar: .* may not write .*\n$/) });
  });
});

it('loads no client of HTTP, which would take a good part of its start and memory', async () => {
  const list = "process.once('exit',()=>console.error('loaded',JSON.stringify(process.moduleLoadList)))";
  const { child, said } = await folder.serve({ NODE_OPTIONS: `--import=data:text/javascript,${list}` });
  child.kill('SIGTERM');
  await once(child, 'close');
  const loaded = said().split('loaded ')[1] ?? '';
  expect(loaded).toContain('NativeModule http');
  expect(loaded).not.toContain('undici');
});

it.each(['1', '2'])('says in a sentence that its port is taken, and ends: %s process(es)', async (workers) => {
  const { origin } = await folder.serve();
  const second = await folder.khabar(['serve', '--port', new URL(origin).port, '--workers', workers]);
  expect(second).toMatchObject({ code: 1, stderr: expect.stringMatching(/^khabar: Port \d+ is taken/m) });
});

it.each(['1', '2'])(
  'says, with %s process(es), that it cannot listen there, and does not blame the database',
  async (n) => {
    // An address for examples (RFC 5737), which no machine has.
    const { code, stderr } = await folder.khabar(['serve', '--host', '203.0.113.5', '--port', '0', '--workers', n]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^khabar: .* listen at 203\.0\.113\.5, .*--host/m)]);
    expect(stderr).not.toMatch(/database cannot|^ +at /m);
  },
);

it('tells of a host that has no address as of a host', async () => {
  const { code, stderr } = await folder.khabar(['serve', '--host', 'nowhere.invalid', '--port', '0']);
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^khabar: .* listen at nowhere\.invalid, /m)]);
});

it.each(['SIGTERM', 'SIGINT'] as const)(
  'answers the running request after %s, then ends with its database whole',
  async (signal) => {
    await answersTheLast(await folder.serve(), (child) => child.kill(signal));
    const db = new BetterSqlite(folder.path('data/khabar.db'), { readonly: true });
    expect(db.prepare('SELECT name FROM tags').all()).toEqual([{ name: 'آخر وسم' }]);
    db.close();
  },
);

it.each(['1', '2'])(
  'takes a signal that comes twice, as npm hands it on, for one (%s process(es))',
  async (workers) => {
    await answersTheLast(await folder.serve({ KHABAR_WORKERS: workers }), (child) => {
      for (let sent = 0; sent < 3; sent++) child.kill('SIGTERM');
    });
  },
);

it('ends at once with a signal of somebody who does not want to wait', async () => {
  const { origin, child, exited } = await folder.serve();
  await posting(origin, JSON.stringify({ name: 'وسم' }));
  const insisting = setInterval(() => child.kill('SIGTERM'), 100);
  expect(await exited).toBe(1);
  clearInterval(insisting);
});

it('answers what comes on open connections while it closes, and hangs up then', async () => {
  const { origin, child, exited } = await folder.serve();
  const body = '{"name":"وسم"}';
  const socket = await posting(origin, body);
  const clients = Array.from({ length: 8 }, () => clientOf(origin));
  const statuses = new Set<number>();
  const load = clients.map(async (client) => {
    for (;;) {
      const answer = await client.send('GET', '/v1/articles').catch(() => null);
      if (answer === null) return;
      statuses.add(answer.status);
    }
  });
  await vi.waitFor(() => expect(statuses.size).toBeGreaterThan(0));
  child.kill('SIGTERM');
  await Promise.all(load);
  await refusesConnections(origin);
  const get = 'GET /v1/articles HTTP/1.1\r\nHost: localhost\r\n\r\n';
  socket.write(body + get + get);
  const answers = await text(socket);
  expect(answers.match(/HTTP\/1\.1 \d+|^connection: \S+/gim)).toEqual([
    'HTTP/1.1 201',
    'Connection: keep-alive',
    'HTTP/1.1 200',
    'Connection: close',
  ]);
  expect([...statuses]).toEqual([200]);
  expect(await exited).toBe(0);
});

it('writes its log to the last line', async () => {
  const { child, exited } = await folder.serve({ KHABAR_LOG_LEVEL: 'info' });
  let log = '';
  child.stdout.on('data', (part: Buffer) => {
    log += part;
  });
  child.kill('SIGTERM');
  await exited;
  expect(log).toContain('closing: running requests are finished first');
});

it.runIf(existsSync('/dev/full')).each(['1', '2'])(
  'goes on when its log cannot be written, and ends as it should (%s process(es))',
  async (workers) => {
    const onFullDisk = ['sh', '-c', 'exec "$@" >/dev/full', 'sh'];
    const { origin, child, exited } = await folder.serve(
      { KHABAR_LOG_LEVEL: 'info', KHABAR_WORKERS: workers },
      onFullDisk,
    );
    // More than is gathered before it is written.
    for (let n = 0; n < 200; n++) expect((await fetch(`${origin}/livez`)).status).toBe(200);
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
  },
);

it('loses no acknowledged write when it is killed', async () => {
  const secret = await adminKey();
  const { origin, child, exited } = await folder.serve();
  const acknowledged: string[] = [];
  let sent = 0;
  async function post(): Promise<void> {
    while (sent < 1000) {
      const name = `tag ${sent++}`;
      const answer = await fetch(`${origin}/v1/editorial/tags`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
        body: JSON.stringify({ name }),
      }).catch(() => null);
      if (answer === null) return;
      if (answer.status === 201) acknowledged.push(name);
      if (acknowledged.length === 500) child.kill('SIGKILL');
    }
  }
  await Promise.all(Array.from({ length: 16 }, post));
  await exited;
  expect(acknowledged.length).toBeGreaterThanOrEqual(500);
  expect(acknowledged.length).toBeLessThan(1000);

  const db = new BetterSqlite(folder.path('data/khabar.db'));
  const kept = new Set(
    db
      .prepare<[], { name: string }>('SELECT name FROM tags')
      .all()
      .map((row) => row.name),
  );
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  db.close();
  expect(acknowledged.filter((name) => !kept.has(name))).toEqual([]);
  const again = await folder.serve();
  expect((await fetch(`${again.origin}/readyz`)).status).toBe(200);
});

it('leaves no connection with nobody when the worker that it was dealt to is killed', async () => {
  const { origin, logged } = await folder.serve({ KHABAR_WORKERS: '2', KHABAR_LOG_LEVEL: 'info' });
  const victim = await processOf(clientOf(origin), logged);
  // It is dealt connections still, and takes none.
  process.kill(victim, 'SIGSTOP');
  const clients = Array.from({ length: 4 }, () => clientOf(origin));
  const served: number[] = [];
  const ends = clients.map((client) =>
    client.send('GET', '/livez').then(
      ({ status }) => void served.push(status),
      (error: NodeJS.ErrnoException) => error.code,
    ),
  );
  await vi.waitFor(() => expect(served).toEqual([200, 200, 200]), { timeout: 10_000 });
  process.kill(victim, 'SIGKILL');
  expect((await Promise.all(ends)).filter((end) => end !== undefined)).toEqual(['ECONNRESET']);
});

/** A server that `end` asks to end answers the request that is running, and closes its database. */
async function answersTheLast(server: Awaited<ReturnType<typeof folder.serve>>, end: (child: ChildProcess) => void) {
  const { origin, child, exited } = server;
  const body = JSON.stringify({ name: 'آخر وسم' });
  const socket = await posting(origin, body);
  end(child);
  await refusesConnections(origin);
  socket.write(body);
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toMatch(/^HTTP\/1\.1 201 /);
  expect(await exited).toBe(0);
  // Another database may be put in its place now: there is no log that would be read into it.
  expect(existsSync(folder.path('data/khabar.db-wal'))).toBe(false);
}

async function refusesConnections(origin: string): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    const isOpen = await fetch(`${origin}/livez`).then(
      (answer) => answer.status === 200,
      () => false,
    );
    if (!isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('the server still answers');
}
