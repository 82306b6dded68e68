import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { articlesUrl, type Desk, deskOf } from './desk.ts';

const someId = '0198c0de-0000-7000-8000-000000000000';
const nested = (depth: number): object => (depth === 0 ? {} : { a: nested(depth - 1) });

/** Each: what is wrong, and where the answer points. */
const refused: [Record<string, unknown>, string, string?][] = [
  [{ headline: undefined }, '/headline', 'required'],
  [{ headline: '' }, '/headline'],
  [{ headline: ' \n ' }, '/headline'],
  [{ headline: 'أ'.repeat(301) }, '/headline', 'too_big'],
  [{ headline: 5 }, '/headline', 'invalid_type'],
  [{ headline: null }, '/headline'],
  [{ lead: 'أ'.repeat(5001) }, '/lead', 'too_big'],
  [{ kicker: 'أ'.repeat(201) }, '/kicker'],
  [{ slug: '؟!' }, '/slug', 'empty_slug'],
  [{ locale: 'arabic!' }, '/locale'],
  [{ locale: 'ar-SY-SY' }, '/locale', 'invalid_locale'],
  [{ source: {} }, '/source/name', 'required'],
  [{ source: { name: 'م', url: 'javascript:alert(1)' } }, '/source/url'],
  [{ source: { name: 'م', logo: 'x' } }, '/source/logo', 'unknown_field'],
  [{ urgency: 0 }, '/urgency', 'too_small'],
  [{ urgency: 10 }, '/urgency', 'too_big'],
  [{ urgency: 1.5 }, '/urgency'],
  [{ urgency: '3' }, '/urgency'],
  [{ authors: [{ id: 'x' }] }, '/authors/0/id'],
  [{ authors: [someId, { id: someId }] }, '/authors', 'duplicate'],
  [{ authors: [{ id: someId, role: '' }] }, '/authors/0/role'],
  [{ categoryId: 'x' }, '/categoryId'],
  [{ tagIds: [someId, someId] }, '/tagIds', 'duplicate'],
  [{ tagIds: Array.from({ length: 51 }, (_, n) => someId.slice(0, -2) + String(n + 10)) }, '/tagIds', 'too_big'],
  [{ seo: { title: 'أ', robots: 'none' } }, '/seo/robots', 'unknown_field'],
  [{ seo: { canonicalUrl: 'ftp://x.org' } }, '/seo/canonicalUrl'],
  [{ comments: { mode: 'open' } }, '/comments/mode'],
  [{ custom: [] }, '/custom'],
  [{ custom: 'x' }, '/custom'],
  [{ custom: { a: 'ب'.repeat(8200) } }, '/custom', 'too_large'],
  [{ custom: nested(17) }, '/custom', 'too_deep'],
  [{ externalId: '' }, '/externalId'],
  [{ publishedAt: 'أمس' }, '/publishedAt', 'invalid_date'],
  [{ publishedAt: '31 شباط 2025' }, '/publishedAt', 'invalid_date'],
  [{ publishedAt: '2025-02-31' }, '/publishedAt', 'invalid_date'],
  [{ publishedAt: '0000-01-01T00:00:00Z' }, '/publishedAt', 'out_of_range'],
  [{ publishedAt: '9999-12-31T23:59:00-05:00' }, '/publishedAt', 'out_of_range'],
  [{ status: 'published' }, '/status', 'unknown_field'],
  [{ id: someId }, '/id', 'unknown_field'],
];

const refusedSections: [Record<string, unknown>, string, string?][] = [
  [{ heading: '' }, '/heading'],
  [{ heading: 'أ'.repeat(301) }, '/heading'],
  [{ anchor: '؟' }, '/anchor', 'empty_anchor'],
  [{ body: 'نص' }, '/body'],
  [{ body: { text: 'أ', html: 'ب' } }, '/body', 'one_form'],
  [{ body: [{ _type: 'script' }] }, '/body/0/_type'],
  [
    { body: [{ _type: 'block', children: [{ _type: 'span', text: 'أ', marks: ['none'] }] }] },
    '/body/0/children/0/marks/0',
  ],
  [{ body: { text: 'أ'.repeat(200_001) } }, '/body/text'],
  [{ title: 'أ' }, '/title', 'unknown_field'],
];

describeEachEngine('what is refused of articles', (engine) => {
  let room: Newsroom;
  let desk: Desk;
  beforeAll(async () => {
    room = await openNewsroom(engine);
    desk = deskOf(room);
  });
  afterAll(() => room.close());

  it.each(refused)('%j points at %s', async (body, pointer, code) => {
    const made = await room.call(articlesUrl, { as: 'editor', body: { headline: 'خبر', ...body } });
    const error = expect.objectContaining(code ? { pointer, code } : { pointer });
    expect([made.status, made.body.errors]).toEqual([400, [error]]);
    if (pointer === '/headline' && body.headline === undefined) return;
    const article = await desk.create();
    const patched = await desk.patch(article.id, body);
    expect([patched.status, patched.body.errors]).toEqual([400, [error]]);
    expect((await desk.read(article.id)).body.version).toBe(1);
  });

  it.each(refusedSections)('a section %j points at %s', async (body, pointer, code) => {
    const error = (base: string) => [expect.objectContaining({ pointer: base + pointer, ...(code ? { code } : {}) })];
    const story = { headline: 'خبر', sections: [{}, body] };
    const made = await room.call(articlesUrl, { as: 'editor', body: story });
    expect([made.status, made.body.errors]).toEqual([400, error('/sections/1')]);
    const article = await desk.create({ sections: [{}] });
    const url = desk.sectionsOf(article.id);
    const added = await room.call(url, { as: 'editor', body });
    expect([added.status, added.body.errors]).toEqual([400, error('')]);
    const patched = await desk.send('PATCH', `${url}/${article.sections[0].id}`, body);
    expect([patched.status, patched.body.errors]).toEqual([400, error('')]);
    expect((await room.call(url, { as: 'editor' })).body.data).toEqual([expect.objectContaining({ version: 1 })]);
  });

  it('numbers in custom that would lose digits, which are kept to the last where they would not', async () => {
    const send = (custom: string) =>
      room.call(articlesUrl, {
        as: 'editor',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: `{"headline":"خبر","custom":${custom}}`,
      });
    for (const number of ['12345678901234567890', '9007199254740992', '-9007199254740993', '1e21', '1e999']) {
      const { status, body } = await send(`{"ids":[{"id":${number}}]}`);
      const error = expect.objectContaining({ pointer: '/custom', code: 'out_of_range' });
      expect([number, status, body.errors]).toEqual([number, 400, [error]]);
    }
    const kept = '{"ids":[9007199254740991,-9007199254740991,0,-1.5,0.1,33.513807,"12345678901234567890"]}';
    const made = await send(kept);
    expect([made.status, JSON.stringify(made.body.custom)]).toEqual([201, kept]);
  });

  it('custom beyond its bounds, and takes what lies just within', async () => {
    const send = async (custom: object) =>
      (await room.call(articlesUrl, { as: 'editor', body: { headline: 'خبر', custom } })).status;
    // With the eleven bytes of its name and signs, and two for each letter.
    expect([await send({ text: 'ب'.repeat(8186) }), await send({ text: `${'ب'.repeat(8186)}x` })]).toEqual([201, 201]);
    expect(await send({ text: `${'ب'.repeat(8186)}xx` })).toBe(400);
    expect([await send(nested(15)), await send(nested(16))]).toEqual([201, 400]);
  });

  it('more sections than an article may have', async () => {
    const sections = Array.from({ length: 201 }, () => ({}));
    const made = await room.call(articlesUrl, { as: 'editor', body: { headline: 'خبر', sections } });
    expect([made.status, made.body.errors[0].pointer]).toEqual([400, '/sections']);
  });

  it('two sections that are sent with one anchor', async () => {
    const sections = [{ anchor: 'نقطة' }, { anchor: 'نُقطة' }];
    const made = await room.call(articlesUrl, { as: 'editor', body: { headline: 'خبر', sections } });
    expect([made.status, made.body.errors[0].pointer]).toEqual([409, '/sections/1/anchor']);
  });

  it('addresses that are no ids, and parameters that do not exist', async () => {
    expect((await desk.read('x')).status).toBe(400);
    expect((await room.call(`${articlesUrl}?render=html`, { as: 'editor' })).status).toBe(400);
    expect((await room.call(`${articlesUrl}/${someId}?render=html`, { as: 'editor' })).status).toBe(400);
    for (const query of ['limit=0', 'limit=101', 'status=open', 'category=x', 'author=x', 'q=', 'q=%D9%80', 'cursor=x'])
      expect([query, (await room.call(`${articlesUrl}?${query}`, { as: 'editor' })).status]).toEqual([query, 400]);
  });
});
