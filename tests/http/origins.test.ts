import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enginesToTest } from '../support/engines-setup.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { portOf, readAnswer, speak } from './socket.ts';

const site = 'https://site.example';
const most = 20;

/** Requests that are refused before a route has to do with them. */
const refused: [number, string, Record<string, string>?][] = [
  [406, '/v1/articles', { accept: 'text/html' }],
  [400, '/v1/articles/%ff'],
  [414, `/v1/articles/${'x'.repeat(1001)}`],
  [404, '/v1/nothing'],
  [400, '/v1/articles?x=%ff'],
  [400, '/v1/articles?x=1'],
  [417, '/v1/articles', { expect: 'wonders' }],
  [400, '/v1/articles', { host: 'a/b' }],
];

// What is refused here has to do with no database, so one engine is enough.
describe.each(enginesToTest(process.env).slice(0, 1))('a page of another origin (%s)', (engine) => {
  let room: Newsroom;
  beforeAll(async () => {
    room = await openNewsroom(engine, { KHABAR_CORS_ORIGINS: site, KHABAR_RATE_LIMIT: String(most) });
  });
  afterAll(() => room.close());

  const ask = (url: string, headers: Record<string, string> = {}, remoteAddress = '192.0.2.1') =>
    room.call(url, { headers: { origin: site, ...headers }, remoteAddress });
  /** The headers that all answers have, as the first kind of answer has them. */
  async function common() {
    const { headers } = await ask('/v1/articles');
    return Object.fromEntries(
      Object.entries(headers).filter(([name]) => /^(?:access-control|content-security|cross-|x-)/.test(name)),
    );
  }

  it('may read every refusal, which has the headers of every answer', async () => {
    const expected = await common();
    expect(Object.keys(expected).length).toBeGreaterThan(4);
    for (const [status, url, headers] of refused) {
      const answer = await ask(url, headers);
      expect([url, headers, answer.status]).toEqual([url, headers, status]);
      expect(answer.headers).toMatchObject(expected);
      expect(String(answer.headers.vary)).toMatch(/^Origin, /);
      expect(answer.body.status).toBe(status);
    }
    const strange = await ask('/v1/articles', { accept: 'text/html', origin: 'https://else.example' });
    expect(strange.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('may read what is refused before there is a request, and no other page may', async () => {
    const port = await portOf(room);
    const { vary, ...expected } = Object.fromEntries(
      Object.entries(await common()).filter(([name]) => /^access-control|^vary$/.test(name)),
    );
    for (const [status, line] of [
      [400, 'NONSENSE'],
      [431, `GET /v1/articles HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(20_000)}`],
    ] as const)
      for (const origin of [site, 'https://else.example', '']) {
        const [first, ...rest] = line.split('\r\n');
        const lines = [first, ...(origin === '' ? [] : [`Origin: ${origin}`]), ...rest, '', ''];
        const answer = await speak(port, [lines.join('\r\n')]);
        expect([origin, answer.status, answer.headers.vary]).toEqual([origin, status, 'Origin, accept-language']);
        if (origin === site) expect(answer.headers).toMatchObject(expected);
        else expect(Object.keys(answer.headers).join()).not.toContain('access-control');
      }
  });

  it('may read what is refused of a body that comes after its head', async () => {
    const lines = [
      'POST /v1/editorial/sessions HTTP/1.1',
      'Host: x',
      `Origin: ${site}`,
      'Accept-Language: en',
      'Content-Type: application/json',
    ];
    const socket = connect(await portOf(room), '127.0.0.1');
    socket.write([...lines, 'Expect: 100-continue', 'Transfer-Encoding: chunked', '', ''].join('\r\n'));
    await once(socket, 'data');
    socket.write('zz\r\n');
    const { status, headers } = readAnswer(await text(socket));
    expect([status, headers['access-control-allow-origin'], headers['content-language']]).toEqual([400, site, 'en']);
  });

  it.each(refused.slice(0, 4))(
    'is refused with %s no more often than its address may ask',
    async (status, url, more) => {
      const from = `192.0.2.${status % 250}`;
      const statuses = [];
      for (let sent = 0; sent <= most; sent++) statuses.push((await ask(url, more, from)).status);
      expect(statuses).toEqual([...Array(most).fill(status), 429]);
    },
  );

  it('is told of in the log under the address that it asked for', async () => {
    const before = room.logs.length;
    await ask('/v1/articles/%ff', {}, '192.0.2.99');
    const lines = room.logs.slice(before).map((line) => JSON.parse(line));
    expect(lines.find(({ msg }) => msg === 'request')).toMatchObject({ path: '/v1/articles/%ff', status: 400 });
  });
});

describe.each(enginesToTest(process.env).slice(0, 1))('a page of any origin (%s)', (engine) => {
  it('may read what is refused before there is a request, where any may call', async () => {
    const room = await openNewsroom(engine, { KHABAR_CORS_ORIGINS: '*' });
    const { headers } = await speak(await portOf(room), [`NONSENSE\r\n\r\n`]);
    expect(headers).toMatchObject({ 'access-control-allow-origin': '*', vary: 'accept-language' });
    await room.close();
  });
});
