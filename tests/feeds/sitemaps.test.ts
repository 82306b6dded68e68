import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createComposer } from '../../src/delivery/compose.ts';
import { loadNames } from '../../src/delivery/names.ts';
import { createPublications } from '../../src/delivery/publications.ts';
import { createFeeds } from '../../src/feeds/service.ts';
import { publishMany } from '../delivery/many.ts';
import { type Press, pressOf } from '../publishing/press.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { fixedId, origin, site } from './fixtures.ts';
import { readXml } from './xml.ts';

const day = 86_400_000;
const home = 'https://sham.example/';

describeEachEngine('sitemaps', (engine) => {
  let room: Newsroom;
  let press: Press;
  beforeEach(async () => {
    room = await openNewsroom(engine, { KHABAR_BASE_URL: 'https://sham.example' });
    press = pressOf(room);
  });
  afterEach(() => room.close());

  async function addresses(path: string): Promise<string[]> {
    const answer = await room.call(path);
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/xml; charset=utf-8']);
    return readXml(answer.text).values('//map:loc');
  }
  const urlOf = async (id: string): Promise<string> => (await press.get(id)).body.url;

  it('have an index, and a first part with the home page before there is any article', async () => {
    expect(await addresses('/sitemap.xml')).toEqual([`${home}sitemap-0.xml`]);
    expect(await addresses('/sitemap-0.xml')).toEqual([home]);
    expect(await addresses('/news-sitemap.xml')).toEqual([home]);
    for (const path of ['/sitemap.xml', '/sitemap-0.xml', '/news-sitemap.xml'])
      expect(String((await room.call(path)).headers['surrogate-key']).split(' ')).toContain('list');
  });

  it('hold what is published, with the date of its last change, and nothing else', async () => {
    const [one, hidden, taken, killed] = [
      await press.article({ headline: 'ظاهر' }),
      await press.article({ headline: 'مخفي', seo: { noIndex: true } }),
      await press.article({ headline: 'مسحوب' }),
      await press.article({ headline: 'ملغى' }),
    ];
    await press.create({ headline: 'مسودة' });
    const all = await Promise.all([one, taken, killed].map(({ id }) => urlOf(id)));
    const hiddenUrl = await urlOf(hidden.id);
    expect((await addresses('/sitemap-0.xml')).sort()).toEqual([home, ...all].sort());
    expect((await addresses('/news-sitemap.xml')).sort()).toEqual([...all].sort());
    await press.unpublish(taken.id);
    await press.kill(killed.id);
    room.pass(3_600_000);
    await press.patch(one.id, { headline: 'ظاهر بعد تعديل' });
    await press.publish(one.id);
    const sitemap = readXml((await room.call('/sitemap-0.xml')).text);
    expect(sitemap.values('//map:loc')).toEqual([home, all[0]]);
    expect(sitemap.values('//map:lastmod')).toEqual(['2025-11-11T09:00:00.000Z']);
    expect(await addresses('/news-sitemap.xml')).toEqual([all[0]]);
    expect((await press.get(hidden.id)).body.url).toBe(hiddenUrl);
    await press.patch(hidden.id, { seo: null });
    await press.publish(hidden.id);
    expect(await addresses('/sitemap-0.xml')).toEqual([home, all[0], hiddenUrl]);
  });

  it('do not care for parameters that others add, and are not made again for them', async () => {
    await press.article({ headline: 'خبر' });
    const rows = vi.spyOn(room.db.read, 'rows');
    for (const path of ['/sitemap.xml', '/sitemap-0.xml', '/news-sitemap.xml', '/robots.txt']) {
      const plain = await room.call(path);
      const before = rows.mock.calls.length;
      for (const more of ['?utm_source=x', '?part=1&v=1764300000', '?q=%D3%E6%D1%ED%C7', '?a=%00']) {
        const answer = await room.call(path + more);
        expect([path, answer.status, answer.etag]).toEqual([path, 200, plain.etag]);
      }
      expect([path, rows.mock.calls.length]).toEqual([path, before]);
    }
    rows.mockRestore();
  });

  it('leave out what says that it stands at another address', async () => {
    const canonicalOf = async (headline: string, canonical: (url: string) => string) => {
      const { id } = await press.article({ headline });
      const url = await urlOf(id);
      await press.patch(id, { seo: { canonicalUrl: canonical(url) } });
      await press.publish(id);
      return url;
    };
    const listed = [
      await canonicalOf('خبر له عنوانه', (url) => url),
      await canonicalOf('خبر بعنوان مقروء', decodeURI),
      // WordPress writes the octets of an address in small letters.
      await canonicalOf('خبر بعنوان صغير', (url) => url.replace(/%../g, (octet) => octet.toLowerCase())),
    ];
    await canonicalOf('خبر منقول', () => 'https://other.example/x');
    await canonicalOf('خبر مكرر', (url) => `${url}/2`);
    expect((await addresses('/sitemap-0.xml')).sort()).toEqual([home, ...listed].sort());
    expect((await addresses('/news-sitemap.xml')).sort()).toEqual([...listed].sort());
    // What was an article's own address is another one once the site has moved.
    await press.send('PATCH', '/v1/editorial/settings', { baseUrl: 'https://moved.example' }, 'admin');
    expect(await addresses('/sitemap-0.xml')).toEqual(['https://moved.example/']);
  });

  it('change with the address of a category and with the settings', async () => {
    const category = await press.term('categories', 'سياسة');
    await press.article({ headline: 'خبر', slug: 'خبر', categoryId: category.id });
    await press.send('PATCH', '/v1/editorial/settings', { urlPattern: '/{category}/{slug}' }, 'admin');
    const encoded = (path: string) => `https://sham.example${encodeURI(path)}`;
    for (const path of ['/sitemap-0.xml', '/news-sitemap.xml'])
      expect(await addresses(path)).toContain(encoded('/سياسة/خبر'));
    await press.change('categories', category.id, { slug: 'شؤون' });
    for (const path of ['/sitemap-0.xml', '/news-sitemap.xml'])
      expect(await addresses(path)).toContain(encoded('/شؤون/خبر'));
  });

  it('for news hold two days, also when nothing is published meanwhile', async () => {
    const { id } = await press.article({ headline: 'أول' });
    room.pass(day);
    const second = await press.article({ headline: 'ثان' });
    const both = await Promise.all([second.id, id].map(urlOf));
    expect(await addresses('/news-sitemap.xml')).toEqual(both);
    room.pass(day);
    expect(await addresses('/news-sitemap.xml')).toEqual(both);
    room.pass(1);
    expect(await addresses('/news-sitemap.xml')).toEqual(both.slice(0, 1));
    room.pass(day);
    expect(await addresses('/news-sitemap.xml')).toEqual([home]);
    expect(await addresses('/sitemap-0.xml')).toHaveLength(3);
  });

  it('hold no more than a thousand articles, those for news the newest', async () => {
    const at = room.clock().getTime();
    await publishMany(
      room,
      Array.from({ length: 1002 }, (_, n) => ({ publishedAt: new Date(at - n * 1000) })),
    );
    const { text } = await room.call('/news-sitemap.xml');
    const { values } = readXml(text);
    expect(values('//news:title')).toHaveLength(1000);
    expect(values('//news:publication_date')[0]).toBe(room.clock().toISOString());
    const parts = [`${home}sitemap-0.xml`, `${home}sitemap-1.xml`];
    expect(await addresses('/sitemap.xml')).toEqual(parts);
    const urls = await Promise.all(parts.map((url) => addresses(new URL(url).pathname)));
    // The home page stands in the first.
    expect([urls.flat().length, new Set(urls.flat()).size]).toEqual([1003, 1003]);
    for (const one of urls) expect(one.length).toBeLessThanOrEqual(1000);
  });

  it('for news have room for a thousand that may be listed, whatever is left out', async () => {
    const at = room.clock().getTime();
    const elsewhere = { canonicalUrl: 'https://other.example/x' };
    await publishMany(
      room,
      Array.from({ length: 1010 }, (_, n) => ({
        publishedAt: new Date(at - n * 1000),
        seo: n < 3 ? { noIndex: true } : n < 5 ? elsewhere : null,
      })),
    );
    const dates = readXml((await room.call('/news-sitemap.xml')).text).values('//news:publication_date');
    expect(dates).toHaveLength(1000);
    expect([dates[0], dates[999]]).toEqual([5, 1004].map((n) => new Date(at - n * 1000).toISOString()));
  });

  it('part articles by number: each stands in one part for ever, and no part is listed that is empty', async () => {
    const names = await loadNames(room.db);
    const { db, clock } = room;
    const publications = createPublications(db);
    const composer = createComposer({ names, site: () => site, defaultCommentMode: 'pre' });
    const threads = { run: () => Promise.reject(new Error('sitemaps need none')) };
    const of = { site: () => site, siteId: async () => fixedId(1), threads };
    const feeds = createFeeds({ db, clock, names, publications, composer, ...of, sitemapSize: 10 });
    const urlsIn = async (part: number) =>
      readXml((await feeds.sitemapPart(part, origin)) ?? '')
        .values('//map:loc')
        .filter((url) => url !== home);
    const ids = await publishMany(
      room,
      Array.from({ length: 35 }, () => ({})),
    );
    expect(await feeds.sitemapParts()).toEqual([0, 1, 2, 3]);
    const before = await Promise.all([0, 1, 2, 3].map(urlsIn));
    expect(before.flat()).toHaveLength(35);
    expect(before.every((urls) => urls.length <= 10)).toBe(true);
    expect(before.flat().map((url) => url.split('/').at(-2))).toEqual(ids);
    const second = (before[1] ?? []).map((url) => url.split('/').at(-2) ?? '');
    for (const id of second.slice(1)) expect((await press.unpublish(id)).status).toBe(200);
    expect(await Promise.all([0, 1, 2, 3].map(urlsIn))).toEqual([
      before[0],
      before[1]?.slice(0, 1),
      before[2],
      before[3],
    ]);
    await press.unpublish(second[0] ?? '');
    expect(await feeds.sitemapParts()).toEqual([0, 2, 3]);
    expect(await feeds.sitemapPart(1, origin)).toBeNull();
    // One of which nothing may be listed still has an address, as sitemaps must.
    await publishMany(
      room,
      Array.from({ length: 10 }, () => ({ seo: { noIndex: true } })),
    );
    expect(await feeds.sitemapParts()).toEqual([0, 2, 3, 4]);
    expect(readXml((await feeds.sitemapPart(4, origin)) ?? '').values('//map:loc')).toEqual([home]);
    names.stop();
  });

  it('refuse a part that there is not', async () => {
    await press.article();
    expect((await room.call('/sitemap-1.xml')).status).toBe(404);
    expect((await room.call('/sitemap-999999.xml')).status).toBe(404);
    for (const part of ['00', '-1', 'x', '1e3', '9999999'])
      expect((await room.call(`/sitemap-${part}.xml`)).status).toBe(400);
  });

  it('are named in robots.txt, which keeps robots from what is for the staff', async () => {
    const answer = await room.call('/robots.txt');
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8']);
    expect(answer.text.split('\n')).toEqual(
      expect.arrayContaining([
        ...['User-agent: *', 'Disallow: /v1/editorial/'],
        ...[`Sitemap: ${home}sitemap.xml`, `Sitemap: ${home}news-sitemap.xml`],
      ]),
    );
    // As robots read it (RFC 9309, 2.2.2 and 2.2.3).
    const rules = [...answer.text.matchAll(/^Disallow: (.+)$/gm)].map(([, rule = '']) => rule);
    const isKept = (path: string) =>
      rules.some((rule) => (rule.endsWith('$') ? path === rule.slice(0, -1) : path.startsWith(rule)));
    expect(['/v1/editorial/articles', '/docs', '/docs/', '/docs/static/x.js'].filter((path) => !isKept(path))).toEqual(
      [],
    );
    expect(['/', '/v1/articles', '/docs-show-who-paid'].filter(isKept)).toEqual([]);
    // What the settings of the site may change, caches in front of it are told by this.
    expect(answer.headers['surrogate-key']).toBe('everything');
    await press.send('PATCH', '/v1/editorial/settings', { baseUrl: 'https://moved.example' }, 'admin');
    expect((await room.call('/robots.txt')).text).toContain('Sitemap: https://moved.example/sitemap.xml\n');
  });

  it('have the address that each was asked at where the site has none', async () => {
    await press.article();
    await press.send('PATCH', '/v1/editorial/settings', { baseUrl: null }, 'admin');
    for (const host of ['one.example', 'two.example'])
      for (const path of ['/sitemap.xml', '/sitemap-0.xml', '/news-sitemap.xml']) {
        const answer = await room.call(path, { headers: { host } });
        for (const url of readXml(answer.text).values('//map:loc')) expect(new URL(url).host).toBe(host);
      }
    const robots = await room.call('/robots.txt', { headers: { host: 'three.example' } });
    expect(robots.text).toContain('Sitemap: http://three.example/sitemap.xml');
    for (const path of ['/sitemap.xml', '/sitemap-0.xml', '/news-sitemap.xml', '/robots.txt'])
      expect((await room.call(path, { headers: { host: 'a/b' } })).body.code).toBe('malformed-request');
  });

  it('are kept by ETag, and answered to HEAD', async () => {
    await press.article();
    for (const path of ['/sitemap.xml', '/sitemap-0.xml', '/news-sitemap.xml', '/robots.txt']) {
      const { etag } = await room.call(path);
      expect((await room.call(path, { headers: { 'if-none-match': etag } })).status).toBe(304);
      const head = await room.call(path, { method: 'HEAD' });
      expect([head.status, head.text, head.etag]).toEqual([200, '', etag]);
    }
  });
});
