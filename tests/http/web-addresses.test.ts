import { afterAll, beforeAll, expect, it } from 'vitest';
import { articlesUrl, type Desk, deskOf } from '../articles/desk.ts';
import { articlesOf, importInto } from '../imports/newsrooms.ts';
import { describeEachEngine, freshDatabase } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';

const allowed = [
  'https://وزارة.مصر/خبر',
  'https://صحيفة.سوريا/logo.png',
  'http://xn--mgbexc3i.xn--wgbh1c',
  'https://EXAMPLE.org:8080/?x#y',
];

const refused = [
  'javascript:alert(1)',
  'ftp://example.org',
  '//example.org',
  'example.org',
  '',
  'https://',
  'http://localhost',
  'http://127.0.0.1',
  'http://[::1]/',
  'http://example',
  'http://مصر',
  'http://example.1a',
  'http://example.x--y',
  'http://example.xn--',
  'http://-a.org',
  'http://a-.org',
  'http://a..org',
  'http://a_b.org',
  `http://${'a'.repeat(64)}.org`,
  `http://${'a.'.repeat(130)}org`,
  'http://example.org:99999',
  'http://وزارة مصر.مصر',
];

describeEachEngine('web addresses', (engine) => {
  let room: Newsroom;
  let desk: Desk;
  let authors = 0;
  beforeAll(async () => {
    room = await openNewsroom(engine);
    desk = deskOf(room);
  });
  afterAll(() => room.close());

  /** Sends an address wherever one may be sent: the status of each answer, and what it says of it. */
  async function everywhere(url: string) {
    const patchSite = (patch: object) => desk.send('PATCH', '/v1/editorial/settings', patch, 'admin');
    const article = (part: object) => room.call(articlesUrl, { as: 'editor', body: { headline: 'خبر', ...part } });
    const body = { name: `ليلى ${++authors}`, avatarUrl: url };
    const author = await room.call('/v1/editorial/authors', { as: 'editor', body });
    const source = await article({ source: { name: 'الوزارة', url } });
    const canonical = await article({ seo: { canonicalUrl: url } });
    const logo = await patchSite({ logoUrl: url });
    const accounts = await patchSite({ socialAccounts: [url] });
    return {
      statuses: [author, source, canonical, logo, accounts].map(({ status }) => status),
      stored: [
        ...[author.body.avatarUrl, source.body.source?.url, canonical.body.seo?.canonicalUrl],
        ...[logo.body.logoUrl, accounts.body.socialAccounts?.[0]],
      ],
    };
  }

  it.each(allowed)('may be %s', async (url) => {
    expect(await everywhere(url)).toEqual({ statuses: [201, 201, 201, 200, 200], stored: Array(5).fill(url) });
  });

  it.each(refused)('may not be «%s»', async (url) => {
    expect((await everywhere(url)).statuses).toEqual(Array(5).fill(400));
  });

  it('of Arabic names are published, and imported', async () => {
    const url = 'https://وزارة.مصر/خبر';
    const source = { name: 'الوزارة', url };
    const { id } = await desk.create({ source });
    await room.call(`${articlesUrl}/${id}/publish`, { as: 'editor', body: {} });
    expect((await room.call(`/v1/articles/${id}`)).body.source).toEqual(source);
    const opened = await freshDatabase(engine);
    try {
      expect(await importInto(opened.db, [{ headline: 'خبر', source }])).toMatchObject({ created: 1, failed: 0 });
      expect((await articlesOf(opened.db))[0].source).toEqual(source);
    } finally {
      await opened.dispose();
    }
  });
});
