import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { publishMany } from '../delivery/many.ts';
import { type Press, pressOf } from '../publishing/press.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { readXml } from './xml.ts';

const settingsUrl = '/v1/editorial/settings';
const files = ['rss.xml', 'atom.xml', 'feed.json'];
const titles: Record<string, string> = { 'rss.xml': '//item/title', 'atom.xml': '//atom:entry/atom:title' };

describeEachEngine('feeds', (engine) => {
  let room: Newsroom;
  let press: Press;
  beforeAll(async () => {
    room = await openNewsroom(engine, { KHABAR_BASE_URL: 'https://sham.example', KHABAR_SITE_NAME: 'صحيفة الشام' });
    press = pressOf(room);
  });
  afterAll(() => room.close());
  // Each test's articles are newer than those of the tests before it.
  beforeEach(() => room.pass(60_000));

  const get = (path: string, headers: Record<string, string> = {}) =>
    room.call(encodeURI(`/feeds/${path}`), { headers });
  async function set(body: object) {
    expect((await press.send('PATCH', settingsUrl, body, 'admin')).status).toBe(200);
  }
  /** The headlines in a feed, newest first. */
  async function headlines(folder: string, file = 'feed.json'): Promise<string[]> {
    const answer = await get(folder + file);
    if (answer.status !== 200) throw new Error(answer.text);
    const path = titles[file];
    return path ? readXml(answer.text).values(path) : answer.body.items.map(({ title }: { title: string }) => title);
  }

  it('write nothing to the database, but for the id that the first Atom feed of the site gives it', async () => {
    const { settings } = room.db.tables;
    const stored = () => room.db.read.$count(settings);
    for (const file of ['rss.xml', 'feed.json']) expect((await get(file)).status).toBe(200);
    expect(await stored()).toBe(0);
    expect((await get('atom.xml')).status).toBe(200);
    expect(await stored()).toBe(1);
  });

  it('are answered in each format with its type, tags, ETag and HEAD', async () => {
    const { id } = await press.article({ headline: 'خبر للخلاصات' });
    const types = ['application/rss+xml', 'application/atom+xml', 'application/feed+json'];
    for (const [index, file] of files.entries()) {
      const answer = await get(file);
      expect([answer.status, answer.headers['content-type']]).toEqual([200, `${types[index]}; charset=utf-8`]);
      expect(answer.headers).toMatchObject({ vary: 'accept-encoding', 'content-language': 'ar' });
      expect(String(answer.headers['surrogate-key']).split(' ')).toEqual(
        expect.arrayContaining(['list', `article:${id}`]),
      );
      const known = await get(file, { 'if-none-match': answer.etag });
      expect([known.status, known.text]).toEqual([304, '']);
      const head = await room.call(`/feeds/${file}`, { method: 'HEAD' });
      expect([head.status, head.text, head.etag]).toEqual([200, '', answer.etag]);
      expect((await headlines('', file))[0]).toBe('خبر للخلاصات');
    }
    expect((await get('feed.xml')).status).toBe(404);
  });

  it('do not care for parameters that others add, and are not made again for them', async () => {
    const tag = await press.term('tags', 'الحملة');
    await press.article({ headline: 'خبر الحملة', tagIds: [tag.id] });
    const rows = vi.spyOn(room.db.read, 'rows');
    for (const path of files.flatMap((file) => [file, `tags/${tag.slug}/${file}`])) {
      const plain = await get(path);
      const before = rows.mock.calls.length;
      for (const more of [
        '?',
        '?utm_source=x',
        '?utm_source=x&utm_source=y',
        '?limit=3&a=%D8%B3',
        '?q=%D3%E6%D1%ED%C7',
        '?a=%00',
        '?%',
        '#top',
      ]) {
        const answer = await room.call(encodeURI(`/feeds/${path}`) + more);
        expect([path, more, answer.status, answer.etag]).toEqual([path, more, 200, plain.etag]);
      }
      expect([path, rows.mock.calls.length]).toEqual([path, before]);
    }
    rows.mockRestore();
  });

  it('of a category hold what stands below it, and of a tag or an author what is theirs, by id and by slug', async () => {
    const [root, other, tag, author] = [
      await press.term('categories', 'عالم'),
      await press.term('categories', 'رياضة'),
      await press.term('tags', 'دمشق'),
      await press.term('authors', 'سامر الخطيب'),
    ];
    const child = (
      await room.call('/v1/editorial/categories', { as: 'editor', body: { name: 'آسيا', parentId: root.id } })
    ).body;
    await press.article({ headline: 'في العالم', categoryId: root.id });
    room.pass(1000);
    await press.article({ headline: 'في آسيا', categoryId: child.id, tagIds: [tag.id] });
    room.pass(1000);
    await press.article({ headline: 'في الملعب', categoryId: other.id, authors: [author.id] });
    const expected = {
      [`categories/${root.id}/`]: ['في آسيا', 'في العالم'],
      [`categories/${root.slug}/`]: ['في آسيا', 'في العالم'],
      [`categories/${child.slug}/`]: ['في آسيا'],
      [`categories/${other.id.toUpperCase()}/`]: ['في الملعب'],
      [`tags/${tag.id}/`]: ['في آسيا'],
      [`tags/${tag.slug}/`]: ['في آسيا'],
      [`authors/${author.slug}/`]: ['في الملعب'],
    };
    for (const [folder, shown] of Object.entries(expected))
      for (const file of files) expect([folder, file, await headlines(folder, file)]).toEqual([folder, file, shown]);
    // However it is asked for, a feed is one feed.
    const [byId, bySlug] = [await get(`tags/${tag.id}/feed.json`), await get(`tags/${tag.slug}/feed.json`)];
    expect(byId.text).toBe(bySlug.text);
    expect(byId.body.feed_url).toBe(`https://sham.example${encodeURI(`/feeds/tags/${tag.slug}/feed.json`)}`);
    expect(byId.body.title).toBe('دمشق - صحيفة الشام');
    expect(readXml((await get(`tags/${tag.slug}/atom.xml`)).text).one('/atom:feed/atom:id')).toBe(`urn:uuid:${tag.id}`);
    const above = [`categories/${root.id}/`, `categories/${other.slug}/`] as const;
    expect(await Promise.all(above.map((folder) => headlines(folder)))).toEqual([
      ['في آسيا', 'في العالم'],
      ['في الملعب'],
    ]);
    // Moved below another, a category takes its articles along.
    await press.change('categories', child.id, { parentId: other.id });
    expect(await Promise.all(above.map((folder) => headlines(folder)))).toEqual([
      ['في العالم'],
      ['في الملعب', 'في آسيا'],
    ]);
  });

  it('have articles that are not for search engines, too, and are not for them themselves', async () => {
    const tag = await press.term('tags', 'للقراء');
    await press.article({ headline: 'للقراء وحدهم', tagIds: [tag.id], seo: { noIndex: true } });
    for (const folder of ['', `tags/${tag.slug}/`])
      for (const file of files) {
        const { text, headers } = await get(`${folder}${file}`);
        expect([folder, file, text.includes('للقراء وحدهم'), headers['x-robots-tag']]).toEqual([
          ...[folder, file, true, 'noindex'],
        ]);
      }
    expect((await room.call('/sitemap.xml')).headers).not.toHaveProperty('x-robots-tag');
  });

  it('of the site are known by one id, wherever the site moves and whatever it is called', async () => {
    const idOf = async () => readXml((await get('atom.xml')).text).one('/atom:feed/atom:id');
    const before = await idOf();
    expect(before).toMatch(/^urn:uuid:/);
    await set({ baseUrl: 'https://moved.example', name: 'صحيفة أخرى' });
    expect(await idOf()).toBe(before);
    await set({ baseUrl: 'https://sham.example', name: 'صحيفة الشام' });
  });

  it('of nothing that there is are 404, and of what has no articles are empty', async () => {
    const tag = await press.term('tags', 'بلا أخبار');
    for (const kind of ['categories', 'tags', 'authors'])
      for (const ref of ['لا-شيء', '0199a000-0000-7000-8000-000000000001', '-'])
        for (const file of files) expect((await get(`${kind}/${ref}/${file}`)).status).toBe(404);
    expect((await get(`categories/${tag.id}/rss.xml`)).status).toBe(404);
    for (const file of files) expect(await headlines(`tags/${tag.slug}/`, file)).toEqual([]);
    const about = async () => (await get(`tags/${tag.slug}/feed.json`)).body.description;
    expect(await about()).toBe('صحيفة الشام');
    await press.change('tags', tag.id, { name: 'ما زال بلا أخبار', description: 'كل ما لم يكن' });
    expect((await get(`tags/${tag.slug}/feed.json`)).body.title).toContain('ما زال بلا أخبار');
    const author = await press.term('authors', 'بلا مقال');
    await press.change('authors', author.id, { bio: 'مراسلة في حلب' });
    const ofAuthor = (await get(`authors/${author.slug}/feed.json`)).body.description;
    expect([await about(), ofAuthor]).toEqual(['كل ما لم يكن', 'مراسلة في حلب']);
    await press.send('DELETE', `/v1/editorial/tags/${tag.id}`);
    expect((await get(`tags/${tag.id}/feed.json`)).status).toBe(404);
  });

  it('change at once with what is published, taken back, renamed and killed', async () => {
    const author = await press.term('authors', 'ليلى حداد');
    const { id } = await press.article({ headline: 'أول عنوان', authors: [author.id] });
    const inAll = async (text: string) => Promise.all(files.map(async (file) => (await get(file)).text.includes(text)));
    expect(await inAll('أول عنوان')).toEqual([true, true, true]);
    await press.patch(id, { headline: 'ثاني عنوان' });
    expect(await inAll('ثاني عنوان')).toEqual([false, false, false]);
    await press.publish(id);
    expect(await inAll('ثاني عنوان')).toEqual([true, true, true]);
    expect(await inAll('أول عنوان')).toEqual([false, false, false]);
    await press.change('authors', author.id, { name: 'ليلى الحداد' });
    expect(await inAll('ليلى الحداد')).toEqual([true, true, true]);
    expect((await get(`authors/${author.id}/feed.json`)).body.title).toContain('ليلى الحداد');
    await press.unpublish(id);
    expect(await inAll('ثاني عنوان')).toEqual([false, false, false]);
    await press.publish(id);
    expect(await inAll('ثاني عنوان')).toEqual([true, true, true]);
    await press.kill(id);
    expect(await inAll('ثاني عنوان')).toEqual([false, false, false]);
    const draft = await press.create({ headline: 'مسودة سرية' });
    expect([draft.status, ...(await inAll('مسودة سرية'))]).toEqual(['draft', false, false, false]);
  });

  it('say in Atom when the last change of any of their articles was published', async () => {
    const older = await press.article({ headline: 'خبر يُصحَّح' });
    room.pass(1000);
    await press.article({ headline: 'خبر بعده' });
    room.pass(1000);
    await press.patch(older.id, { headline: 'خبر مصحَّح' });
    await press.publish(older.id);
    const atom = readXml((await get('atom.xml')).text);
    expect(atom.values('//atom:entry/atom:title').slice(0, 2)).toEqual(['خبر بعده', 'خبر مصحَّح']);
    expect(atom.one('/atom:feed/atom:updated')).toBe(room.clock().toISOString());
  });

  it('carry the full text or a summary, as the settings say', async () => {
    const body = { text: 'فقرة في متن الخبر.' };
    await press.article({ headline: 'خبر بمتن', lead: 'مقدمة الخبر.', sections: [{ heading: 'عنوان فرعي', body }] });
    const texts = () => Promise.all(files.map(async (file) => (await get(file)).text));
    for (const text of await texts()) expect(text).toContain('فقرة في متن الخبر.');
    await set({ feedText: 'summary' });
    for (const text of await texts()) {
      expect(text).not.toContain('فقرة في متن الخبر.');
      expect(text).toContain('مقدمة الخبر.');
    }
    await set({ feedText: 'full', name: 'اسم آخر', locale: 'en-GB' });
    for (const text of await texts()) {
      expect(text).toContain('فقرة في متن الخبر.');
      expect(text).toContain('اسم آخر');
      expect(text).toContain('en-GB');
    }
    await set({ name: 'صحيفة الشام', locale: 'ar' });
  });

  it('hold the fifty newest articles', async () => {
    const at = room.clock().getTime();
    await publishMany(
      room,
      Array.from({ length: 52 }, (_, n) => ({ publishedAt: new Date(at + n * 1000) })),
    );
    for (const file of files) {
      const shown = await headlines('', file);
      expect([shown.length, shown[0], shown[49]]).toEqual([50, 'خبر 51', 'خبر 2']);
    }
  });

  it('have the site’s address where it has one, else that which each was asked at', async () => {
    const linksAt = async (host: string) => {
      const { body } = await get('feed.json', { host });
      return [body.feed_url, body.home_page_url, new URL(body.items[0].url).origin];
    };
    const own = ['https://sham.example/feeds/feed.json', 'https://sham.example/', 'https://sham.example'];
    expect(await linksAt('one.example')).toEqual(own);
    await set({ baseUrl: null });
    for (const host of ['one.example', 'two.example:8080', 'one.example'])
      expect(await linksAt(host)).toEqual([`http://${host}/feeds/feed.json`, `http://${host}/`, `http://${host}`]);
    for (const file of files) expect((await get(file, { host: 'a b' })).body.code).toBe('malformed-request');
    await set({ baseUrl: 'https://sham.example' });
    expect(await linksAt('two.example:8080')).toEqual(own);
    expect((await get('feed.json', { host: '[::1' })).status).toBe(200);
  });

  it('have an address that caches know them by, and none that a reader made up', async () => {
    const proxied = await openNewsroom(engine, { KHABAR_TRUSTED_PROXIES: '127.0.0.1' });
    await pressOf(proxied).article();
    const linksBehind = async (forwarded: Record<string, string>) => {
      const headers = { host: 'sham.example', ...forwarded };
      const { body } = await proxied.call('/feeds/feed.json', { headers, remoteAddress: '127.0.0.1' });
      return [body.feed_url, new URL(body.items[0].url).origin];
    };
    const at = (origin: string) => [`${origin}/feeds/feed.json`, origin];
    expect(await linksBehind({ 'x-forwarded-host': 'evil.example' })).toEqual(at('http://sham.example'));
    expect(await linksBehind({ 'x-forwarded-proto': 'https' })).toEqual(at('https://sham.example'));
    expect(await linksBehind({ 'x-forwarded-proto': 'javascript' })).toEqual(at('http://sham.example'));
    await proxied.close();
  });
});
