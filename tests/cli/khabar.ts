import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const node = join(root, 'node_modules/.bin/node');
const main = join(root, 'src/main.ts');
const preload = join(root, 'scripts/preload.mjs');

type Options = { input?: string | Uint8Array; env?: Record<string, string>; room?: number; before?: string[] };
export type Ran = { code: number | null; stdout: string; stderr: string };

/** A folder of its own to run commands in, with no settings but those a test gives. */
export async function workFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'khabar-cli-'));
  const running = new Set<ChildProcessWithoutNullStreams>();

  function start(
    args: string[],
    env: Record<string, string> = {},
    before: string[] = [],
  ): ChildProcessWithoutNullStreams {
    const [program = node, ...words] = [...before, node, '--import', preload, main, ...args];
    const child = spawn(program, words, {
      cwd: folder,
      env: { PATH: process.env.PATH ?? '', TZ: 'UTC', KHABAR_LOG_LEVEL: 'warn', ...env },
    });
    running.add(child);
    child.once('exit', () => running.delete(child));
    return child;
  }

  return {
    path: (name: string) => join(folder, name),
    start,

    /** Runs a command to its end; `room` is how many blocks of 512 bytes a file has room for, `before` what runs it. */
    async khabar(args: string[], { input = '', env = {}, room, before = [] }: Options = {}): Promise<Ran> {
      const child = start(args, env, room === undefined ? before : withRoom(room));
      child.stdin.on('error', () => {});
      child.stdin.end(input);
      const [stdout, stderr, [code]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, 'close'),
      ]);
      return { code: code as number | null, stdout, stderr };
    },

    /** Starts a server on a free port and waits until it listens. */
    async serve(env: Record<string, string> = {}, before: string[] = []) {
      const limits = { KHABAR_RATE_LIMIT: '0', KHABAR_RATE_LIMIT_COMMENTS: '0', PORT: '0' };
      const child = start(['serve'], { ...limits, ...env }, before);
      let said = '';
      let logged = '';
      const exited = once(child, 'exit').then(([code]) => code as number | null);
      const origin = await new Promise<string>((resolve, reject) => {
        child.stderr.on('data', (part: Buffer) => {
          said += part;
          const found = /listens at (http:\S+);/.exec(said)?.[1];
          if (found) resolve(found);
        });
        child.stdout.on('data', (part: Buffer) => {
          logged += part;
        });
        void exited.then((code) => reject(new Error(`the server ended with ${code}: ${said}`)));
      });
      return { child, origin, exited, said: () => said, logged: () => logged };
    },

    async dispose() {
      for (const child of running) child.kill('SIGKILL');
      await Promise.all([...running].map((child) => once(child, 'exit')));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A disk that fills up, for whoever may not make one. */
function withRoom(blocks: number): string[] {
  return ['sh', '-c', `ulimit -f ${blocks} && exec "$@"`, 'sh'];
}

/** Whom modes of files do not stop, and everybody else, made one whom they do; null where that cannot be had. */
export const heldByModes = process.getuid?.() === 0 ? withoutRights() : [];

function withoutRights(): string[] | null {
  const command = ['setpriv', '--bounding-set', '-dac_override'];
  return spawnSync('setpriv', [...command.slice(1), 'true']).status === 0 ? command : null;
}
