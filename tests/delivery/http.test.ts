import { ServerResponse } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { acceptedEncoding } from '../../src/delivery/negotiate.ts';
import { portOf, speak } from '../http/socket.ts';
import { type Press, pressOf } from '../publishing/press.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';

describe('Accept-Encoding', () => {
  it.each([
    ['gzip, deflate, br', 'br'],
    ['GZip', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['br;q=0.0,gzip;q=0.000', null],
    ['br; q=0.1, gzip; q=0.9', 'gzip'],
    ['gzip;q=0.5, br;q=0.5', 'br'],
    ['*', 'br'],
    ['*;q=0', null],
    ['br;q=0, *', 'gzip'],
    ['identity', null],
    ['', null],
    ['xbr, gzipped, brgzip', null],
    ['br;q=2', null],
    ['br;q=1.5', null],
    ['gzip;q=0.5, identity;q=1', null],
    ['gzip;q=0.5, identity;q=0.4', 'gzip'],
    ['identity, *;q=0.1', null],
    ['x-gzip', 'gzip'],
    ['gzip;q=abc, br;level=1', null],
    [undefined, null],
  ])('%j is answered with %s', (header, encoding) => {
    expect(acceptedEncoding(header)).toBe(encoding);
  });
});

describeEachEngine('public answers over HTTP', (engine) => {
  let room: Newsroom;
  let press: Press;
  let url: string;
  beforeAll(async () => {
    room = await openNewsroom(engine, { KHABAR_CORS_ORIGINS: 'https://site.example' });
    press = pressOf(room);
    const { id } = await press.article({ lead: 'وقعت سوريا إعلان تعاون سياسي مع التحالف. '.repeat(30) });
    url = `/v1/articles/${id}`;
  });
  afterAll(() => room.close());

  const ask = (headers: Record<string, string> = {}, path = url) => room.app.inject({ url: path, headers });

  it('are compressed for who can read that, each form with its own strong ETag and the same words in it', async () => {
    const plain = await ask();
    expect(plain.headers['content-encoding']).toBeUndefined();
    const gzip = await ask({ 'accept-encoding': 'gzip' });
    const brotli = await ask({ 'accept-encoding': 'gzip, br' });
    expect([gzip, brotli].map(({ headers }) => headers['content-encoding'])).toEqual(['gzip', 'br']);
    expect(gunzipSync(gzip.rawPayload).equals(plain.rawPayload)).toBe(true);
    expect(brotliDecompressSync(brotli.rawPayload).equals(plain.rawPayload)).toBe(true);
    expect(new Set([plain, gzip, brotli].map(({ headers }) => headers.etag)).size).toBe(3);
    for (const answer of [plain, gzip, brotli]) {
      expect(answer.headers.etag).toMatch(/^"[\w-]+"$/);
      expect(answer.headers.vary).toBe('Origin, accept, accept-encoding');
      expect(answer.headers['content-length']).toBe(String(answer.rawPayload.length));
      expect(answer.rawPayload.length).toBeLessThanOrEqual(plain.rawPayload.length);
    }
    expect((await ask({ 'accept-encoding': 'gzip' }, '/v1/tags')).headers['content-encoding']).toBeUndefined();
  });

  it('are the same bytes every time they are compressed', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask({ 'accept-encoding': 'br' })));
    for (const answer of answers) expect(answer.rawPayload.equals(answers[0]?.rawPayload as Buffer)).toBe(true);
  });

  it('are 304 for who names the very form that would be sent', async () => {
    const { etag } = (await ask()).headers as { etag: string };
    const gzipTag = String((await ask({ 'accept-encoding': 'gzip' })).headers.etag);
    for (const tag of [etag, `W/${etag}`, `"x", ${etag}`, `"x",W/${etag} , "y"`, '*', ' * ']) {
      const answer = await ask({ 'if-none-match': tag });
      expect([tag, answer.statusCode, answer.body]).toEqual([tag, 304, '']);
      expect(answer.headers).toMatchObject({ etag, vary: 'Origin, accept, accept-encoding' });
      expect(answer.headers['cache-control']).toContain('s-maxage');
      // The client has them already.
      for (const name of ['content-type', 'surrogate-key', 'content-security-policy'])
        expect(answer.headers[name]).toBeUndefined();
    }
    expect((await ask({ 'if-none-match': gzipTag, 'accept-encoding': 'gzip' })).statusCode).toBe(304);
    const head = { method: 'HEAD', url, headers: { 'if-none-match': etag } } as const;
    const { statusCode, headers } = await room.app.inject(head);
    expect([statusCode, headers['content-type'], headers.etag]).toEqual([304, 'application/json; charset=utf-8', etag]);
    for (const tag of ['"x"', etag.slice(1, -1), `${etag}x`, gzipTag, ''])
      expect([tag, (await ask({ 'if-none-match': tag })).statusCode]).toEqual([tag, 200]);
    expect((await ask({ 'if-none-match': etag, 'accept-encoding': 'gzip' })).statusCode).toBe(200);
  });

  it('are refused to who wants other bytes', async () => {
    const { etag } = (await ask()).headers as { etag: string };
    for (const tag of [etag, `"x", ${etag}`, '*'])
      expect([tag, (await ask({ 'if-match': tag })).statusCode]).toEqual([tag, 200]);
    for (const tag of ['"x"', `W/${etag}`]) {
      const answer = await ask({ 'if-match': tag });
      expect([tag, answer.statusCode, answer.json().code]).toEqual([tag, 412, 'not-this-version']);
    }
  });

  it('tell by If-Modified-Since only what whole seconds can tell', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2030-01-01T00:00:00.900Z') });
    try {
      const { id } = await press.article({ headline: 'أ' });
      const at = `/v1/articles/${id}`;
      const first = await ask({}, at);
      const since = (answer: { headers: Record<string, unknown> }) => ({
        'if-modified-since': String(answer.headers['last-modified']),
      });
      // Within the same second comes another state, which the date of the first does not name.
      await press.patch(id, { headline: 'ب' });
      await press.publish(id);
      const second = await ask(since(first), at);
      expect([second.statusCode, second.json().headline]).toEqual([200, 'ب']);
      vi.setSystemTime('2030-01-01T00:01:00Z');
      expect((await ask(since(first), at)).statusCode).toBe(200);
      expect((await ask(since(second), at)).statusCode).toBe(200);
      const settled = await ask({}, at);
      expect((await ask(since(settled), at)).statusCode).toBe(304);
      expect((await ask({ ...since(settled), 'if-none-match': '"x"' }, at)).statusCode).toBe(200);
      for (const date of [
        'Fri, 01 Jan 2031 00:00:00 GMT',
        'Friday, 01-Jan-31 00:00:00 GMT',
        'Wed Jan  1 00:00:00 2031',
      ])
        expect([date, (await ask({ 'if-modified-since': date }, at)).statusCode]).toEqual([date, 304]);
      for (const date of ['yesterday', '2031', '2031-01-01', 'Jan 1 2031', 'Fri, 41 Jan 2031 00:00:00 GMT', ''])
        expect([date, (await ask({ 'if-modified-since': date }, at)).statusCode]).toEqual([date, 200]);
      // Dates are those of Greenwich, wherever the server stands.
      vi.stubEnv('TZ', 'America/New_York');
      const hourBefore = await ask({ 'if-modified-since': 'Mon Dec 31 23:01:00 2029' }, at);
      vi.unstubAllEnvs();
      expect(hourBefore.statusCode).toBe(200);
      vi.setSystemTime('2030-01-01T00:02:00.100Z');
      await press.patch(id, { headline: 'ج' });
      await press.publish(id);
      expect((await ask(since(settled), at)).json().headline).toBe('ج');
    } finally {
      vi.useRealTimers();
    }
  });

  it('are the same the second time, when their headers are ready', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2030-02-01T00:00:00Z') });
    try {
      const { id } = await press.article({ lead: 'وقعت سوريا إعلان تعاون سياسي مع التحالف. '.repeat(30) });
      const at = `/v1/articles/${id}`;
      await ask({}, at);
      vi.setSystemTime('2030-02-01T00:00:10Z');
      for (const accepted of ['identity', 'gzip', 'br']) {
        const asked = { 'accept-encoding': accepted };
        const [first, second] = [await ask(asked, at), await ask(asked, at)];
        expect(second.statusCode).toBe(200);
        expect(second.rawPayload.equals(first.rawPayload)).toBe(true);
        expect(lasting(second.headers)).toEqual(lasting(first.headers));
        const head = await room.app.inject({ method: 'HEAD', url: at, headers: asked });
        expect([head.statusCode, head.body]).toEqual([200, '']);
        expect(lasting(head.headers)).toEqual(lasting(first.headers));
        const known = { ...asked, 'if-none-match': String(first.headers.etag) };
        const [whole, short] = [await ask({ ...known, origin: 'https://else.example' }, at), await ask(known, at)];
        expect([whole.statusCode, short.statusCode, short.body]).toEqual([304, 304, '']);
        expect(lasting(short.headers)).toEqual(lasting(whole.headers));
        const other = await ask({ ...asked, origin: 'https://site.example' }, at);
        expect(other.headers['access-control-allow-origin']).toBe('https://site.example');
        expect((await ask(asked, at)).headers['access-control-allow-origin']).toBeUndefined();
      }
      await press.patch(id, { lead: 'ب' });
      await press.publish(id);
      expect((await ask({}, at)).json().lead).toBe('ب');
      expect(room.logs.filter((line) => line.includes(`"path":"${at}"`) && line.includes('"status":304')).length).toBe(
        6,
      );
    } finally {
      vi.useRealTimers();
    }
  });

  it('are the same each time that a connection asks for them', async () => {
    const { id } = await press.article({ lead: 'وقعت سوريا إعلان تعاون سياسي مع التحالف. '.repeat(30) });
    const at = `http://127.0.0.1:${await portOf(room)}/v1/articles/${id}`;
    const get = async (headers: Record<string, string>) => {
      const answer = await fetch(at, { headers });
      const { status } = answer;
      return { status, headers: lasting(Object.fromEntries(answer.headers)), body: await answer.text() };
    };
    await get({});
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10_000 });
    try {
      for (const asked of [{ 'accept-encoding': 'identity' }, { 'accept-encoding': 'br' }, { 'if-none-match': '*' }]) {
        const by = await get({ ...asked, origin: 'https://else.example' });
        for (let time = 0; time < 3; time++) expect(await get(asked)).toEqual(by);
      }
      await press.patch(id, { lead: 'ب' });
      await press.publish(id);
      expect(JSON.parse((await get({})).body).lead).toBe('ب');
    } finally {
      vi.useRealTimers();
    }
  });

  it('keep no date of the moment before theirs is settled', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2030-05-01T00:00:00Z') });
    try {
      await ask();
      for (let before = 0; before < 12; before++) {
        vi.setSystemTime('2030-05-01T00:00:00Z');
        const { id } = await press.article({ headline: `خبر ${before}` });
        const at = `/v1/articles/${id}`;
        await ask({}, at);
        // The clock goes on at each look, and passes the moment at one of them.
        let now = Date.parse('2030-05-01T00:00:03Z') - before;
        const clock = vi.spyOn(Date, 'now').mockImplementation(() => now++);
        await ask({}, at);
        clock.mockRestore();
        vi.setSystemTime('2030-05-01T00:01:00Z');
        expect([before, (await ask({}, at)).headers['last-modified']]).toEqual([
          before,
          'Wed, 01 May 2030 00:00:02 GMT',
        ]);
      }
    } finally {
      vi.useRealTimers();
    }
  });

  it.each(['0', '64'])('are the same past the framework as by way of it, with a cache of %s MB', async (megabytes) => {
    const other = await openNewsroom(engine, {
      KHABAR_CORS_ORIGINS: 'https://site.example',
      KHABAR_CACHE_MB: megabytes,
    });
    const port = await portOf(other);
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2030-04-01T00:00:00Z') });
    try {
      const { article, kill, patch, publish } = pressOf(other);
      const { id, slug } = await article({ headline: 'عنوان أول', lead: 'وقعت سوريا إعلان تعاون سياسي. '.repeat(30) });
      const killed = await article({ headline: 'خبر يسحب' });
      await kill(killed.id);
      await patch(id, { slug: 'عنوان-ثان' });
      await publish(id);
      const paths = [
        ...[id, 'عنوان-ثان', id.toUpperCase(), slug, killed.id, 'لا', 'عُنوان-ثان', '\0', `${id}\0`, ' '].map(
          (ref) => `/v1/articles/${encodeURIComponent(ref)}`,
        ),
        ...[`/v1/articles/${id}?x=1`, `/V1/articles/${id}`, `/v1/ARTICLES/${id}`],
      ];
      const asked = [
        ...[{}, { 'accept-encoding': 'gzip' }, { 'accept-encoding': 'br' }, { accept: 'application/ld+json' }],
        ...[{ accept: 'text/html' }, { 'if-none-match': '*' }, { 'accept-language': 'ar' }],
      ];
      const statuses = new Set<number>();
      for (const url of paths)
        for (const headers of asked) {
          const before = other.logs.length;
          const past = [await onSocket(port, url, headers), await onSocket(port, url, headers)];
          // Nothing differs for a strange origin, but it takes the ordinary way.
          const by = await onSocket(port, url, { ...headers, origin: 'https://else.example' });
          for (const answer of past) {
            expect([url, headers, answer.status]).toEqual([url, headers, by.status]);
            expect(nameless(answer.body.toString('latin1'))).toBe(nameless(by.body.toString('latin1')));
            expect(Object.keys(answer.headers).sort()).toEqual(Object.keys(by.headers).sort());
            if (by.status < 400) expect(lasting(answer.headers)).toEqual(lasting(by.headers));
          }
          statuses.add(by.status);
          const lines = other.logs.slice(before).filter((line) => line.includes('"msg":"request"'));
          expect(lines.map((line) => JSON.parse(line).status)).toEqual(Array(3).fill(by.status));
        }
      expect([...statuses].sort()).toEqual([200, 304, 308, 400, 404, 406, 410]);
    } finally {
      vi.useRealTimers();
      await other.close();
    }
  });

  it('are the same on sockets, before the framework sees a request', async () => {
    const port = await portOf(room);
    const { id } = await press.article({ headline: 'خبر', lead: 'وقعت سوريا إعلان تعاون سياسي. '.repeat(30) });
    const at = `/v1/articles/${id}`;
    await ask({}, at);
    const asked = [
      ...[{}, { accept: '*/*' }, { accept: 'application/json, text/plain, */*' }, { accept: 'text/html' }],
      ...[{ accept: 'application/ld+json' }, { 'accept-encoding': 'gzip' }, { 'accept-encoding': 'br' }],
      ...[{ 'if-none-match': '*' }, { 'if-none-match': '"none"' }, { 'if-match': '"none"' }],
      ...[{ authorization: 'Bearer none' }],
    ] as Record<string, string>[];
    for (const path of [at, `/v1/articles?limit=3`, '/v1/articles/none', '/robots.txt'])
      for (const headers of asked) {
        const by = await ask({ ...headers, origin: 'https://else.example' }, path);
        for (const time of ['made', 'kept']) {
          const before = room.logs.length;
          const answer = await onSocket(port, path, headers);
          expect([time, path, headers, answer.status]).toEqual([time, path, headers, by.statusCode]);
          expect(nameless(answer.body.toString('latin1'))).toBe(nameless(by.rawPayload.toString('latin1')));
          const names = Object.keys(by.headers).filter((name) => name !== 'connection');
          expect(Object.keys(answer.headers).sort()).toEqual([...names, 'connection'].sort());
          const said = room.logs.slice(before).filter((line) => line.includes('"msg":"request"'));
          expect(said.map((line) => JSON.parse(line))).toEqual([
            expect.objectContaining({
              ...{ level: 30, msg: 'request', method: 'GET', path: path.replace(/\?.*/, ''), status: by.statusCode },
              ...{ remoteAddress: '127.0.0.1', reqId: expect.stringMatching(/^[\w-]+-\d+$/), ms: expect.any(Number) },
            }),
          ]);
        }
      }
  });

  it('are for the origins that are allowed, and say that they differ by it', async () => {
    const [allowed, other, none] = [
      await ask({ origin: 'https://site.example' }),
      await ask({ origin: 'https://else.example' }),
      await ask(),
    ];
    expect(allowed.headers['access-control-allow-origin']).toBe('https://site.example');
    expect(other.headers['access-control-allow-origin']).toBeUndefined();
    for (const { headers } of [allowed, other, none]) expect(headers.vary).toBe('Origin, accept, accept-encoding');
    const etag = String(allowed.headers.etag);
    const unchanged = await ask({ origin: 'https://site.example', 'if-none-match': etag });
    expect([unchanged.statusCode, unchanged.headers.vary]).toEqual([304, 'Origin, accept, accept-encoding']);
    expect(unchanged.headers['access-control-allow-origin']).toBe('https://site.example');
  });

  it('that are problems are kept by nobody', async () => {
    for (const path of ['/v1/articles/x', '/v1/articles?x=1', '/v1/tags/x', `${url}/sections/x`]) {
      const { headers, statusCode } = await ask({}, path);
      expect(statusCode).toBeGreaterThanOrEqual(400);
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'content-type': expect.stringContaining('problem'),
      });
      expect([headers.etag, headers['surrogate-key']]).toEqual([undefined, undefined]);
    }
  });

  it('name their tags in headers that every cache takes, however long a list is', async () => {
    const tagIds = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => (await press.term('tags', `وسم ${index}`)).id),
    );
    for (let index = 0; index < 3; index++) await press.article({ tagIds: tagIds.slice(index * 20, index * 20 + 20) });
    const one = (await ask({}, '/v1/articles?limit=1')).headers;
    expect(one['surrogate-key']).toContain(`tag:${tagIds[40]}`);
    for (let more = 0; more < 60; more++) await press.article({ tagIds: tagIds.slice(more % 40, (more % 40) + 20) });
    const all = ['authors', 'categories', 'comment-counts', 'list', 'tags'];
    for (const [sort, expected] of [
      ['-publishedAt', all],
      ['-commentCount', all],
      ['-views', [...all, 'views']],
    ] as const) {
      const { headers } = await ask({}, `/v1/articles?limit=100&sort=${sort}`);
      const tags = String(headers['surrogate-key']).split(' ');
      expect(String(headers['surrogate-key']).length).toBeLessThan(4096);
      expect(tags.sort()).toEqual(expected);
      expect(String(headers['cache-tag']).split(',').sort()).toEqual(tags.sort());
    }
  });
});

it.each([
  ['kept', '/v1/articles', '64', 200],
  ['made', '/v1/articles/now', '0', 200],
  ['refused', '/v1/articles/none', '0', 404],
  ['begun', '/v1/articles/before', '0', 308],
])('counts answers that are %s past the framework, each once', async (_, url, megabytes, usual) => {
  const limit = 8;
  const small = await openNewsroom('sqlite', {
    ...{ KHABAR_RATE_LIMIT: String(limit), KHABAR_CACHE_MB: megabytes },
    KHABAR_TRUSTED_PROXIES: '127.0.0.0/8',
  });
  const { article, patch, publish } = pressOf(small);
  const { id } = await article({ slug: 'before' });
  await patch(id, { slug: 'now' });
  await publish(id);
  const port = await portOf(small);
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2030-03-01T00:00:00Z') });
  try {
    const ask = async () => (await onSocket(port, url, { 'x-forwarded-for': '192.0.2.7' })).status;
    // From the first read the headers of the hooks are learnt.
    await small.app.inject({ url: '/v1/tags', remoteAddress: '192.0.2.8' });
    const statuses = [await ask()];
    vi.setSystemTime('2030-03-01T00:00:10Z');
    for (let more = 1; more < limit + 2; more++) statuses.push(await ask());
    expect(statuses).toEqual([...Array<number>(limit).fill(usual), 429, 429]);
  } finally {
    vi.useRealTimers();
    await small.close();
  }
});

describe('what is answered on sockets', () => {
  let room: Newsroom;
  let port: number;
  let path: string;

  async function open(settings: Record<string, string> = {}): Promise<void> {
    room = await openNewsroom('sqlite', settings);
    path = `/v1/articles/${(await pressOf(room).article()).id}`;
    port = await portOf(room);
    await room.app.inject({ url: path });
  }
  afterEach(() => room.close());

  it('is not seen by the framework where it is kept, or an article', async () => {
    await open();
    const on = vi.spyOn(ServerResponse.prototype, 'on');
    // The framework listens to all that it answers.
    const seen = async (url: string, headers = {}) => {
      on.mockClear();
      await onSocket(port, url, headers);
      return on.mock.calls.some(([event]) => String(event) === 'error');
    };
    expect(await seen(path)).toBe(false);
    expect(await seen(path, { 'if-none-match': '*', accept: 'application/json' })).toBe(false);
    expect(await seen(path, { accept: 'text/html' })).toBe(true);
    expect(await seen(path, { origin: 'https://else.example' })).toBe(true);
    expect(await seen('/v1/articles/none')).toBe(true);
    expect(await seen('/v1/articles?limit=2')).toBe(true);
    const { slug } = await pressOf(room).article({ headline: 'خبر آخر' });
    for (const reference of [encodeURIComponent(slug), path.split('/').at(-1)?.toUpperCase()])
      expect(await seen(`/v1/articles/${reference}`)).toBe(false);
    on.mockRestore();
  });

  it('counts for the limit of an address, once', async () => {
    // Three were counted while the article was made and read.
    await open({ KHABAR_RATE_LIMIT: '8' });
    const statuses: number[] = [];
    for (let time = 0; time < 7; time++) statuses.push((await onSocket(port, path, {})).status);
    expect(statuses).toEqual([...Array(5).fill(200), 429, 429]);
  });

  it('counts for who is behind a proxy that is trusted, and says so in the log', async () => {
    await open({ KHABAR_RATE_LIMIT: '2', KHABAR_TRUSTED_PROXIES: '127.0.0.0/8' });
    const from = async (chain: string) => (await onSocket(port, path, { 'x-forwarded-for': chain })).status;
    const chains = ['198.51.100.1', '192.0.2.9, 198.51.100.1', '198.51.100.1', '198.51.100.2'];
    const statuses: number[] = [];
    for (const chain of chains) statuses.push(await from(chain));
    expect(statuses).toEqual([200, 200, 429, 200]);
    const addresses = room.logs
      .filter((line) => line.includes('"msg":"request"'))
      .map((line) => JSON.parse(line).remoteAddress);
    expect(addresses.slice(-4)).toEqual(['198.51.100.1', '198.51.100.1', '198.51.100.1', '198.51.100.2']);
  });

  it('is new after a change', async () => {
    await open();
    expect((await onSocket(port, path, {})).body.toString()).toContain('"count":0');
    await pressOf(room).comment(path.split('/').at(-1) ?? '', 'تعليق');
    for (let time = 0; time < 2; time++)
      expect((await onSocket(port, path, {})).body.toString()).toContain('"count":1');
  });
});

/** What comes back on a socket of its own. */
function onSocket(port: number, path: string, headers: Record<string, string>) {
  const all = Object.entries({ host: 'localhost', connection: 'close', ...headers });
  const lines = all.map(([name, value]) => `${name}: ${value}\r\n`);
  return speak(port, [`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`]);
}

/** A body without the name that a problem has. */
function nameless(body: string): string {
  return body.replace(/"requestId":"[^"]*"/, '');
}

/** Headers without those that Node makes for each connection. */
function lasting({ date, connection, ...headers }: Record<string, unknown>): Record<string, unknown> {
  return headers;
}
