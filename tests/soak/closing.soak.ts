import { connect } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { workFolder } from '../cli/khabar.ts';

let folder: Awaited<ReturnType<typeof workFolder>>;
beforeEach(async () => {
  folder = await workFolder();
});
afterEach(() => folder.dispose());

it.each(['1', '2'])(
  'a server of %s process(es) ends well though a client never finishes its request',
  async (workers) => {
    const { origin, child, exited } = await folder.serve({ KHABAR_WORKERS: workers });
    const socket = connect(Number(new URL(origin).port), '127.0.0.1');
    socket.on('error', () => {});
    // Beside an answer, which shows that the server has the beginning of the next request too.
    socket.write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\nGET /livez HTTP/1.1\r\nHos');
    await new Promise((resolve) => socket.once('data', resolve));
    child.kill('SIGTERM');
    expect(await exited).toBe(0);
  },
  60_000,
);
