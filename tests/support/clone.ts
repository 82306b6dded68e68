import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** What the commands of the README need of a clone. */
const needed = ['package.json', 'scripts', 'src', 'migrations', 'node_modules'];

/** A folder that looks like a fresh clone after `npm ci`, without data or settings. */
export async function freshClone() {
  const folder = await mkdtemp(join(tmpdir(), 'khabar-clone-'));
  for (const name of needed) await symlink(join(root, name), join(folder, name));
  const running = new Set<ChildProcessWithoutNullStreams>();

  return {
    folder,

    /** Runs a command that goes on until it is stopped, and waits until it has printed something that `ready` finds. */
    async start(command: string, ready: RegExp, env: Record<string, string> = {}) {
      // Of a group of its own, so that the end of the test is the end of all that the command started.
      const child = spawn('bash', ['-c', `exec ${command}`], {
        cwd: folder,
        env: { PATH: process.env.PATH ?? '', HOME: folder, ...env },
        detached: true,
      });
      running.add(child);
      const exited = once(child, 'exit').then(([code]) => code as number | null);
      void exited.then(() => running.delete(child));
      let said = '';
      const found = await new Promise<RegExpExecArray>((resolve, reject) => {
        const listen = (part: Buffer) => {
          said += part;
          const match = ready.exec(said);
          if (match) resolve(match);
        };
        child.stdout.on('data', listen);
        child.stderr.on('data', listen);
        void exited.then((code) => reject(new Error(`${command} ended with ${code}: ${said}`)));
      });
      return {
        found,
        said: () => said,
        /** Stops it as a process manager does, by the process it started, and answers its exit code. */
        async stop(): Promise<number | null> {
          child.kill('SIGTERM');
          return exited;
        },
      };
    },

    async dispose(): Promise<void> {
      for (const { pid } of running) if (pid !== undefined) process.kill(-pid, 'SIGKILL');
      await Promise.all([...running].map((child) => once(child, 'exit')));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
