import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { cpuTime } from '../support/cpu-time.ts';
import { enginesToTest } from '../support/engines-setup.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { hear, portOf, readAnswer, speak } from './socket.ts';

// What happens on the wire comes before any database, so one engine is enough.
describe.each(enginesToTest(process.env).slice(0, 1))('on the wire (%s)', (engine) => {
  let room: Newsroom;
  let port: number;
  let token: string;
  beforeAll(async () => {
    room = await openNewsroom(engine);
    port = await portOf(room);
    token = await room.tokenOf('admin');
  });
  afterAll(() => room.close());

  const head = (lines: string[], path = '/v1/editorial/tags') =>
    [`POST ${path} HTTP/1.1`, 'Host: x', `Authorization: Bearer ${token}`, ...lines, '', ''].join('\r\n');
  const json = 'Content-Type: application/json';
  const english = 'Accept-Language: en';
  const tagNames = async (): Promise<string[]> =>
    (await room.call('/v1/editorial/tags?limit=100', { as: 'admin' })).body.data.map(
      (tag: { name: string }) => tag.name,
    );

  it('what is not HTTP is told so, in the language it asked for', async () => {
    const answer = await speak(port, [`NONSENSE\r\n${english}\r\n\r\n`]);
    expect(answer.status).toBe(400);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/problem+json; charset=utf-8',
      'content-language': 'en',
      vary: 'accept-language',
      connection: 'close',
    });
    expect(answer.problem).toMatchObject({
      code: 'malformed-request',
      detail: 'It does not follow the HTTP protocol.',
    });
    const arabic = await speak(port, ['NONSENSE\r\n\r\n']);
    expect(arabic.headers['content-language']).toBe('ar');
    expect(arabic.problem.detail).toBe('الطلب لا يوافق بروتوكول HTTP.');
  });

  it('whoever goes away before the answer leaves a line of JSON in the log too', async () => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n');
    socket.destroy();
    const isOfIt = (line: string) => line.includes('"msg":"request"') && line.includes('"path":"/livez"');
    await expect.poll(() => room.logs.some(isOfIt)).toBe(true);
    for (const line of room.logs.filter(isOfIt)) expect(JSON.parse(line)).toMatchObject({ method: 'GET' });
  });

  it('headers beyond 16 KiB are a 431', async () => {
    const answer = await speak(port, [
      `GET / HTTP/1.1\r\nHost: x\r\n${english}\r\nX-Long: ${'a'.repeat(20_000)}\r\n\r\n`,
    ]);
    expect([answer.status, answer.problem.code]).toEqual([431, 'headers-too-large']);
    expect(answer.headers['content-language']).toBe('en');
  });

  it('two lengths, a length and chunks, and a length that is no number are a 400', async () => {
    for (const lines of [
      ['Content-Length: 5', 'Content-Length: 6'],
      ['Content-Length: 5', 'Transfer-Encoding: chunked'],
      ['Content-Length: five'],
      ['Content-Length: -1'],
    ]) {
      const answer = await speak(port, [head([json, ...lines]), '{}   ']);
      expect([lines, answer.status, answer.problem.code]).toEqual([lines, 400, 'malformed-request']);
    }
  });

  it('a chunk that is none is a 400, and nothing of it is stored', async () => {
    const answer = await speak(port, [
      head([json, 'Transfer-Encoding: chunked']),
      'zz\r\n{"name":"قطعة"}\r\n0\r\n\r\n',
    ]);
    expect(answer.status).toBe(400);
    expect(answer.problem.code).toBe('malformed-request');
    expect(await tagNames()).not.toContain('قطعة');
  });

  it('a body shorter than its length is never taken for a whole one', async () => {
    const body = '{"name":"ناقص"}';
    await speak(port, [head([json, `Content-Length: ${Buffer.byteLength(body) + 10}`]), body], { end: true });
    expect(await tagNames()).not.toContain('ناقص');
    expect((await room.call('/livez')).status).toBe(200);
  });

  it('what comes after a body’s length is a request of its own, and refused when it is none', async () => {
    const body = '{"name":"كامل"}';
    const socket = connect(port, '127.0.0.1');
    socket.write(head([json, `Content-Length: ${Buffer.byteLength(body)}`]) + body);
    const [first] = await once(socket, 'data');
    socket.write('rest of the body\r\n\r\n');
    const [second] = await once(socket, 'data');
    expect([readAnswer(String(first)).status, readAnswer(String(second)).status]).toEqual([201, 400]);
  });

  const statuses = (answers: string) => (answers.match(/(?<=HTTP\/1\.1 )\d+/g) ?? []).map(Number);
  const post = (name: string) => {
    const body = JSON.stringify({ name });
    return head([json, `Content-Length: ${Buffer.byteLength(body)}`]) + body;
  };

  it('requests before one that is refused are answered before it is, in their order', async () => {
    const get = 'GET /v1/articles?limit=3 HTTP/1.1\r\nHost: x\r\n\r\n';
    for (const [refused, packet] of [
      ['no request', 'XX'],
      ['a chunk that is none', `${head([json, 'Transfer-Encoding: chunked'])}zz\r\n`],
      ['headers too large', `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(20_000)}\r\n\r\n`],
    ]) {
      const text = String(await hear(port, [post(`قبل ${refused}`) + get + packet]));
      expect([refused, statuses(text)]).toEqual([refused, [201, 200, refused === 'headers too large' ? 431 : 400]]);
      expect(text.match(/^connection: close/gim)).toHaveLength(1);
    }
  });

  it('an answer that says that the connection closes is the last one', async () => {
    const last = 'GET /v1/articles?limit=4 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
    expect(statuses(String(await hear(port, [`${last}XX`])))).toEqual([200]);
  });

  it('a client that is refused and does not hang up is hung up on', async () => {
    await vi.waitFor(async () => expect(await connections(room)).toBe(0));
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    socket.resume().write('XX');
    await once(socket, 'end');
    expect(await connections(room)).toBe(1);
    await vi.waitFor(async () => expect(await connections(room)).toBe(0), { timeout: 5000 });
    socket.destroy();
  });

  it('a request with letters in its address may take its time', async () => {
    const inject = room.app.inject.bind(room.app) as (request: object) => Promise<object>;
    const slow = vi.spyOn(room.app, 'inject').mockImplementation((async (request: object) => {
      await new Promise((resolve) => setTimeout(resolve, 1300));
      return inject(request);
    }) as never);
    const answer = await speak(port, ['GET /v1/articles/أول HTTP/1.1\r\nHost: x\r\n\r\n']);
    expect([answer.status, slow.mock.calls.length]).toEqual([404, 1]);
    slow.mockRestore();
  });

  it('a request with letters in its address is answered only where it is a whole one, alone and without a body', async () => {
    const first = 'GET /v1/search?q=أول HTTP/1.1\r\nHost: x\r\n';
    const asks: [string, number, string][] = [
      ['one', 200, `${first}\r\n`],
      ['two at once', 400, `${first}\r\n${first}\r\n`],
      ['a header twice', 400, `${first}X-A: 1\r\nx-a: 2\r\n\r\n`],
      ['no host', 400, `${first.replace('Host', 'X-Host')}\r\n`],
      ['a long head', 400, `${first}X-A: ${'a'.repeat(16_384)}\r\n\r\n`],
      ...['Content-Length: 0', 'Transfer-Encoding: chunked', 'Upgrade: h2c', 'Expect: 100-continue'].map(
        (line): [string, number, string] => [line, 400, `${first}${line}\r\n\r\n`],
      ),
    ];
    for (const [name, status, text] of asks) {
      const answer = await speak(port, [text]);
      expect([name, answer.status]).toEqual([name, status]);
    }
    const head = await speak(port, [`HEAD${first.slice(3)}\r\n`]);
    expect([head.status, head.headers.connection, head.body.length]).toEqual([200, 'close', 0]);
  });

  it('what stands in a long header keeps the server no longer than its length does', async () => {
    const spaces = ' '.repeat(15_000);
    const get = 'GET /v1/articles HTTP/1.1\r\nHost: x\r\nConnection: close\r\n';
    const packets: [string, number, string][] = [
      ['an address in letters', 400, `GET /v1/articles/أول HTTP/1.1\r\nHost: x\r\nX-Long: ${spaces}é\r\n\r\n`],
      ['no HTTP', 400, `NONSENSE\r\nOrigin: a${spaces}a\r\n\r\n`],
      ['a weight', 406, `${get}Accept: a;q=${'1'.repeat(15_000)}x\r\n\r\n`],
    ];
    for (const [kind, expected, packet] of packets) {
      const statuses: number[] = [];
      const took = await cpuTime(async () => {
        for (let time = 0; time < 5; time++) statuses.push((await speak(port, [packet])).status);
      });
      expect([kind, statuses]).toEqual([kind, Array(5).fill(expected)]);
      expect([kind, took]).toEqual([kind, expect.toSatisfy((ms: number) => ms < 300)]);
    }
  });

  it('a request without one sound Host is a 400, also where what it asks for is kept', async () => {
    const kept = '/v1/articles?limit=5';
    const ask = (path: string, hosts: string[], version = '1.1') =>
      speak(port, [`GET ${path} HTTP/${version}\r\n${[...hosts, english, 'Connection: close', '', ''].join('\r\n')}`]);
    for (let time = 0; time < 2; time++) expect((await ask(kept, ['Host: x'])).status).toBe(200);
    for (const hosts of [[], ['Host: a', 'Host: b'], ['Host: a', 'host: a'], ['Host: a b'], ['Host: a/b']])
      for (const path of [kept, '/livez', '/nowhere']) {
        const { status, headers, problem } = await ask(path, hosts);
        expect([hosts, path, status, headers['content-type'], problem?.code]).toEqual([
          hosts,
          path,
          ...[400, 'application/problem+json; charset=utf-8', 'malformed-request'],
        ]);
        expect(problem.detail).toBe('Host is missing, is not a host, or was sent more than once.');
      }
    expect((await ask(kept, [], '1.0')).status).toBe(200);
    expect((await ask(kept, ['Host: a', 'Host: b'], '1.0')).status).toBe(400);
  });

  it('an expectation that nobody knows is a 417, also where what is asked for is kept', async () => {
    const ask = (line: string, version = '1.1') =>
      speak(port, [`GET /v1/articles?limit=5 HTTP/${version}\r\nHost: x\r\nConnection: close\r\n${line}\r\n\r\n`]);
    for (let time = 0; time < 2; time++) expect((await ask(english)).status).toBe(200);
    const { status, headers, problem } = await ask('Expect: foo');
    expect([status, headers['content-type'], problem?.code]).toEqual([
      417,
      'application/problem+json; charset=utf-8',
      'expectation-failed',
    ]);
    expect((await ask('Expect: x100-continue')).status).toBe(417);
    // Older clients cannot expect anything (RFC 9110, 10.1.1).
    expect((await ask('Expect: foo', '1.0')).status).toBe(200);
  });

  it('10 MB are refused by their length alone, before they arrive', async () => {
    const answer = await speak(port, [head([json, english, 'Content-Length: 10000000']), '{"name":"']);
    expect([answer.status, answer.problem.code]).toEqual([413, 'payload-too-large']);
  });

  it('10 MB in chunks are refused at the limit', async () => {
    const chunk = `10000\r\n${'a'.repeat(0x10000)}\r\n`;
    const answer = await speak(port, [head([json, 'Transfer-Encoding: chunked']), ...Array<string>(20).fill(chunk)]);
    expect([answer.status, answer.problem.code]).toEqual([413, 'payload-too-large']);
  });

  it('a client that goes away in the middle leaves no fault behind', async () => {
    room.logs.length = 0;
    for (const sent of [
      'POST /v1/ed',
      head([json, 'Content-Length: 100']),
      `${head([json, 'Content-Length: 100'])}{"na`,
    ]) {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      socket.write(sent);
      await new Promise((resolve) => setTimeout(resolve, 20));
      socket.destroy();
    }
    await vi.waitFor(async () => expect(await connections(room)).toBe(0));
    expect(room.logs.filter((line) => JSON.parse(line).level >= 50)).toEqual([]);
  });

  it('a request that takes too long is a 408 in its language', async () => {
    const error = Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
    const opened = once(room.app.server, 'connection');
    const socket = connect(port, '127.0.0.1');
    const [served] = await opened;
    room.app.server.emit('clientError', error, served);
    const [answer] = await once(socket, 'data');
    expect(readAnswer(String(answer))).toMatchObject({ status: 408, problem: { code: 'request-timeout' } });
    expect(room.app.server.requestTimeout).toBe(30_000);
  });

  it('a method that nobody has is refused as a problem', async () => {
    for (const [method, status] of [
      ['PROPFIND', 405],
      ['TRACE', 405],
      ['FETCH', 400],
    ] as const) {
      const answer = await speak(port, [`${method} /v1/articles HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`]);
      expect([method, answer.status, answer.headers['content-type']]).toEqual([
        method,
        status,
        'application/problem+json; charset=utf-8',
      ]);
    }
  });

  it('an address that no router can read is a 400 in its language', async () => {
    const answer = await speak(port, [
      `GET /v1/articles/%ff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${english}\r\n\r\n`,
    ]);
    expect(answer).toMatchObject({ status: 400, headers: { 'content-language': 'en' } });
    expect(answer.headers.vary).toContain('accept-language');
  });
});

function connections(room: Newsroom): Promise<number> {
  return new Promise((resolve, reject) =>
    room.app.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  );
}
