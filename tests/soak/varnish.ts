import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';

/** Where Debian puts it, which is not on everybody's path. */
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
const documented = fileURLToPath(new URL('../../docs/varnish.vcl', import.meta.url));

/** A real Varnish before a server, with the documented VCL and what `more` adds to it. */
export async function startVarnish(backend: URL, more = '') {
  if (spawnSync('varnishd', ['-V'], { env }).error)
    throw new Error('varnishd is not installed. On Debian: apt-get update && apt-get install -y varnish');
  const folder = await mkdtemp(join(tmpdir(), 'khabar-varnish-'));
  const vcl = join(folder, 'khabar.vcl');
  const text = await readFile(documented, 'utf8');
  const pointed = text.replace('.host = "127.0.0.1"', `.host = "${backend.hostname}"`);
  await writeFile(vcl, pointed.replace('.port = "3000"', `.port = "${backend.port}"`) + more);
  const port = await freePort();
  const options = [
    '-F',
    '-j',
    'none',
    '-n',
    join(folder, 'work'),
    '-a',
    `127.0.0.1:${port}`,
    '-f',
    vcl,
    '-s',
    'malloc,32m',
  ];
  const varnish = spawn('varnishd', options, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(varnish, 'exit');
  let said = '';
  for (const stream of [varnish.stdout, varnish.stderr]) stream.on('data', (data) => (said += data));
  const url = `http://127.0.0.1:${port}`;
  await vi.waitFor(
    async () => {
      if (varnish.exitCode !== null) return;
      await fetch(`${url}/livez`);
    },
    { timeout: 30_000, interval: 100 },
  );
  if (varnish.exitCode !== null) throw new Error(`Varnish did not start.\n${said}`);
  return {
    url,
    async stop() {
      varnish.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}
