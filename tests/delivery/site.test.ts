import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';

describeEachEngine('what is public of the settings', (engine) => {
  let room: Newsroom;
  beforeAll(async () => {
    room = await openNewsroom(engine);
  });
  afterAll(() => room.close());

  const change = (body: object) =>
    room.call('/v1/editorial/settings', { as: 'admin', method: 'PATCH', headers: { 'if-match': '*' }, body });

  it('is what a page has to know of the site, and nothing of the newsroom', async () => {
    const { status, body } = await room.call('/v1/site');
    expect([status, body]).toEqual([
      200,
      {
        ...{ name: 'خبر', description: null, baseUrl: null, logoUrl: null, socialAccounts: [] },
        ...{ locale: 'ar', dir: 'rtl', timeZone: 'Asia/Damascus', months: 'international', digits: 'latn' },
        urlPattern: '/articles/{id}/{slug}',
        ...{ categoryUrlPattern: null, tagUrlPattern: null, authorUrlPattern: null },
      },
    ]);
  });

  it('is new in the answer after a change, and for who has kept the old one', async () => {
    const before = await room.call('/v1/site');
    const known = { 'if-none-match': String(before.etag) };
    expect((await room.call('/v1/site', { headers: known })).status).toBe(304);
    const changes = {
      name: 'Sham Daily',
      locale: 'en',
      baseUrl: 'https://sham.example',
      tagUrlPattern: '/tags/{slug}',
    };
    expect((await change(changes)).status).toBe(200);
    const after = await room.call('/v1/site', { headers: known });
    expect([after.status, after.headers['content-language']]).toEqual([200, 'en']);
    expect(after.body).toEqual({ ...before.body, ...changes, dir: 'ltr' });
    expect(after.headers['surrogate-key']).toBe('everything');
  });

  it('takes no parameters', async () => {
    expect((await room.call('/v1/site?fields=name')).status).toBe(400);
  });
});
