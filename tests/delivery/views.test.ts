import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createViews } from '../../src/delivery/views.ts';
import { isProgram } from '../../src/delivery/visits.ts';
import { type Press, pressOf } from '../publishing/press.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { publishMany } from './many.ts';

const hour = 3600_000;
const telephone =
  'Mozilla/5.0 (Linux; Android 14; SM-A546B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36';
let readers = 0;

describeEachEngine('counting what is read', (engine) => {
  let room: Newsroom;
  let press: Press;
  beforeEach(async () => {
    room = await openNewsroom(engine);
    press = pressOf(room);
  });
  afterEach(() => room.close());

  function view(
    ref: string,
    { address = `198.18.${readers >> 8}.${readers++ & 255}`, agent = telephone, headers = {} } = {},
  ) {
    return room.call(`/v1/articles/${encodeURIComponent(ref)}/views`, {
      method: 'POST',
      remoteAddress: address,
      headers: { 'user-agent': agent, ...headers },
    });
  }

  /** What the database says of an article: views of 24 hours and of 7 days. */
  async function counts(articleId: string): Promise<[number, number] | null> {
    const rows = await room.db.read.select().from(room.db.tables.publications);
    const row = rows.find((each) => each.articleId === articleId);
    return row ? [row.views24h, row.views7d] : null;
  }

  const settles = (articleId: string, expected: [number, number]) =>
    vi.waitFor(async () => expect(await counts(articleId)).toEqual(expected), { timeout: 5000, interval: 20 });

  it('puts what is read most first in lists by views, also in a list that was kept', async () => {
    const [quiet, read] = [
      await press.article({ headline: 'خبر هادئ' }),
      await press.article({ headline: 'خبر مقروء' }),
    ];
    room.pass(1000);
    const latest = await press.article({ headline: 'آخر خبر' });
    const order = async (query: string) =>
      (await press.list(query)).body.data.map(({ id }: { id: string }) => id) as string[];
    expect((await order('?sort=-views'))[0]).toBe(latest.id);
    const answers = await Promise.all([view(read.id), view(read.slug), view(quiet.id)]);
    for (const { status, text, headers } of answers) {
      expect([status, text]).toEqual([204, '']);
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['set-cookie']).toBeUndefined();
    }
    await settles(read.id, [2, 2]);
    await vi.waitFor(async () => expect(await order('?sort=-views')).toEqual([read.id, quiet.id, latest.id]));
    expect(await order('?sort=-views&window=7d')).toEqual([read.id, quiet.id, latest.id]);
  });

  it('counts one reader of an article once in half an hour, and answers alike', async () => {
    const [one, another] = [await press.article(), await press.article({ headline: 'خبر آخر' })];
    const from = { address: '192.0.2.7' };
    const [first, again] = [await view(one.id, from), await view(one.id, from)];
    expect([again.status, again.text, Object.keys(again.headers)]).toEqual([
      first.status,
      first.text,
      Object.keys(first.headers),
    ]);
    await view(another.id, from);
    await view(one.id, { ...from, agent: `${telephone} Instagram` });
    room.pass(29 * 60_000);
    await view(one.id, from);
    await settles(one.id, [2, 2]);
    await settles(another.id, [1, 1]);
    room.pass(60_000);
    await view(one.id, from);
    await settles(one.id, [3, 3]);
  });

  it('are counted by the clock as it is, once one that was far ahead was put right', async () => {
    const { id } = await press.article();
    const from = { address: '192.0.2.7' };
    const year = 365 * 24 * 3600_000;
    room.pass(year);
    await view(id, from);
    await settles(id, [1, 1]);
    room.pass(-year);
    await room.runJobs();
    await settles(id, [0, 0]);
    await view(id, from);
    await settles(id, [1, 1]);
  });

  it('does not count programs, those who do not say who they are, and browsers that fetch ahead; answers alike', async () => {
    const { id } = await press.article();
    const answers = await Promise.all([
      view(id, { agent: 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' }),
      view(id, { agent: '' }),
      view(id, { headers: { 'sec-purpose': 'prefetch;prerender' } }),
      ...['purpose', 'x-purpose', 'x-moz'].map((name) => view(id, { headers: { [name]: 'prefetch' } })),
      view(id),
    ]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204]));
    await settles(id, [1, 1]);
    await view(id);
    await settles(id, [2, 2]);
  });

  it('writes views of many articles together, and keeps them by the hour', async () => {
    const ids = await Promise.all(['أ', 'ب', 'ج'].map(async (name) => (await press.article({ headline: name })).id));
    const told = vi.fn();
    room.db.onChange((tags) => {
      if (tags.has('views')) told();
    });
    await Promise.all(ids.flatMap((id) => [view(id), view(id)]));
    for (const id of ids) await settles(id, [2, 2]);
    expect(told.mock.calls.length).toBeLessThan(ids.length * 2);
    room.pass(hour);
    await view(ids[0] as string);
    await settles(ids[0] as string, [3, 3]);
    const rows = await room.db.read.select().from(room.db.tables.publicationViews);
    expect(rows.map(({ views }) => views).sort()).toEqual([1, 2, 2, 2]);
    expect(rows.every(({ hour: each }) => each >= Math.floor(room.clock().getTime() / hour) - 1)).toBe(true);
  });

  it('lets views run out of their window, and forgets their hours, in one process of many', async () => {
    const another = await room.anotherProcess();
    const { id } = await press.article();
    await view(id);
    await settles(id, [1, 1]);
    room.pass(20 * hour);
    await view(id);
    await settles(id, [2, 2]);
    expect((await room.runJobs()).filter((name) => name === 'recount-views')).toEqual(['recount-views']);
    expect(await counts(id)).toEqual([2, 2]);
    room.pass(4 * hour);
    await room.runJobs();
    expect(await counts(id)).toEqual([1, 2]);
    const latest = await press.article();
    const order = async () => (await press.list('?sort=-views')).body.data.map((each: { id: string }) => each.id);
    expect(await order()).toEqual([id, latest.id]);
    room.pass(7 * 24 * hour - 24 * hour);
    await room.runJobs();
    expect(await counts(id)).toEqual([0, 1]);
    expect(await order()).toEqual([latest.id, id]);
    room.pass(3 * 24 * hour);
    await room.runJobs();
    expect(await counts(id)).toEqual([0, 0]);
    expect(await room.db.read.select().from(room.db.tables.publicationViews)).toEqual([]);
    await another.close();
  });

  it('loses nothing when its process closes at once, nor what two processes count', async () => {
    const { id } = await press.article();
    const another = await room.anotherProcess();
    const send = (address: string) =>
      another.inject({
        method: 'POST',
        url: `/v1/articles/${id}/views`,
        remoteAddress: address,
        headers: { 'user-agent': telephone },
      });
    await Promise.all([
      ...Array.from({ length: 30 }, (_, each) => send(`10.9.0.${each}`)),
      ...Array.from({ length: 30 }, () => view(id)),
    ]);
    await another.close();
    await settles(id, [60, 60]);
  });

  it('counts anew whatever was viewed, however much that is', async () => {
    const { publications, publicationViews } = room.db.tables;
    await publishMany(
      room,
      Array.from({ length: 250 }, () => ({ views24h: 1, views7d: 1 })),
    );
    const yesterday = Math.floor(room.clock().getTime() / hour) - 30;
    const numbers = await room.db.read.select({ n: publications.n }).from(publications);
    await room.db.write((tx) =>
      tx.insert(publicationViews).values(numbers.map(({ n }) => ({ n, hour: yesterday, views: 1 }))),
    );
    await room.runJobs();
    const rows = await room.db.read.select().from(publications);
    expect(new Set(rows.map(({ views24h, views7d }) => `${views24h} ${views7d}`))).toEqual(new Set(['0 1']));
  });

  it('writes what comes while it writes, when its process closes then', async () => {
    const { db, clock } = room;
    const { id } = await press.article();
    const counter = createViews({ db, clock, logger: { error: expect.fail, warn: expect.fail }, flushMs: hour });
    const read = (address: string) => counter.count(id, { address, userAgent: telephone, purpose: undefined });
    read('198.18.0.1');
    const writing = counter.flush();
    read('198.18.0.2');
    await counter.close();
    await writing;
    expect(await counts(id)).toEqual([2, 2]);
  });

  it('keeps what the database could not take, and writes it the next time', async () => {
    const { id } = await press.article();
    const write = vi.spyOn(room.db, 'write').mockRejectedValueOnce(new Error('the database is away'));
    await view(id);
    await settles(id, [1, 1]);
    expect(write).toHaveBeenCalledTimes(2);
    write.mockRestore();
  });

  it('keeps counts when an article is published again, and forgets those of one that was taken back', async () => {
    const { id } = await press.article();
    await view(id);
    await settles(id, [1, 1]);
    expect((await press.publish(id)).status).toBe(200);
    expect(await counts(id)).toEqual([1, 1]);
    await view(id);
    await press.unpublish(id);
    expect((await view(id)).status).toBe(404);
    await press.publish(id);
    await view(id);
    await vi.waitFor(async () => expect((await counts(id))?.[0]).toBeGreaterThan(0));
    expect((await counts(id))?.[0]).toBeLessThanOrEqual(2);
  });

  it('refuses what it does not know', async () => {
    const { id } = await press.article();
    const draft = await press.create();
    expect((await view('لا-يوجد')).status).toBe(404);
    expect((await view(draft.id)).status).toBe(404);
    const query = await room.call(`/v1/articles/${id}/views?x=1`, { method: 'POST' });
    expect([query.status, query.body.errors[0].pointer]).toEqual([400, '/x']);
    const body = await room.call(`/v1/articles/${id}/views`, { body: { views: 1000 } });
    expect([body.status, body.body.errors[0].code]).toEqual([400, 'unexpected_body']);
    // As browsers send a beacon of no text, and of some.
    const beacon = async (payload: string) => {
      const headers = { 'content-type': 'text/plain;charset=UTF-8', 'content-length': String(payload.length) };
      return (await room.app.inject({ method: 'POST', url: `/v1/articles/${id}/views`, headers, payload })).statusCode;
    };
    expect([await beacon(''), await beacon('x')]).toEqual([204, 415]);
    await press.kill(id);
    expect((await view(id)).status).toBe(410);
  });
});

describeEachEngine('what is known of readers', (engine) => {
  let room: Newsroom;
  beforeAll(async () => {
    room = await openNewsroom(engine);
  });
  afterAll(() => room.close());

  it('is not in the database: neither address nor browser', async () => {
    const { id } = await pressOf(room).article();
    await room.call(`/v1/articles/${id}/views`, {
      method: 'POST',
      remoteAddress: '198.51.100.77',
      headers: { 'user-agent': 'AUniqueBrowser/9' },
    });
    const { publications, publicationViews, auditLog } = room.db.tables;
    await vi.waitFor(async () => expect(await room.db.read.select().from(publicationViews)).toHaveLength(1));
    const all = [
      await room.db.read.select().from(publicationViews),
      await room.db.read.select().from(publications),
      await room.db.read.select().from(auditLog),
    ];
    expect(JSON.stringify(all)).not.toMatch(/198\.51|AUniqueBrowser/);
  });
});

describe('programs', () => {
  it.each([
    'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
    'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
    'WhatsApp/2.23.20.0',
    'TelegramBot (like TwitterBot)',
    'curl/8.5.0',
    'python-requests/2.32.3',
    'Go-http-client/2.0',
    'node',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/131.0.0.0 Safari/537.36',
    'Mozilla/5.0 (compatible; YandexBot/3.0)',
    'GPTBot/1.2',
    'Baiduspider+(+http://www.baidu.com/search/spider.htm)',
    '   ',
  ])('include %j', (userAgent) => {
    expect(isProgram({ address: '', userAgent, purpose: undefined })).toBe(true);
  });

  it.each([
    telephone,
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
    'Mozilla/5.0 (Linux; Android 11; CUBOT X30) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 [FBAN/FBIOS;FBAV/480.0]',
    'okhttp/4.12.0',
    'KhabarApp/3 CFNetwork/1494 Darwin/23.4.0',
    'Dart/3.5 (dart:io)',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0',
  ])('do not include %j', (userAgent) => {
    expect(isProgram({ address: '', userAgent, purpose: undefined })).toBe(false);
  });
});
