import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Starts child.ts; `lines` are what it says, parsed. */
export function startChild(what: string, url: string) {
  const script = fileURLToPath(new URL('./child.ts', import.meta.url));
  const child = spawn(process.execPath, [script, what, url], { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += text;
  });
  return { child, lines: parsed(child), ended: ending(child), errors: () => errors };
}

async function* parsed(child: ChildProcess): AsyncGenerator<unknown, void> {
  if (!child.stdout) return;
  for await (const line of createInterface(child.stdout)) yield JSON.parse(line);
}

function ending(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('close', resolve));
}
