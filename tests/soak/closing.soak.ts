import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { workFolder } from '../cli/khabar.ts';
import { clientOf, processOf } from '../cli/worker-load.ts';

let folder: Awaited<ReturnType<typeof workFolder>>;
beforeEach(async () => {
  folder = await workFolder();
});
afterEach(() => folder.dispose());

/** What `docker stop` waits before it kills. */
const dockerMs = 10_000;

async function opened(origin: string): Promise<Socket> {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** Ends a server; answers its exit code and how long it took. */
async function ended({ child, exited }: Awaited<ReturnType<typeof folder.serve>>) {
  const start = performance.now();
  child.kill('SIGTERM');
  return { code: await exited, took: performance.now() - start };
}

const head = (lines: string[]) => ['POST /v1/editorial/sessions HTTP/1.1', 'Host: x', ...lines, '', ''].join('\r\n');

it('ends before Docker kills it, whatever its clients and workers do', async () => {
  const uploading = async () => {
    const server = await folder.serve();
    const socket = await opened(server.origin);
    socket.write(head(['Content-Type: application/json', 'Content-Length: 1000', 'Expect: 100-continue']));
    await once(socket, 'data');
    return server;
  };
  const trickling = async () => {
    const server = await uploading();
    const socket = await opened(server.origin);
    socket.write(head(['Content-Type: application/json', 'Transfer-Encoding: chunked', 'Expect: 100-continue']));
    await once(socket, 'data');
    const timer = setInterval(() => socket.write('1\r\n \r\n'), 100);
    socket.once('close', () => clearInterval(timer));
    return server;
  };
  const neverReading = async () => {
    const server = await folder.serve();
    const socket = await opened(server.origin);
    socket.write('GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(100));
    await once(socket, 'readable');
    return server;
  };
  const stuck = async () => {
    const server = await folder.serve({ KHABAR_WORKERS: '2', KHABAR_LOG_LEVEL: 'info' });
    process.kill(await processOf(clientOf(server.origin), server.logged), 'SIGSTOP');
    return server;
  };
  const servers = [await uploading(), await trickling(), await neverReading(), await stuck()];
  const ends = await Promise.all(servers.map(ended));
  expect(ends.map(({ code }) => code)).toEqual([0, 0, 0, 1]);
  expect(Math.max(...ends.map(({ took }) => took))).toBeLessThan(dockerMs);
});
