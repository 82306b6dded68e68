import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { boundUnread } from '../../src/http/slow-readers.ts';
import { hear } from './socket.ts';

// More than a system takes for a reader who does not read.
const answer = Buffer.alloc(16_000_000, 'x');
const request = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';

describe('answers that nobody reads', () => {
  let server: Server;
  let port: number;
  let readers: Socket[];
  beforeEach(() => {
    readers = [];
    server = createServer((_request, response) => response.end(answer));
  });
  afterEach(async () => {
    for (const reader of readers) reader.destroy();
    server.close();
    await once(server, 'close');
  });

  async function listen(mostBytes: number): Promise<void> {
    boundUnread(server, { mostBytes, patienceMs: 100, lookEveryMs: 20 });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  }

  async function askWithoutReading(count: number): Promise<void> {
    for (let index = 0; index < count; index++) {
      const reader = connect(port, '127.0.0.1')
        .pause()
        .on('error', () => {});
      readers.push(reader);
      reader.write(request);
      await once(server, 'request');
    }
  }

  const left = async () => {
    const { promise, resolve } = Promise.withResolvers<number>();
    server.getConnections((_error, count) => resolve(count));
    return promise;
  };

  it('are given up beyond a bound, while who reads gets all of theirs', async () => {
    await listen(40_000_000);
    await askWithoutReading(8);
    await vi.waitFor(async () => expect(await left()).toBe(2), 5000);
    expect((await hear(port, [request])).length).toBeGreaterThan(answer.length);
  });

  it('wait as long as there is room for them', async () => {
    await listen(400_000_000);
    await askWithoutReading(4);
    await new Promise((done) => setTimeout(done, 300));
    expect(await left()).toBe(4);
  });
});
