import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';

const articles = '/v1/editorial/articles';

describeEachEngine('a request', (engine) => {
  let room: Newsroom;
  beforeAll(async () => {
    room = await openNewsroom(engine);
  });
  afterAll(() => room.close());

  const get = (url: string, headers: Record<string, string> = {}) =>
    room.call(url, { as: 'admin', headers: { 'accept-language': 'en', ...headers } });

  it('for an address that has other methods is a 405 with Allow, for none a 404', async () => {
    const put = await room.call('/v1/articles', { method: 'PUT', body: 'nonsense' });
    expect(put).toMatchObject({ status: 405, body: { code: 'method-not-allowed' } });
    expect(put.headers.allow).toBe('GET, HEAD');
    const item = await room.call(`${articles}/${uuid()}`, { as: 'admin', method: 'POST', body: {} });
    expect([item.status, item.headers.allow]).toEqual([405, 'DELETE, GET, HEAD, PATCH']);
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const)
      expect((await room.call('/v1/nothing', { method })).status).toBe(404);
    expect((await room.call('/v1/articles/', { method: 'PUT' })).status).toBe(404);
  });

  it('that takes no JSON is a 406 where there is nothing else', async () => {
    for (const accept of [
      'text/html',
      'application/xml, text/*;q=0.5',
      'application/json;q=0',
      'application/ld+json;q=0',
      '*/*, application/json;q=0',
    ])
      for (const at of ['/v1/articles', '/v1/articles/x'])
        expect(await get(at, { accept })).toMatchObject({ status: 406, body: { code: 'not-acceptable' } });
    expect((await get('/v1/articles/x?format=html', { accept: 'text/html' })).status).toBe(404);
    for (const accept of [
      '*/*',
      'application/*',
      'text/html, */*;q=0.1',
      'application/json; charset=utf-8',
      'application/ld+json',
      ...['', 'application/json;q=.9', '*/*;q=0.12345', '*/*;q=1.0000'],
      // What Java sends of itself.
      'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2',
    ])
      expect([accept, (await get('/v1/articles', { accept })).status]).toEqual([accept, 200]);
    expect((await get('/openapi.yaml', { accept: 'text/html' })).status).toBe(200);
  });

  it.each([
    ['/v1/articles?limit=0', '/limit'],
    ['/v1/articles?limit=101', '/limit'],
    ['/v1/articles?limit=99999999999999999999', '/limit'],
    ['/v1/articles?limit=-1', '/limit'],
    ['/v1/articles?limit=1e1', '/limit'],
    ['/v1/articles?limit=%D9%A1%D9%A0', '/limit'],
    ['/v1/articles?limit=', '/limit'],
    ['/v1/articles?colour=red', '/colour'],
    ['/v1/articles?__proto__=x', '/__proto__'],
    ['/v1/articles?constructor=x', '/constructor'],
    ['/v1/articles?limit[]=5', '/limit[]'],
  ])('with the query of %s is a 400 about the parameter', async (url, pointer) => {
    const answer = await get(url);
    expect(answer.status).toBe(400);
    expect(answer.body.errors[0]).toMatchObject({ in: 'query', pointer });
  });

  it('may give a parameter only once', async () => {
    expect((await get('/v1/articles?limit=1&limit=2')).body.errors).toEqual([
      { in: 'query', pointer: '/limit', code: 'repeated', message: 'It may be given only once.' },
    ]);
    for (const [name, value] of Object.entries({ sort: 'publishedAt', include: 'sections', count: 'exact' }))
      expect((await get(`/v1/articles?${name}=${value}&${name}=${value}`)).body.errors).toMatchObject([
        { pointer: `/${name}`, code: 'repeated' },
      ]);
  });

  it('hears of everything that is missing, of what has few values too', async () => {
    const answer = await room.call('/v1/editorial/users', { as: 'admin', body: {} });
    expect(answer.body.errors).toMatchObject(
      ['/email', '/name', '/role', '/password'].map((pointer) => ({ in: 'body', pointer, code: 'required' })),
    );
  });

  it.each(['bm9uc2Vuc2U', 'e30', 'W10', 'WyJ4IiwxXQ', '%00', '../../etc/passwd', 'أ', 'A'.repeat(2001)])(
    'with the forged cursor %s is a 400',
    async (cursor) => {
      for (const list of ['/v1/articles', articles, '/v1/editorial/tags'])
        expect((await get(`${list}?cursor=${encodeURI(cursor)}`)).status).toBe(400);
    },
  );

  it('with a cursor of another list, or another filter, is a 400', async () => {
    for (const name of ['أول', 'ثان', 'ثالث'])
      await room.call('/v1/editorial/tags', { as: 'admin', body: { name: `وسم ${name}` } });
    const { next } = (await get('/v1/editorial/tags?limit=1')).body.page;
    expect((await get(`/v1/editorial/tags?limit=1&cursor=${next}`)).status).toBe(200);
    for (const url of [`/v1/editorial/categories?cursor=${next}`, `${articles}?cursor=${next}`])
      expect(await get(url)).toMatchObject({ status: 400, body: { code: 'invalid-cursor' } });
  });

  it.each(['%00', '%ff', '%D8', '%', '%zz', '%ED%A0%80'])(
    'with %s in its path or query is a 4xx, never found',
    async (text) => {
      expect((await get(`/v1/articles/${text}`)).status).toBeOneOf([400, 404]);
      const answer = await get(`${articles}?q=${text}`);
      expect(answer.status).toBe(400);
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    },
  );

  it('says which of path and query is not UTF-8', async () => {
    const path = await get('/v1/articles/%ff');
    expect(path.body).toMatchObject({
      code: 'malformed-request',
      detail: 'The path is not valid percent-encoded UTF-8.',
    });
    const query = await get(`${articles}?q=%ff`);
    expect(query.body).toMatchObject({
      code: 'malformed-request',
      detail: 'The query string is not valid percent-encoded UTF-8.',
    });
  });

  it('for an unknown or impossible id is a 404 or 400', async () => {
    expect((await get(`${articles}/${uuid()}`)).status).toBe(404);
    expect((await get(`${articles}/__proto__`)).status).toBe(400);
    expect((await get('/v1/articles/constructor')).status).toBe(404);
    expect((await get(`/v1/articles/${'x'.repeat(999)}`)).status).toBeOneOf([400, 404]);
    expect(await get(`/v1/articles/${'x'.repeat(1001)}`)).toMatchObject({
      status: 414,
      body: { code: 'uri-too-long' },
    });
  });

  it('against a stale, forged or missing version changes nothing', async () => {
    const made = await room.call('/v1/editorial/tags', { as: 'admin', body: { name: 'وسم ثابت' } });
    const url = `/v1/editorial/tags/${made.body.id}`;
    const patch = (headers: Record<string, string>) =>
      room.call(url, { as: 'admin', method: 'PATCH', body: { name: 'تغيّر' }, headers });
    expect((await patch({})).status).toBe(428);
    for (const tag of [
      '"v2"',
      '"v999999999"',
      '"v-1"',
      'v1',
      'W/"v1"',
      '""',
      '"v2", "v3"',
      'W/"v1", v1',
      `"v${'9'.repeat(400)}"`,
    ])
      expect([tag, (await patch({ 'if-match': tag })).status]).toEqual([tag, 412]);
    expect((await get(url)).body).toMatchObject({ name: 'وسم ثابت', version: made.body.version });
    expect((await patch({ 'if-match': made.etag })).status).toBe(200);
  });

  it('may name several versions, and is made to whichever of them there is (RFC 9110, 13.1.1)', async () => {
    const create = async (url: string, body: object) => (await room.call(url, { as: 'admin', body })).body;
    const article = await create(articles, { headline: 'نسخ' });
    const sections = `${articles}/${article.id}/sections`;
    const section = await create(sections, { heading: 'قسم' });
    const [tag, gone] = [
      await create('/v1/editorial/tags', { name: 'وسم النسخ' }),
      await create('/v1/editorial/tags', { name: 'وسم عابر' }),
    ];
    const user = await create('/v1/editorial/users', {
      ...{ email: 'sami@example.org', name: 'سامي', role: 'editor', password: 'كلمة مرور طويلة' },
    });
    const key = await create('/v1/editorial/api-keys', { name: 'مفتاح', role: 'editor' });
    const order = await get(sections);
    for (const [method, url, body] of [
      ['PATCH', `/v1/editorial/tags/${tag.id}`, { name: 'وسم آخر' }],
      ['DELETE', `/v1/editorial/tags/${gone.id}`, undefined],
      ['PATCH', `${articles}/${article.id}`, { urgency: 2 }],
      ['PATCH', `${sections}/${section.id}`, { heading: 'قسم آخر' }],
      ['PUT', `${sections}/order`, { ids: order.body.data.map(({ id }: { id: string }) => id) }],
      ['PATCH', `/v1/editorial/users/${user.id}`, { name: 'سامي آخر' }],
      ['PATCH', `/v1/editorial/api-keys/${key.id}`, { name: 'مفتاح آخر' }],
      ['PATCH', '/v1/editorial/settings', { months: 'dual' }],
      ['POST', `${articles}/${article.id}/publish`, undefined],
    ] as const) {
      const { etag } = url.endsWith('/order') ? order : await get(url.replace(/\/publish$/, ''));
      const change = (tags: string) =>
        room.call(url, { as: 'admin', method, ...(body && { body }), headers: { 'if-match': tags } });
      const statuses = async (tags: string) =>
        (await Promise.all([change(tags), change(tags)])).map((each) => each.status);
      expect([url, await statuses('"v77", "of something else"')]).toEqual([url, [412, 412]]);
      // Of two at once one comes first, and then there is none of these any more.
      const [first, second] = (await statuses(`"v77", ${etag},"x"`)).sort();
      expect([url, first, second]).toEqual([url, expect.toBeOneOf([200, 204]), method === 'DELETE' ? 404 : 412]);
    }
  });

  it.each(['', ' ', 'ط', 'a b', 'x'.repeat(201)])('with the Idempotency-Key «%s» is a 400', async (key) => {
    const answer = await room.call('/v1/editorial/tags', {
      as: 'admin',
      body: { name: 'وسم لا يُنشأ' },
      headers: { 'idempotency-key': key },
    });
    expect(answer.body.errors).toMatchObject([{ in: 'headers', pointer: '/idempotency-key' }]);
  });
});
