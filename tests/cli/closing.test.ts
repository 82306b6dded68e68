import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { workFolder } from './khabar.ts';

let folder: Awaited<ReturnType<typeof workFolder>>;
beforeEach(async () => {
  folder = await workFolder();
});
afterEach(() => folder.dispose());

async function opened(origin: string): Promise<Socket> {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

const get = 'GET /livez HTTP/1.1\r\nHost: x\r\n\r\n';

it.each(['1', '2'])('a server of %s process(es) waits for nobody who has not asked yet', async (workers) => {
  const server = await folder.serve({ KHABAR_WORKERS: workers });
  // Opened ahead, as browsers do, and without a word.
  await opened(server.origin);
  // Each beside an answer, which shows that the server has the beginning of the next request too.
  for (const beginning of ['GET /livez HTTP/1.1\r\nHos', 'POST /v1/editorial/sessions HTTP/1.1\r\nHost: x\r\n']) {
    const socket = await opened(server.origin);
    socket.write(get + beginning);
    await once(socket, 'data');
  }
  const start = performance.now();
  server.child.kill('SIGTERM');
  expect(await server.exited).toBe(0);
  expect(performance.now() - start).toBeLessThan(4000);
});

it('a request whose head was half there is answered when the rest comes soon', async () => {
  const server = await folder.serve();
  const socket = await opened(server.origin);
  socket.write(get + get.slice(0, 20));
  await once(socket, 'data');
  server.child.kill('SIGTERM');
  await new Promise((resolve) => setTimeout(resolve, 200));
  socket.write(get.slice(20));
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toMatch(/^HTTP\/1\.1 200 [\s\S]*connection: close/i);
  expect(await server.exited).toBe(0);
});
