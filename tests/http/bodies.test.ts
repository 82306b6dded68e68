import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';

const tags = '/v1/editorial/tags';
const jsonType = { 'content-type': 'application/json' };

describeEachEngine('a body', (engine) => {
  let room: Newsroom;
  beforeAll(async () => {
    room = await openNewsroom(engine);
  });
  afterAll(() => room.close());

  const post = (body: unknown, headers: Record<string, string> = jsonType, url = tags) =>
    room.call(url, { as: 'admin', method: 'POST', body, headers: { 'accept-language': 'en', ...headers } });
  const count = async () => (await room.call(`${tags}?limit=100`, { as: 'admin' })).body.data.length;

  it.each([
    ['cut off', '{"name":'],
    ['two documents', '{"name":"a"}{"name":"b"}'],
    ['a comma too many', '{"name":"a",}'],
    ['NaN', '{"name":NaN}'],
    ['no JSON at all', 'name=a'],
    ['NUL bytes', '\0\0\0'],
  ])('that is malformed (%s) is a 400', async (_, body) => {
    expect(await post(body)).toMatchObject({ status: 400, body: { code: 'malformed-json' } });
  });

  it.each([
    ['windows-1256', Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xce, 0xc8, 0xd1]), Buffer.from('"}')])],
    ['half a letter', Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xd8]), Buffer.from('"}')])],
    [
      'a surrogate in bytes',
      Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]),
    ],
    ['UTF-16', Buffer.from('\ufeff{"name":"خبر"}', 'utf16le')],
  ])('that is not UTF-8 (%s) is a 400, and nothing of it is stored', async (_, body) => {
    const before = await count();
    const answer = await post(body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'malformed-encoding', title: 'The body is not UTF-8' } });
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(await count()).toBe(before);
  });

  it('may begin with a byte order mark, and contain U+FFFD that somebody wrote', async () => {
    const answer = await post(Buffer.from('\ufeff{"name":"علامة \ufffd"}'));
    expect(answer).toMatchObject({ status: 201, body: { name: 'علامة \ufffd' } });
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'x',
  ])('of the type %s is a 415', async (type) => {
    expect(await post('{"name":"a"}', { 'content-type': type })).toMatchObject({
      status: 415,
      body: { code: 'unsupported-media-type' },
    });
  });

  it('that is compressed is a 415 which says that it may not be', async () => {
    for (const body of ['{"name":"a"}', gzipSync('{"name":"a"}')]) {
      const answer = await post(body, { ...jsonType, 'content-encoding': 'gzip' });
      expect(answer).toMatchObject({ status: 415, body: { code: 'unsupported-media-type' } });
      expect(answer.headers['accept-encoding']).toBe('identity');
    }
    for (const encoding of ['identity', ' Identity '])
      expect(
        (await post({ name: `كما هو ${encoding.length}` }, { ...jsonType, 'content-encoding': encoding })).status,
      ).toBe(201);
  });

  it.each([
    ['NUL', '{"name":"a\\u0000b"}', '/name'],
    ['a lone surrogate', '{"name":"\\ud83d"}', '/name'],
    ['NUL in a name', '{"a\\u0000":1}', '/a\0'],
  ])('with %s is refused where it is', async (_, body, pointer) => {
    expect((await post(body)).body.errors).toMatchObject([{ in: 'body', pointer, code: 'invalid_text' }]);
  });

  it.each([
    ['{"name":"a","__proto__":{"role":"admin"}}', '/__proto__'],
    ['{"name":"a","constructor":{"prototype":{"role":"admin"}}}', '/constructor'],
  ])('may not carry %s', async (body, pointer) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toMatchObject([{ pointer, code: 'reserved_key' }]);
    expect(({} as Record<string, unknown>).role).toBeUndefined();
  });

  it('may not carry __proto__ deep in the fields of an article that are free', async () => {
    const answer = await post(
      '{"headline":"خبر","custom":{"a":{"__proto__":{"b":1}}}}',
      jsonType,
      '/v1/editorial/articles',
    );
    expect(answer.body.errors).toMatchObject([{ pointer: '/custom/a/__proto__', code: 'reserved_key' }]);
    // A racing team has one, and nobody's objects are changed by it.
    const custom = { constructor: 'فيراري', a: { constructor: { name: 'فيراري' } } };
    const kept = await post({ headline: 'خبر', custom }, jsonType, '/v1/editorial/articles');
    expect([kept.status, kept.body.custom]).toEqual([201, custom]);
  });

  it('nested too deeply is a 400, at whatever depth', async () => {
    for (const depth of [65, 10_000, 200_000]) {
      const answer = await post(`{"name":${'['.repeat(depth)}${']'.repeat(depth)}}`);
      expect(answer.body.errors).toMatchObject([{ code: 'too_deep' }]);
    }
  });

  it('that is too large is a 413 that names the limit', async () => {
    for (const size of [1_048_577, 10_000_000]) {
      const answer = await post(`{"name":"${'أ'.repeat(size / 2)}"}`);
      expect(answer).toMatchObject({ status: 413, body: { code: 'payload-too-large' } });
      expect(answer.body.detail).toBe('At most 1048576 bytes are accepted here.');
    }
  });

  it('of somebody without a token is a 413 beyond 64 KiB, and the longest comment is not', async () => {
    const answerTo = async (url: string, body: string) => {
      const { status, body: problem } = await room.call(url, {
        method: 'POST',
        body,
        headers: { 'accept-language': 'en', ...jsonType },
      });
      return `${status} ${problem.detail}`;
    };
    for (const url of ['/v1/articles/x/comments', '/v1/articles/x/views', '/v1/editorial/sessions']) {
      expect(await answerTo(url, `"${'a'.repeat(65_534)}"`)).toMatch(/^400 /);
      expect(await answerTo(url, `"${'a'.repeat(65_535)}"`)).toBe('413 At most 65536 bytes are accepted here.');
    }
    const escaped = (letters: number) => '\\u0627'.repeat(letters);
    const comment = `{"body":"${escaped(5000)}","author":{"name":"${escaped(200)}"}}`;
    expect(await answerTo('/v1/articles/x/comments', comment)).toMatch(/^404 /);
  });

  it('of anyone is a 413 beyond the limit of the settings, where that is less', async () => {
    const strict = await openNewsroom(engine, { KHABAR_BODY_LIMIT: '1024' });
    const body = `{"body":"${'أ'.repeat(600)}","author":{"name":"قارئ"}}`;
    const options = { method: 'POST', body, headers: jsonType } as const;
    expect((await strict.call('/v1/articles/x/comments', options)).status).toBe(413);
    await strict.close();
  });

  it('of a wrong type or with unknown fields is told field by field', async () => {
    const answer = await post({ name: 5, colour: 'red', 'a/b~c': 1 });
    expect(answer.status).toBe(400);
    expect(answer.body.errors.map((each: { pointer: string; code: string }) => [each.pointer, each.code])).toEqual([
      ['/name', 'invalid_type'],
      ['/colour', 'unknown_field'],
      ['/a~1b~0c', 'unknown_field'],
    ]);
    for (const body of ['[]', '"a"', '5', 'null', 'true']) expect((await post(body)).status).toBe(400);
  });

  it('is checked to its end although a part of it is wrong already', async () => {
    const options = { as: 'admin', method: 'PATCH', headers: { 'if-match': '*' } } as const;
    const answer = await room.call('/v1/editorial/settings', { ...options, body: { baseUrl: 'ليس عنوانًا' } });
    expect(answer.body).toMatchObject({ code: 'invalid-request', errors: [{ pointer: '/baseUrl' }] });
  });

  it('that is missing is a 400 where one is needed, and no fault where none is', async () => {
    const missing = await post('');
    expect(missing).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
    const made = await post({ name: 'سيُحذف' });
    const url = `${tags}/${made.body.id}`;
    const headers = { ...jsonType, 'if-match': made.etag };
    expect((await room.call(url, { as: 'admin', method: 'DELETE', headers })).status).toBe(204);
  });

  it('where none is taken is a 400 before anything is done, unless it says nothing', async () => {
    const article = await post({ headline: 'خبر' }, jsonType, '/v1/editorial/articles');
    const url = `/v1/editorial/articles/${article.body.id}`;
    for (const body of [{ publishAt: '2030-01-01T00:00:00Z' }, ['x'], [], '"x"', '5']) {
      const answers = [
        await post(body, jsonType, `${url}/publish`),
        await room.call(url, { as: 'admin', method: 'DELETE', body, headers: { ...jsonType, 'if-match': '*' } }),
      ];
      for (const answer of answers)
        expect(answer.body).toMatchObject({ status: 400, errors: [{ pointer: '', code: 'unexpected_body' }] });
    }
    expect((await room.call(url, { as: 'admin' })).body.status).toBe('draft');
    for (const body of [{}, '']) expect((await post(body, jsonType, `${url}/publish`)).status).toBe(200);
  });

  it('with a million elements is refused quickly, with few errors told', async () => {
    const started = performance.now();
    const answer = await post(`{"name":[${'{},'.repeat(200_000)}{}]}`);
    expect(answer.status).toBe(400);
    expect(answer.text.length).toBeLessThan(20_000);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
