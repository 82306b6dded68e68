import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { publishedArticle } from '../../src/delivery/schemas.ts';
import { type Press, pressOf } from '../publishing/press.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';

const nowhere = '01a20e40-06cb-7775-8f90-7b6643fe14d1';

describeEachEngine('a published article', (engine) => {
  let room: Newsroom;
  let press: Press;
  let full: { id: string; slug: string; body: Record<string, unknown> };
  beforeAll(async () => {
    room = await openNewsroom(engine, { KHABAR_BASE_URL: 'https://khabar.example' });
    press = pressOf(room);
    full = await wholeArticle();
  });
  afterAll(() => room.close());

  /** An article that has everything an article may have, and what readers must be answered. */
  async function wholeArticle() {
    const [category, tag, author] = [
      await press.term('categories', 'سياسة'),
      await press.term('tags', 'سوريا'),
      await press.term('authors', 'ليلى حداد'),
    ];
    const { id, slug } = await press.article({
      ...{ headline: 'سوريا توقع إعلان تعاون', kicker: 'عاجل', lead: 'وقعت سوريا إعلان تعاون.', locale: 'ar-SY' },
      ...{ source: { name: 'المصدر 7', url: 'https://source.example/1' }, dateline: 'دمشق', urgency: 2 },
      authors: [{ id: author.id, role: 'author' }],
      ...{ categoryId: category.id, tagIds: [tag.id], comments: { mode: 'closed' } },
      seo: { title: 'عنوان', noIndex: true },
      custom: { 'رقم الصفحة': 7, __proto__x: [1, null] },
      sections: [
        { heading: 'في دمشق', body: { markdown: 'نص **مهم** و[رابط](<https://a.example>).' } },
        { body: { text: 'نص' } },
      ],
    });
    const named = ({ id, name, slug }: { id: string; name: string; slug: string }) => ({ id, name, slug });
    const body = {
      ...{ id, slug: 'سوريا-توقع-إعلان-تعاون', locale: 'ar-SY', dir: 'rtl', headline: 'سوريا توقع إعلان تعاون' },
      ...{ kicker: 'عاجل', lead: 'وقعت سوريا إعلان تعاون.', dateline: 'دمشق', urgency: 2 },
      source: { name: 'المصدر 7', url: 'https://source.example/1' },
      authors: [{ ...named(author), role: 'author' }],
      ...{ category: named(category), tags: [named(tag)], comments: { mode: 'closed', count: 0 } },
      ...{ wordCount: 14, readingMinutes: 1, image: null },
      ...{ publishedAt: '2025-11-11T08:00:00.000Z', updatedAt: '2025-11-11T08:00:00.000Z' },
      url: `https://khabar.example/articles/${id}/${encodeURIComponent(slug)}`,
      iri: `https://khabar.example/articles/${id}/${slug}`,
      ...{ seo: { title: 'عنوان', noIndex: true }, custom: { 'رقم الصفحة': 7, __proto__x: [1, null] } },
    };
    return { id, slug, body };
  }

  it('answers every member, by id and by slug, and none that is not documented', async () => {
    for (const ref of [full.id, full.id.toUpperCase(), full.slug]) {
      const { status, body } = await press.get(ref);
      const { sections, ...rest } = body;
      expect(status).toBe(200);
      expect(rest).toEqual(full.body);
      expect(sections).toEqual([
        { id: expect.any(String), anchor: 'في-دمشق', heading: 'في دمشق', body: expect.any(Array) },
        { id: expect.any(String), anchor: expect.any(String), heading: null, body: expect.any(Array) },
      ]);
      expect(Object.keys(body).sort()).toEqual(
        Object.keys(publishedArticle.shape)
          .filter((key) => key !== 'display')
          .sort(),
      );
      expect(publishedArticle.safeParse(body).success).toBe(true);
    }
  });

  it('says how it may be kept, what it depends on, and its language', async () => {
    const { headers } = await press.get(full.id);
    const body = full.body as { category: { id: string }; tags: { id: string }[]; authors: { id: string }[] };
    const tags = [
      `article:${full.id}`,
      `author:${body.authors[0]?.id}`,
      `tag:${body.tags[0]?.id}`,
      `category:${body.category.id}`,
    ];
    expect(headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'content-language': 'ar-SY',
      'cache-control': 'public, max-age=0, s-maxage=60, stale-while-revalidate=600, stale-if-error=86400',
      'surrogate-key': tags.join(' '),
      'cache-tag': tags.join(','),
      vary: 'accept, accept-encoding',
      etag: expect.stringMatching(/^"[\w-]{32}"$/),
      'last-modified': expect.stringMatching(/ GMT$/),
    });
    expect(Date.parse(String(headers['last-modified']))).toBeLessThanOrEqual(Date.parse(String(headers.date)));
  });

  it('is found under every spelling of its slug', async () => {
    const { slug } = await press.article({ slug: 'القمّة-العربيّة' });
    const encoded = encodeURIComponent(slug);
    const lower = encoded.toLowerCase();
    expect(lower).not.toBe(encoded);
    for (const ref of [
      encoded,
      lower,
      ...['القمة-العربية', 'القـــمة-العربية', 'القمه-العربيه'].map(encodeURIComponent),
    ])
      expect([ref, (await room.call(`/v1/articles/${ref}`)).status]).toEqual([ref, 200]);
    const { slug: composed } = await press.article({ slug: 'آفاق-café' });
    for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD'])
      expect((await press.get(composed.normalize(form))).status).toBe(200);
  });

  it('moves with its slug: every slug it had leads to the one it has, with path and query kept', async () => {
    const { id } = await press.article({ slug: 'الأول' });
    for (const slug of ['الثاني', 'الثالث', 'الرابع']) {
      await press.patch(id, { slug });
      await press.publish(id);
    }
    const now = `/v1/articles/${encodeURIComponent('الرابع')}`;
    const section = `/sections/${nowhere}`;
    for (const old of ['الأول', 'الثاني', 'الثالث', 'الاول'])
      for (const rest of [
        '',
        '?fields=id&render=html',
        '/sections',
        '/sections?render=text',
        section,
        '/comments?sort=oldest',
      ]) {
        const answer = await room.call(`/v1/articles/${encodeURIComponent(old)}${rest}`);
        expect([answer.status, answer.headers.location]).toEqual([308, `${now}${rest}`]);
        expect([answer.headers['surrogate-key'], answer.text]).toEqual([expect.stringContaining(`article:${id}`), '']);
      }
    await press.patch(id, { slug: 'الأول' });
    await press.publish(id);
    expect((await press.get('الأول')).status).toBe(200);
    expect((await press.get('الرابع')).headers.location).toBe(`/v1/articles/${encodeURIComponent('الأول')}`);
    await press.unpublish(id);
    for (const ref of ['الأول', 'الرابع']) expect((await press.get(ref)).status).toBe(404);
  });

  it('is not found under the slug of a draft of it, also when it is withdrawn for good', async () => {
    const { id } = await press.article({ slug: 'المنشور' });
    await press.patch(id, { slug: 'القادم' });
    expect((await press.get('القادم')).status).toBe(404);
    expect((await press.get('المنشور')).status).toBe(200);
    await press.kill(id);
    expect((await press.get('القادم')).status).toBe(404);
    expect((await press.get('المنشور')).status).toBe(410);
  });

  it('is reached by an address in letters, as people type it, and by no half of one', async () => {
    const base = new URL(await room.app.listen({ port: 0, host: '127.0.0.1' }));
    const ask = (target: string) =>
      new Promise<string>((resolve, reject) => {
        let text = '';
        const socket = connect(Number(base.port), base.hostname, () =>
          socket.write(`GET ${target} HTTP/1.1\r\nHost: khabar.example\r\nConnection: close\r\n\r\n`),
        );
        socket
          .on('data', (data) => (text += data))
          .on('end', () => resolve(text))
          .on('error', reject);
      });
    const raw = await ask(`/v1/articles/${full.slug}`);
    expect(raw).toMatch(/^HTTP\/1\.1 200 /);
    expect(JSON.parse(raw.split('\r\n\r\n')[1] ?? '')).toMatchObject({ id: full.id });
    expect(await ask(`/v1/articles/${full.slug.normalize('NFD')}?fields=id`)).toContain(full.id);
    expect(await ask(`/v1/articles/${full.slug}?unknown=نعم`)).toMatch(/^HTTP\/1\.1 400 /);
    const smuggled = `/v1/articles/${full.slug} HTTP/1.1\r\nHost: khabar.example\r\nContent-Length: 4\r\n\r\nGET /x`;
    expect(await ask(smuggled)).toMatch(/^HTTP\/1\.1 400 /);
    expect(await ask(`/v1/articles/${encodeURIComponent(full.slug)}`)).toMatch(/^HTTP\/1\.1 200 /);
    const broken = await ask('/v1/articles/%D8%ZZ');
    expect(broken).toMatch(/^HTTP\/1\.1 400 /);
    expect(broken).toContain('application/problem+json');
    expect(await ask('/v1/articles/%D8')).toMatch(/^HTTP\/1\.1 4/);
  });

  it('shows sections in the forms that are asked for, and only those', async () => {
    const forms = {
      html: 'نص <strong>مهم</strong> و<a href="https://a.example" rel="noopener">رابط</a>.',
      markdown: 'نص **مهم** و[رابط](<https://a.example>).',
      text: 'نص مهم ورابط.',
    };
    for (const [form, expected] of Object.entries(forms)) {
      const { body } = await press.get(full.id, `?render=${form}`);
      const [section] = body.sections;
      expect(Object.keys(section)).toEqual(['id', 'anchor', 'heading', 'body', form]);
      expect(section[form]).toContain(expected);
      const list = (await room.call(`/v1/articles/${full.id}/sections?render=${form}`)).body;
      expect(list).toEqual({ data: body.sections, page: { next: null, limit: 2 } });
      const one = await room.call(`/v1/articles/${full.id}/sections/${section.id.toUpperCase()}?render=${form}`);
      expect(one.body).toEqual(section);
    }
    expect((await room.call(`/v1/articles/${full.id}/sections/${nowhere}`)).status).toBe(404);
    expect((await room.call(`/v1/articles/${full.id}/sections/x`)).status).toBe(400);
    const bare = await press.article();
    expect((await room.call(`/v1/articles/${bare.id}/sections`)).body).toEqual({
      data: [],
      page: { next: null, limit: 1 },
    });
  });

  it('leaves out what is not asked for, and adds words where they are', async () => {
    const { body } = await press.get(full.id, '?fields=id,headline,comments');
    expect(body).toEqual({ id: full.id, headline: full.body.headline, comments: full.body.comments });
    const words = (await press.get(full.id, '?display=ar-SY&fields=display')).body;
    expect(words).toEqual({ display: expect.objectContaining({ locale: 'ar-SY', comments: 'لا تعليقات' }) });
  });

  it('refuses what it does not know, in the query and in the path', async () => {
    for (const query of [
      '?x=1',
      '?fields=',
      '?fields=id,',
      '?fields=password',
      '?render=pdf',
      '?display=zh',
      '?render=html&render=text',
    ]) {
      const answer = await press.get(full.id, query);
      expect([query, answer.status, answer.body.code]).toEqual([query, 400, 'invalid-request']);
    }
    for (const ref of [nowhere, 'لا-شيء', '؟', '..', ' ', 'x'.repeat(900)])
      expect([ref, (await press.get(ref)).status]).toEqual([ref, 404]);
    expect((await room.call('/v1/articles/%00')).status).toBe(400);
    expect((await press.get('x'.repeat(1001))).status).toBe(414);
  });

  it('is answered to HEAD with the headers of GET and nothing else', async () => {
    for (const headers of [{}, { 'accept-encoding': 'gzip' }, { 'accept-encoding': 'br' }]) {
      const url = `/v1/articles/${full.id}`;
      const [get, head] = [
        await room.app.inject({ url, headers }),
        await room.app.inject({ method: 'HEAD', url, headers }),
      ];
      expect([head.statusCode, head.body]).toEqual([200, '']);
      const { date: _date, ...expected } = get.headers;
      expect(head.headers).toMatchObject(expected);
      expect(get.headers['content-length']).toBe(String(get.rawPayload.length));
      const known = { ...headers, 'if-none-match': String(get.headers.etag) };
      const unchanged = await room.app.inject({ method: 'HEAD', url, headers: known });
      expect([unchanged.statusCode, unchanged.body]).toEqual([304, '']);
      expect(unchanged.headers['content-length']).toBe(get.headers['content-length']);
      const bare = await room.app.inject({ url, headers: known });
      expect([bare.statusCode, bare.body, bare.headers['content-length']]).toEqual([304, '', undefined]);
    }
    expect((await room.call(`/v1/articles/${nowhere}`, { method: 'HEAD' })).status).toBe(404);
  });
});
