import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { Load, Result } from './load.ts';

const here = import.meta.dirname;
const root = join(here, '..');
/** What the scripts of package.json hand to Node, so that the product is measured as it is started. */
const { khabar: product, start } = scripts();
const canPin = hasTaskset();

/** Servers run on the first core and load on the second, so that neither measures the other. */
const cores = { server: '0', load: '1' };

export type Server = {
  port: number;
  pid: number;
  /** Bytes of memory that it holds, without pages of the database that are mapped and can be taken back; on Linux only. */
  rss(): Promise<number>;
  stop(): Promise<void>;
};

/** Starts the product as in production, or a server of bench/servers, and answers when it listens. */
export async function startServer(
  name: 'bare' | 'khabar' | 'validated',
  { env = {}, input }: { env?: Record<string, string>; input?: object } = {},
): Promise<Server> {
  const args = name === 'khabar' ? [...start, '--port', '0'] : [join(here, 'servers', `${name}.ts`)];
  const child = pinned(cores.server, args, {
    env: { PATH: process.env.PATH ?? '', LANG: 'C', KHABAR_LOG_LEVEL: 'info', ...generous, ...env },
    output: 'ignore',
  });
  const lines = createInterface({ input: child.stderr as NodeJS.ReadableStream });
  child.stdin?.end(input === undefined ? '' : JSON.stringify(input));
  const port = await new Promise<number>((resolve, reject) => {
    const said: string[] = [];
    lines.on('line', (line) => {
      const address = /^(\d+)$|listens at \S+:(\d+)/.exec(line);
      if (address) resolve(Number(address[1] ?? address[2]));
      else said.push(line);
    });
    child.once('exit', () => reject(new Error(`${name} did not start:\n${said.join('\n')}`)));
  });
  return {
    port,
    pid: child.pid ?? 0,
    async rss() {
      const maps = (await readFile(`/proc/${child.pid}/smaps`, 'utf8')).split(/^(?=[\da-f]+-[\da-f]+ )/m);
      const own = maps.filter((map) => !/^\S+ \S+ \S+ \S+ \S+ +\S+\.db$/m.test(map.split('\n', 1)[0] ?? ''));
      return own.reduce((sum, map) => sum + Number(/^Rss:\s+(\d+) kB/m.exec(map)?.[1] ?? 0) * 1024, 0);
    },
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

/** Every hook of production is on, with limits that a measurement does not meet. */
const generous = {
  KHABAR_RATE_LIMIT: '1000000000',
  KHABAR_RATE_LIMIT_COMMENTS: '1000000000',
  KHABAR_CORS_ORIGINS: 'https://news.example',
};

/** Sends load and answers what came of it. Throws when a request failed. */
export async function measure(load: Load): Promise<Result> {
  const child = pinned(cores.load, [join(here, 'load.ts')], { env: { PATH: process.env.PATH ?? '' } });
  child.stdin?.end(JSON.stringify(load));
  child.stderr?.pipe(process.stderr);
  const result = JSON.parse(await text(child.stdout as NodeJS.ReadableStream)) as Result;
  if (result.failed > 0) throw new Error(`${result.failed} requests failed for ${load.paths[0]}`);
  return result;
}

/** Runs the command line of the product to its end; answers its output and how long it took, in seconds. */
export async function khabar(
  args: string[],
  env: Record<string, string>,
): Promise<{ output: string; seconds: number }> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [...product, ...args], {
    cwd: root,
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const output = await text(child.stdout);
  if (child.exitCode !== 0 && child.exitCode !== null) throw new Error(`khabar ${args[0]} failed`);
  return { output, seconds: (performance.now() - startedAt) / 1000 };
}

function pinned(
  core: string,
  args: string[],
  { env, output = 'pipe' }: { env: Record<string, string>; output?: 'pipe' | 'ignore' },
): ChildProcess {
  const command = canPin ? ['taskset', '-c', core, process.execPath, ...args] : [process.execPath, ...args];
  return spawn(command[0] ?? '', command.slice(1), {
    cwd: root,
    env,
    stdio: ['pipe', output, 'pipe'],
  });
}

function scripts(): { khabar: string[]; start: string[] } {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const argumentsOf = (name: string) => (scripts[name] ?? '').replace(/^exec node /, '').split(' ');
  return { khabar: argumentsOf('khabar'), start: argumentsOf('start') };
}

function hasTaskset(): boolean {
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
