import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Press, pressOf } from '../publishing/press.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';

describeEachEngine('an article in other forms', (engine) => {
  let room: Newsroom;
  let press: Press;
  let article: { id: string; slug: string };
  beforeAll(async () => {
    room = await openNewsroom(engine, { KHABAR_BASE_URL: 'https://sham.example' });
    press = pressOf(room);
    article = await press.article({ headline: 'سوريا توقع إعلان تعاون', lead: 'وقعت سوريا إعلان تعاون سياسي.' });
  });
  afterAll(() => room.close());

  const forms = {
    ninjs: 'application/ninjs+json; charset=utf-8',
    jsonld: 'application/ld+json; charset=utf-8',
    html: 'text/html; charset=utf-8',
    markdown: 'text/markdown; charset=utf-8',
    text: 'text/plain; charset=utf-8',
  };

  it.each(Object.entries(forms))('has %s as its form, with the headers of its JSON', async (form, type) => {
    const answer = await press.get(article.id, `?format=${form}`);
    expect([answer.status, answer.headers['content-type']]).toEqual([200, type]);
    expect(answer.text).toContain('سوريا توقع إعلان تعاون');
    expect(answer.headers).toMatchObject({
      ...{ vary: 'accept-encoding', 'content-language': 'ar', 'surrogate-key': `article:${article.id}` },
      'cache-control': expect.stringContaining('s-maxage'),
    });
    expect((await press.get(article.slug, `?format=${form}`)).etag).toBe(answer.etag);
    const known = await press.get(article.id, `?format=${form}`, { 'if-none-match': answer.etag });
    expect([known.status, known.text]).toEqual([304, '']);
    const head = await room.call(`/v1/articles/${article.id}?format=${form}`, { method: 'HEAD' });
    expect([head.status, head.text, head.etag]).toEqual([200, '', answer.etag]);
    expect(head.headers['content-length']).toBe(String(Buffer.byteLength(answer.text)));
  });

  it('is not for search engines where the article is not, and until then says nothing of them', async () => {
    const { id } = await press.article({ seo: { noIndex: true } });
    const sections = `/v1/articles/${id}/sections`;
    const robots = async (path: string) => (await room.call(path)).headers['x-robots-tag'];
    const paths = [
      sections,
      ...['', ...Object.keys(forms)].map((form) => `/v1/articles/${id}?format=${form || 'json'}`),
    ];
    for (const path of [...paths, `/v1/articles/${id}`]) expect([path, await robots(path)]).toEqual([path, 'noindex']);
    expect(await robots(`/v1/articles/${article.id}`)).toBeUndefined();
    await press.patch(id, { seo: null });
    await press.publish(id);
    for (const path of paths) expect([path, await robots(path)]).toEqual([path, undefined]);
  });

  it('is chosen by Accept under one address, each form kept apart from the other', async () => {
    const asked = [
      ['application/ninjs+json', forms.ninjs],
      [undefined, 'application/json; charset=utf-8'],
      ['application/ld+json', forms.jsonld],
      ['*/*', 'application/json; charset=utf-8'],
      ['application/ld+json; profile="http://www.w3.org/ns/json-ld#compacted", */*;q=0.1', forms.jsonld],
      ['application/json, application/ld+json', 'application/json; charset=utf-8'],
      ['application/json;q=0.5, application/ninjs+json;q=0.9, application/ld+json;q=0.8', forms.ninjs],
      ['application/ninjs+json;q=0, application/json', 'application/json; charset=utf-8'],
      ['Application/NINJS+JSON', forms.ninjs],
      ['application/ld+json, */*', forms.jsonld],
      ['*/*, application/ninjs+json;q=0.1', 'application/json; charset=utf-8'],
      ['application/*, application/ninjs+json;q=0.9', 'application/json; charset=utf-8'],
      ['application/ld+json;q=0.5, application/*;q=0.1, */*;q=0.9', forms.jsonld],
    ] as const;
    const tags = new Map<string, string>();
    // The second time every answer is one that was kept.
    for (const _ of [1, 2])
      for (const [accept, type] of asked) {
        const answer = await press.get(article.id, '', accept === undefined ? {} : { accept });
        expect([accept, answer.headers['content-type'], answer.headers.vary]).toEqual([
          ...[accept, type, 'accept, accept-encoding'],
        ]);
        expect(tags.get(type) ?? answer.etag).toBe(answer.etag);
        tags.set(type, answer.etag);
      }
    expect(new Set(tags.values()).size).toBe(3);
    const ninjs = String(tags.get(forms.ninjs));
    const stale = await press.get(article.id, '', { accept: 'application/json', 'if-none-match': ninjs });
    expect(stale.status).toBe(200);
  });

  it('is JSON whatever Accept says where a parameter asks for something of the JSON', async () => {
    const accept = { accept: 'application/ninjs+json' };
    for (const query of ['?fields=id', '?render=html', '?display=ar-SY', '?format=json']) {
      const answer = await press.get(article.id, query, accept);
      expect([query, answer.headers['content-type']]).toEqual([query, 'application/json; charset=utf-8']);
      expect(answer.headers.vary).toBe('accept-encoding');
    }
    const asked = await press.get(article.id, '?format=text', accept);
    expect(asked.headers['content-type']).toBe(forms.text);
  });

  it('refuses a form with what only JSON has, and one that there is not', async () => {
    for (const query of ['format=ninjs&fields=id', 'format=html&render=html', 'format=text&display=ar', 'format=pdf']) {
      const answer = await press.get(article.id, `?${query}`);
      expect([query, answer.status, answer.headers['content-type']]).toEqual([
        ...[query, 400, 'application/problem+json; charset=utf-8'],
      ]);
      expect(answer.body.errors[0].path ?? answer.body.errors[0].pointer ?? answer.text).toContain('format');
    }
    const fine = await press.get(article.id, '?format=json&fields=id');
    expect(fine.body).toEqual({ id: article.id });
  });

  it('changes with what it shows, at once', async () => {
    const author = await press.term('authors', 'ليلى حداد');
    const { id, slug } = await press.article({ headline: 'خبر يتغير', authors: [author.id] });
    const forms = ['ninjs', 'jsonld', 'html', 'markdown'];
    const all = async () =>
      (await Promise.all(forms.map((form) => press.get(id, `?format=${form}`)))).map(({ text }) => text);
    for (const text of await all()) expect(text).toContain('ليلى حداد');
    await press.change('authors', author.id, { name: 'ليلى الحداد' });
    for (const text of await all()) expect(text).toContain('ليلى الحداد');
    await press.patch(id, { headline: 'خبر تغير', slug: 'خبر-تغير' });
    await press.publish(id);
    for (const text of await all()) expect(text).toContain('خبر تغير');
    const moved = await press.get(slug, '?format=html');
    expect([moved.status, moved.headers.location]).toEqual([
      ...[308, `/v1/articles/${encodeURIComponent('خبر-تغير')}?format=html`],
    ]);
    await press.unpublish(id);
    expect((await press.get(id, '?format=html')).status).toBe(404);
    await press.publish(id);
    await press.kill(id);
    const gone = await press.get(id, '', { accept: 'application/ninjs+json' });
    expect([gone.status, gone.headers['content-type']]).toEqual([410, 'application/problem+json; charset=utf-8']);
    expect((await press.get('لا-شيء', '?format=jsonld')).status).toBe(404);
  });
});

describeEachEngine('an article in other forms, on a site without an address', (engine) => {
  let room: Newsroom;
  let press: Press;
  let id: string;
  beforeAll(async () => {
    room = await openNewsroom(engine);
    press = pressOf(room);
    ({ id } = await press.article());
  });
  afterAll(() => room.close());

  it('has the address that it was asked at, for each who asks', async () => {
    for (const _ of [1, 2])
      for (const host of ['one.example', 'two.example:8080', '[::1]:3000']) {
        const answer = await press.get(id, '?format=jsonld', { host });
        expect(answer.body.url.startsWith(`http://${host}/articles/${id}/`)).toBe(true);
      }
  });

  it('is kept for each of them until something changes', async () => {
    const hosts = ['one.example', 'two.example'];
    const ask = async (path: string, host: string) => (await room.call(path, { headers: { host } })).headers;
    const paths = [`/v1/articles/${id}?format=html`, '/feeds/rss.xml'];
    const seen = async () => Promise.all(paths.flatMap((path) => hosts.map((host) => ask(path, host))));
    const before = await seen();
    expect(new Set(before.map((headers) => headers['last-modified'])).has(undefined)).toBe(false);
    // A change that nobody is told of shows what is made anew.
    const { publications } = room.db.tables;
    const inEnglish = { locale: 'en', updatedAt: new Date('2030-01-01T00:00:00Z') };
    await room.db.write((tx) => tx.update(publications).set(inEnglish));
    const kept = await seen();
    expect(kept.map(({ etag, 'content-language': language }) => [etag, language])).toEqual(
      before.map(({ etag, 'content-language': language }) => [etag, language]),
    );
    expect((await ask(paths[0] ?? '', 'three.example'))['content-language']).toBe('en');
    await room.db.write(async (tx) => tx.announce('everything'));
    expect((await ask(paths[0] ?? '', 'one.example'))['content-language']).toBe('en');
  });

  it('refuses a host that is none', async () => {
    for (const host of ['a b', 'one.example:99999', '[::1', 'a/b', 'user@one.example', 'a?b', 'a#b']) {
      const answer = await press.get(id, '?format=ninjs', { host });
      expect([host, answer.status, answer.body.code]).toEqual([host, 400, 'malformed-request']);
      expect(answer.body.detail).toContain('Host');
    }
    // JSON has no address of this server in it.
    expect((await press.get(id, '', { host: '[::1' })).status).toBe(200);
  });
});
