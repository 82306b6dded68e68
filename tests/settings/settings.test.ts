import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { portOf, speak } from '../http/socket.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';

const siteUrl = '/v1/editorial/settings';
const searchUrl = '/v1/editorial/settings/search';

describeEachEngine('settings', (engine) => {
  let room: Newsroom;

  beforeAll(async () => {
    room = await openNewsroom(engine, { KHABAR_SITE_NAME: 'صحيفة الشام', KHABAR_BASE_URL: 'https://sham.example/' });
  });
  afterAll(() => room.close());

  const patch = (url: string, body: object, tag = '*', as = 'admin') =>
    room.call(url, { as, method: 'PATCH', body, headers: { 'if-match': tag } });

  it('are the environment’s and the defaults while nobody has changed them', async () => {
    const site = await room.call(siteUrl, { as: 'editor' });
    expect(site.status).toBe(200);
    expect(site.etag).toBe('"v0"');
    expect(site.body).toEqual({
      name: 'صحيفة الشام',
      description: null,
      baseUrl: 'https://sham.example',
      locale: 'ar',
      timeZone: 'Asia/Damascus',
      logoUrl: null,
      socialAccounts: [],
      urlPattern: '/articles/{id}/{slug}',
      categoryUrlPattern: null,
      tagUrlPattern: null,
      authorUrlPattern: null,
      months: 'international',
      digits: 'latn',
      display: false,
      feedText: 'full',
      reservedNames: expect.arrayContaining(['إدارة الموقع', 'admin']),
      version: 0,
      updatedAt: null,
    });
    const search = await room.call(searchUrl, { as: 'editor' });
    expect(search.body).toEqual({ synonyms: [], protectedWords: [], version: 0, updatedAt: null });
  });

  it('let exactly one of two first changes at once through, and tell the other', async () => {
    const answers = await Promise.all([
      patch(siteUrl, { months: 'levant' }, '"v0"'),
      patch(siteUrl, { digits: 'arab' }, '"v0"'),
    ]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 412]);
    const { body } = await room.call(siteUrl, { as: 'admin' });
    expect(body.version).toBe(1);
    expect([body.months === 'levant', body.digits === 'arab'].filter(Boolean)).toHaveLength(1);
  });

  it('change field by field, against the version that was read', async () => {
    const before = await room.call(siteUrl, { as: 'admin' });
    const body = {
      name: '  صحيفة   الشام  ',
      timeZone: 'Asia/Beirut',
      locale: 'AR-sy',
      months: 'dual',
      digits: 'latn',
    };
    const changed = await patch(siteUrl, body, before.etag);
    expect(changed.status).toBe(200);
    expect(changed.etag).not.toBe(before.etag);
    expect(changed.body).toMatchObject({
      name: 'صحيفة الشام',
      timeZone: 'Asia/Beirut',
      locale: 'ar-SY',
      baseUrl: 'https://sham.example',
      updatedAt: room.clock().toISOString(),
    });
    expect((await room.call(siteUrl, { as: 'admin' })).body).toEqual(changed.body);
    expect((await patch(siteUrl, { name: 'غيرها' }, before.etag)).status).toBe(412);
    const without = await room.call(siteUrl, { as: 'admin', method: 'PATCH', body: { name: 'غيرها' } });
    expect(without.status).toBe(428);
    expect((await room.call(siteUrl, { as: 'admin' })).body.name).toBe('صحيفة الشام');
  });

  it('say what was removed from a text', async () => {
    const { body } = await patch(siteUrl, { description: 'أخبار\u202e الشام' });
    expect(body.description).toBe('أخبار الشام');
    expect(body.warnings).toEqual([{ pointer: '/description', code: 'bidi-control', count: 1 }]);
  });

  it('change the language of errors for who has no wish, also of what is not HTTP', async () => {
    const port = await portOf(room);
    for (const [locale, language, title] of [
      ['en-GB', 'en', 'Not found'],
      ['ar-MA', 'ar', 'غير موجود'],
      // Mapudungun and Aramaic, which are not Arabic.
      ['arn', 'en', 'Not found'],
      ['arc', 'en', 'Not found'],
      ['ar-SY', 'ar', 'غير موجود'],
    ]) {
      expect((await patch(siteUrl, { locale })).body.locale).toBe(locale);
      const { headers, body } = await room.call('/v1/nothing');
      expect([locale, headers['content-language'], body.title]).toEqual([locale, language, title]);
      const refused = await speak(port, ['NONSENSE\r\n\r\n']);
      expect([locale, refused.headers['content-language']]).toEqual([locale, language]);
      const wished = await room.call('/v1/nothing', { headers: { 'accept-language': 'ar' } });
      expect(wished.headers['content-language']).toBe('ar');
    }
  });

  it.each([
    ['urlPattern', '/news', 'invalid_pattern'],
    ['urlPattern', '/{category}', 'invalid_pattern'],
    ['urlPattern', '/{category}-{id}', 'invalid_pattern'],
    ['urlPattern', '/{id}/{author}', 'invalid_pattern'],
    ['urlPattern', '//{id}', 'invalid_pattern'],
    ['urlPattern', '/../{id}', 'invalid_pattern'],
    ['urlPattern', '/{id}?x=1', 'invalid_pattern'],
    ['urlPattern', '/{id}//', 'invalid_pattern'],
    ['urlPattern', '/', 'invalid_pattern'],
    ['urlPattern', '/%D8%A3/{id}', 'invalid_pattern'],
    ['authorUrlPattern', '/authors', 'invalid_pattern'],
    ['categoryUrlPattern', '/{category}/{id}', 'invalid_pattern'],
    ['tagUrlPattern', 'https://sham.example/{slug}', 'invalid_pattern'],
    ['tagUrlPattern', '/{slug}?a={id}', 'invalid_pattern'],
    ['baseUrl', 'https://sham.example/news', 'not_an_origin'],
    ['baseUrl', 'https://user:secret@sham.example', 'not_an_origin'],
    ['baseUrl', 'ftp://sham.example', 'invalid_format'],
    ['baseUrl', 'https://a"b.example', 'invalid_format'],
    ['timeZone', 'Asia/Sham', 'unknown_time_zone'],
    ['timeZone', '+03:00', 'unknown_time_zone'],
    ['timeZone', '-0330', 'unknown_time_zone'],
    ['locale', 'ar-', 'invalid_format'],
    ['months', 'syriac', 'invalid_value'],
    ['name', ' ', 'too_small'],
    ['id', 'x', 'unknown_field'],
  ])('refuse %s %j', async (field, value, code) => {
    const { status, body } = await patch(siteUrl, { [field]: value });
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ in: 'body', pointer: `/${field}`, code }]);
  });

  it('take patterns and addresses that sites have', async () => {
    const dated = ['/أخبار/{year}/{month}/{day}/{slug}', '/{year}/{month}/{slug}/'];
    for (const urlPattern of ['/{id}', ...dated, '/{category}/{id}-{slug}.html', '/News/{id}'])
      expect((await patch(siteUrl, { urlPattern })).body.urlPattern).toBe(urlPattern);
    for (const baseUrl of [
      'http://localhost:3000',
      'https://xn--mgbh0fb.example',
      'http://[::1]:3000',
      'http://a_b.example',
    ])
      expect((await patch(siteUrl, { baseUrl })).body.baseUrl).toBe(baseUrl);
    expect((await patch(siteUrl, { baseUrl: null })).body.baseUrl).toBeNull();
    const terms = {
      categoryUrlPattern: '/{slug}',
      tagUrlPattern: '/وسم/{id}-{slug}/',
      authorUrlPattern: '/by/{slug}.html',
    };
    expect((await patch(siteUrl, terms)).body).toMatchObject(terms);
    expect((await patch(siteUrl, { tagUrlPattern: null })).body.tagUrlPattern).toBeNull();
  });

  it('keep a version for search apart from that of the site', async () => {
    const site = await room.call(siteUrl, { as: 'admin' });
    const synonyms = [['داعش', 'تنظيم الدولة الإسلامية']];
    const changed = await patch(searchUrl, { synonyms }, '"v0"');
    expect(changed.body).toMatchObject({ synonyms, protectedWords: [], version: 1 });
    expect((await patch(searchUrl, { synonyms: [['وحيد']] })).status).toBe(400);
    expect((await room.call(siteUrl, { as: 'admin' })).body).toEqual(site.body);
  });

  it('are read by editors, changed by admins, and nobody else’s business', async () => {
    for (const url of [siteUrl, searchUrl]) {
      expect((await room.call(url)).status).toBe(401);
      for (const as of ['author', 'contributor', 'moderator']) expect((await room.call(url, { as })).status).toBe(403);
      expect((await room.call(url, { as: 'editor' })).status).toBe(200);
      expect((await patch(url, {}, '*', 'editor')).status).toBe(403);
    }
  });

  it('write who changed what into the audit log', async () => {
    await patch(searchUrl, { protectedWords: ['لبنان'] });
    const { auditLog } = room.db.tables;
    const rows = await room.db.read.select().from(auditLog).where(eq(auditLog.subjectType, 'settings'));
    expect(rows.map(({ action }) => action)).toEqual(rows.map(() => 'settings.updated'));
    expect(rows).toContainEqual(
      expect.objectContaining({ subjectId: 'search', actorKind: 'key', detail: { fields: ['protectedWords'] } }),
    );
  });

  it('tell what public answers depend on, after the commit', async () => {
    const told: string[][] = [];
    const stop = room.db.onChange((tags) => void told.push([...tags].sort()));
    await patch(siteUrl, { feedText: 'summary' });
    await patch(searchUrl, { protectedWords: [] });
    await patch(siteUrl, { feedText: 'all of it' });
    stop();
    expect(told).toEqual([
      ['everything', 'settings'],
      ['search-settings', 'settings'],
    ]);
  });

  it('read rows that lack fields, or hold them in a form of another time', async () => {
    const { settings } = room.db.tables;
    const value = { name: 'الفرات', months: ['levant'], colour: 'red' };
    await room.db.write(async (tx) => {
      await tx.update(settings).set({ value }).where(eq(settings.name, 'site'));
    });
    const { body } = await room.call(siteUrl, { as: 'admin' });
    expect(body).toMatchObject({ name: 'الفرات', months: 'international', timeZone: 'Asia/Damascus' });
    expect(body).not.toHaveProperty('colour');
  });

  it('keep a time zone that is an offset, from when these were taken, until another is set', async () => {
    const { settings } = room.db.tables;
    const store = (timeZone: string) =>
      room.db.write(async (tx) => {
        const value = { name: 'الفرات', timeZone };
        await tx.update(settings).set({ value }).where(eq(settings.name, 'site'));
        tx.announce('settings', 'everything');
      });
    await store('+05:00');
    expect((await room.call(siteUrl, { as: 'admin' })).body.timeZone).toBe('+05:00');
    const { body } = await patch(siteUrl, { name: 'دجلة' });
    expect(body).toMatchObject({ name: 'دجلة', timeZone: '+05:00' });
    expect((await room.call('/v1/archive?from=2025-11-01')).status).toBe(200);
    const { body: refused } = await patch(siteUrl, { timeZone: body.timeZone });
    expect(refused.errors[0].message).toContain('Asia/Damascus');
    expect((await patch(siteUrl, { timeZone: 'Etc/GMT-5' })).body.timeZone).toBe('Etc/GMT-5');
  });

  it('reach other processes within a second', async () => {
    const another = await room.anotherProcess();
    try {
      await patch(siteUrl, { reservedNames: ['إدارة التحرير'] });
      const headers = { authorization: `Bearer ${await room.tokenOf('admin')}` };
      await vi.waitFor(
        async () => {
          const { reservedNames } = (await another.inject({ url: siteUrl, headers })).json();
          expect(reservedNames).toEqual(['إدارة التحرير']);
        },
        { timeout: 3000 },
      );
    } finally {
      await another.close();
    }
  });
});
