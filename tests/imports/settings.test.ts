import { asc, like } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { openDatabase } from '../../src/db/open.ts';
import type { AppError } from '../../src/errors.ts';
import { siteInput } from '../../src/settings/schemas.ts';
import { readXml } from '../feeds/xml.ts';
import { describeEachEngine } from '../support/engines.ts';
import { enginesToTest } from '../support/engines-setup.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { exportOf, importInto } from './newsrooms.ts';

const siteUrl = '/v1/editorial/settings';
const searchUrl = '/v1/editorial/settings/search';
const site = {
  name: 'صحيفة الشام',
  description: 'أخبار الشام وأهلها',
  baseUrl: 'https://sham.example',
  locale: 'ar-SY',
  timeZone: 'Asia/Beirut',
  logoUrl: 'https://sham.example/logo.png',
  socialAccounts: ['https://social.example/sham'],
  urlPattern: '/{category}/{id}/{slug}',
  authorUrlPattern: '/authors/{slug}',
  months: 'levant',
  digits: 'arab',
  display: true,
  feedText: 'summary',
  reservedNames: ['المحرر'],
};
const search = { synonyms: [['داعش', 'تنظيم الدولة']], protectedWords: ['الشام'] };
const story = { externalId: 'a', headline: 'خبر', status: 'published', publishedAt: '2026-01-10T00:00:00Z' };

describeEachEngine('settings in an export', (engine) => {
  let source: Newsroom;
  let rooms: Newsroom[] = [];
  async function open(which = engine): Promise<Newsroom> {
    const room = await openNewsroom(which);
    rooms.push(room);
    return room;
  }
  const patch = async (room: Newsroom, url: string, body: object) => {
    const answer = await room.call(url, { as: 'admin', method: 'PATCH', body, headers: { 'if-match': '*' } });
    expect(answer.status).toBe(200);
    return answer.body;
  };
  const settingsOf = async (room: Newsroom) => [
    (await room.call(siteUrl, { as: 'admin' })).body,
    (await room.call(searchUrl, { as: 'admin' })).body,
  ];
  const feedOf = async (room: Newsroom) => {
    const feed = readXml((await room.call('/feeds/atom.xml')).text);
    return { id: feed.one('/atom:feed/atom:id'), title: feed.one('/atom:feed/atom:title') };
  };
  const linesOf = async ({ db }: Newsroom) => (await exportOf(db)).trim().split('\n');
  const audited = async ({ tables, read }: Database) => {
    const { auditLog } = tables;
    const rows = await read
      .select()
      .from(auditLog)
      .where(like(auditLog.action, 'settings.imported'))
      .orderBy(asc(auditLog.subjectId));
    return rows.map(({ actorKind, subjectType, subjectId, detail }) => ({ actorKind, subjectType, subjectId, detail }));
  };

  // Nothing here changes what it exports.
  beforeAll(async () => {
    source = await openNewsroom(engine);
    await patch(source, siteUrl, site);
    await patch(source, siteUrl, { name: 'صحيفة الشام' });
    await patch(source, searchUrl, search);
    await importInto(source.db, [story]);
    await feedOf(source);
  });
  afterAll(() => source.close());
  afterEach(async () => {
    for (const room of rooms) await room.close();
    rooms = [];
  });

  it.each(enginesToTest(process.env))(
    'give an empty %s newsroom all of them, and the id of its feeds',
    async (other) => {
      const target = await open(other);
      const text = await exportOf(source.db);
      const { problems, ...counts } = await importInto(target.db, text.trim().split('\n'));
      expect(problems).toEqual([]);
      expect(counts).toMatchObject({ failed: 0, settings: 'taken' });
      expect(await settingsOf(target)).toEqual(await settingsOf(source));
      expect(await settingsOf(target)).toMatchObject([
        { ...site, version: 2 },
        { ...search, version: 1 },
      ]);
      expect(await feedOf(target)).toEqual(await feedOf(source));
      expect(await exportOf(target.db)).toBe(text);
    },
  );

  it('take along a time zone that is an offset, from when these were taken', async () => {
    const lines = (await linesOf(source)).map((line) => line.replace('"Asia/Beirut"', '"+05:30"'));
    const target = await open();
    expect(await importInto(target.db, lines)).toMatchObject({ problems: [], settings: 'taken' });
    expect((await settingsOf(target))[0].timeZone).toBe('+05:30');
    expect(await linesOf(target)).toEqual(lines);
  });

  it('stand first, in one line, and hold only what was set here', async () => {
    const [, line] = await linesOf(source);
    const record = JSON.parse(line ?? '');
    expect(record).toMatchObject({ type: 'settings', site: { name: 'صحيفة الشام' }, search });
    expect(`urn:uuid:${record.siteId}`).toBe((await feedOf(source)).id);
    // What the environment or a default says is not the newsroom's to take along.
    expect(record.site).not.toHaveProperty('tagUrlPattern');
    const untouched = await open();
    expect(await exportOf(untouched.db)).toBe('{"type":"khabar","format":1}\n');
  });

  it('reach servers that run, though another process imports them', async () => {
    const target = await open();
    const before = await feedOf(target);
    const db = await openDatabase(target.url);
    await importInto(db, await linesOf(source));
    await db.close();
    const expected = await feedOf(source);
    expect(before.id).not.toBe(expected.id);
    await vi.waitFor(async () => expect(await feedOf(target)).toEqual(expected), { timeout: 5000 });
    const [article] = (await target.call('/v1/articles')).body.data;
    expect(article.url).toMatch(/^https:\/\/sham\.example\//);
  });

  it.each([
    ['that has changed its own', async (room: Newsroom) => patch(room, siteUrl, { name: 'صحيفة أخرى' })],
    ['that has changed its own search', async (room: Newsroom) => patch(room, searchUrl, { protectedWords: ['حلب'] })],
    ['that has articles', async (room: Newsroom) => importInto(room.db, [{ headline: 'خبر هنا' }])],
  ])('leave a newsroom %s as it is, and say so', async (_, begin) => {
    const target = await open();
    await begin(target);
    const [settings, feed] = [await settingsOf(target), await feedOf(target)];
    const lines = await linesOf(source);
    for (let time = 1; time <= 2; time++) {
      expect(await importInto(target.db, lines)).toMatchObject({ failed: 0, settings: 'kept' });
      expect(await settingsOf(target)).toEqual(settings);
      expect(await feedOf(target)).toEqual(feed);
    }
    expect(await audited(target.db)).toEqual([]);
  });

  it('do not give their id to a newsroom in use that has none yet', async () => {
    const target = await open();
    await importInto(target.db, [{ headline: 'خبر هنا' }]);
    await importInto(target.db, await linesOf(source));
    expect(await exportOf(target.db)).not.toContain('"type":"settings"');
    expect((await feedOf(target)).id).not.toBe((await feedOf(source)).id);
  });

  it('are taken all the same by whoever says so, under a version that no editor has seen', async () => {
    const target = await open();
    await importInto(target.db, [{ headline: 'خبر هنا' }]);
    for (const name of ['أ', 'ب', 'ج']) await patch(target, siteUrl, { name, tagUrlPattern: '/t/{slug}' });
    const old = await feedOf(target);
    const lines = await linesOf(source);
    const counts = await importInto(target.db, lines, { takeSettings: true });
    expect(counts).toMatchObject({ failed: 0, settings: 'taken' });
    expect(await settingsOf(target)).toMatchObject([
      { ...site, tagUrlPattern: null, version: 4 },
      { ...search, version: 1 },
    ]);
    const feed = await feedOf(source);
    expect(await feedOf(target)).toEqual(feed);
    const idOf = (urn: string) => urn.replace('urn:uuid:', '');
    expect(await audited(target.db)).toEqual(
      [
        { subjectId: 'search', detail: { line: 2, fields: ['synonyms', 'protectedWords'] } },
        {
          subjectId: 'site',
          detail: { line: 2, fields: Object.keys(siteInput).filter((field) => field in { ...site, tagUrlPattern: 1 }) },
        },
        { subjectId: 'site-id', detail: { line: 2, before: idOf(old.id), after: idOf(feed.id) } },
      ].map((row) => ({ actorKind: 'system', subjectType: 'settings', ...row })),
    );
    expect(await importInto(target.db, lines, { takeSettings: true })).toMatchObject({ settings: 'unchanged' });
    expect(await audited(target.db)).toHaveLength(3);
    const renamed = '01a22200-0000-7000-8000-000000000001';
    const others = lines.map((line) => line.replace(idOf(feed.id), renamed));
    expect(await importInto(target.db, others, { takeSettings: true })).toMatchObject({ settings: 'taken' });
    expect(await feedOf(target)).toEqual({ ...feed, id: `urn:uuid:${renamed}` });
  });

  it('change nothing when they are imported again, after an import that was broken off, or where they came from', async () => {
    const target = await open();
    const lines = await linesOf(source);
    expect(await importInto(target.db, lines.slice(0, 2))).toMatchObject({ settings: 'taken' });
    const before = await settingsOf(target);
    expect(await importInto(target.db, lines)).toMatchObject({ created: 1, settings: 'unchanged' });
    expect(await importInto(target.db, lines)).toMatchObject({ created: 0, updated: 0, settings: 'unchanged' });
    expect(await settingsOf(target)).toEqual(before);
    expect((await audited(target.db)).map(({ subjectId }) => subjectId)).toEqual(['search', 'site', 'site-id']);
    expect(await importInto(source.db, lines)).toMatchObject({ created: 0, updated: 0, settings: 'unchanged' });
    expect(await exportOf(source.db)).toBe(`${lines.join('\n')}\n`);
  });

  it('are those of one newsroom where two are imported at once', async () => {
    const other = await open();
    await patch(other, siteUrl, { name: 'صحيفة حلب' });
    await importInto(other.db, [{ ...story, externalId: 'b', headline: 'خبر حلب' }]);
    const feeds = [await feedOf(source), await feedOf(other)];
    const target = await open();
    const second = await openDatabase(target.url);
    const counts = await Promise.all([
      importInto(target.db, await linesOf(source)),
      importInto(second, await linesOf(other)),
    ]);
    await second.close();
    expect(counts.map(({ settings }) => settings).sort()).toEqual(['kept', 'taken']);
    expect(counts.map(({ failed }) => failed)).toEqual([0, 0]);
    await vi.waitFor(async () => expect(feeds).toContainEqual(await feedOf(target)), { timeout: 5000 });
  });

  it('may be missing, as in files of older versions', async () => {
    const target = await open();
    const lines = (await linesOf(source)).filter((line) => !line.includes('"type":"settings"'));
    expect(await importInto(target.db, lines)).toMatchObject({ created: 1, failed: 0, settings: null });
    expect(await settingsOf(target)).toMatchObject([{ version: 0 }, { version: 0 }]);
  });

  it('are refused as a whole, with their line and every reason, and all the rest comes in', async () => {
    const target = await open();
    const [header = '', line = '', ...rest] = await linesOf(source);
    const record = JSON.parse(line);
    const bad = {
      baseUrl: 'https://sham.example/news',
      timeZone: 'Asia/Nowhere',
      urlPattern: '/{year}',
      theme: 'dark',
    };
    const changed = { ...record, siteId: 'sham', site: { ...record.site, ...bad } };
    const { problems, ...counts } = await importInto(target.db, [header, changed, ...rest]);
    expect(problems).toMatchObject([[2, { code: 'invalid-request' }]]);
    const [, error] = problems[0] ?? [];
    expect((error as AppError).errors.map(({ pointer, code }) => [pointer, code])).toEqual([
      ['/siteId', 'invalid_format'],
      ['/site/baseUrl', 'not_an_origin'],
      ['/site/timeZone', 'unknown_time_zone'],
      ['/site/urlPattern', 'invalid_pattern'],
      ['/site/theme', 'unknown_field'],
    ]);
    expect(counts).toMatchObject({ created: 1, failed: 1, settings: null });
    expect(await settingsOf(target)).toMatchObject([{ version: 0 }, { version: 0 }]);
  });

  it('are only looked at in a dry run', async () => {
    const target = await open();
    const lines = await linesOf(source);
    expect(await importInto(target.db, lines, { dryRun: true })).toMatchObject({ failed: 0, settings: 'valid' });
    expect(await settingsOf(target)).toMatchObject([{ version: 0 }, { version: 0 }]);
  });
});
