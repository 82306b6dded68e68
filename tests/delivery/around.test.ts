import { afterAll, beforeAll, expect, it } from 'vitest';
import { createArchive } from '../../src/delivery/archive.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { countTurns } from '../support/turns.ts';
import { publishMany } from './many.ts';

describeEachEngine('around articles', (engine) => {
  let room: Newsroom;
  const terms: Record<string, string> = {};
  beforeAll(async () => {
    room = await openNewsroom(engine);
    for (const [kind, name] of [
      ['tags', 'التحالف'],
      ['tags', 'سوريا'],
      ['tags', 'رياضة'],
      ['categories', 'سياسة'],
      ['categories', 'اقتصاد'],
    ] as const) {
      const { body } = await room.call(`/v1/editorial/${kind}`, { as: 'editor', body: { name } });
      terms[name] = body.id;
    }
  });
  afterAll(() => room.close());

  async function publish(headline: string, tags: string[], publishedAt: string, category: string | null = null) {
    const body = { headline, tagIds: tags.map((name) => terms[name]), publishedAt, categoryId: category };
    const { body: made } = await room.call('/v1/editorial/articles', { as: 'editor', body });
    await room.call(`/v1/editorial/articles/${made.id}/publish`, { as: 'editor', method: 'POST' });
    return made.id as string;
  }

  it('the archive counts each month on the clocks of the site, newest first, and leaves empty ones out', async () => {
    // In Damascus this is already the first of November.
    await publish('أول الشهر', [], '2025-10-31T21:30:00Z');
    await publish('آخر الشهر', ['سوريا'], '2025-10-31T20:30:00Z');
    await publish('قبل سنوات', ['سوريا'], '2019-02-10T10:00:00Z', terms.سياسة ?? null);
    const whole = await room.call('/v1/archive');
    expect(whole.status).toBe(200);
    expect(whole.body).toEqual({
      data: [
        { month: '2025-11', count: 1 },
        { month: '2025-10', count: 1 },
        { month: '2019-02', count: 1 },
      ],
      total: 3,
    });
    const tagged = await room.call(`/v1/archive?tag=${encodeURIComponent('سوريا')}`);
    expect(tagged.body.data).toEqual([
      { month: '2025-10', count: 1 },
      { month: '2019-02', count: 1 },
    ]);
    const both = await room.call(`/v1/archive?tag=${terms.سوريا}&category=${terms.سياسة}`);
    expect(both.body).toEqual({ data: [{ month: '2019-02', count: 1 }], total: 1 });
    for (const nothing of ['tag=none', 'locale=ar&author=none', `category=${terms.سياسة}&tag=none`])
      expect((await room.call(`/v1/archive?${nothing}`)).body).toEqual({ data: [], total: 0 });
  });

  it('the archive counts what was published between two dates, as lists have it', async () => {
    const months = async (query: string) => {
      const { status, body } = await room.call(`/v1/archive?${query}`);
      expect([query, status]).toEqual([query, 200]);
      const listed = (await room.call(`/v1/articles?limit=100&${query}`)).body.data.length;
      expect([query, body.total]).toEqual([query, listed]);
      return body.data.map(({ month, count }: { month: string; count: number }) => `${month}: ${count}`);
    };
    expect(await months('from=2020-01-01')).toEqual(['2025-11: 1', '2025-10: 1']);
    expect(await months('to=2025-10-31')).toEqual(['2025-10: 1', '2019-02: 1']);
    expect(await months('from=2025-11-01&to=2025-11-30')).toEqual(['2025-11: 1']);
    // A bound may divide a month, to the millisecond.
    expect(await months('from=2025-10-31T20:30:00Z&to=2025-10-31T21:29:59.999Z')).toEqual(['2025-10: 1']);
    expect(await months('from=2025-10-31T20:30:00.001Z&to=2025-10-31T21:30:00Z')).toEqual(['2025-11: 1']);
    expect(await months(`tag=${terms.سوريا}&to=${encodeURIComponent('31 كانون الأول 2019')}`)).toEqual(['2019-02: 1']);
    expect(await months('from=2019-03-01&to=2020-01-01')).toEqual([]);
    expect(await months('from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59Z')).toHaveLength(3);
  });

  it('the archive refuses dates that cannot be read, and a to before its from', async () => {
    for (const [query, code] of [
      ['from=yesterday', 'invalid_date'],
      ['from=2025-11-02&to=2025-11-01', 'to_before_from'],
      ['tag=none&from=2025-11-02&to=2025-11-01', 'to_before_from'],
    ]) {
      const { status, body } = await room.call(`/v1/archive?${query}`);
      expect([query, status, body.errors?.[0].code]).toEqual([query, 400, code]);
    }
  });

  it('the archive counts a month of more than are counted at once, and changes with the next article', async () => {
    const before = (await room.call('/v1/archive')).body.total;
    await publishMany(
      room,
      Array.from({ length: 230 }, (_, n) => ({
        publishedAt: new Date(Date.UTC(2020, 4, 3) + (n % 9) * 3_600_000),
        categoryId: (n % 2 === 0 ? terms.سياسة : terms.اقتصاد) ?? null,
        locale: n % 5 === 0 ? 'ar-SY' : 'ar',
      })),
    );
    const { body } = await room.call('/v1/archive');
    expect(body.data).toContainEqual({ month: '2020-05', count: 230 });
    expect(body.total).toBe(before + 230);
    const inParts = await createArchive(room.db, 50)([], 'Asia/Damascus');
    expect(inParts).toEqual(body.data);
    const bounds = { from: new Date(Date.UTC(2020, 4, 3, 2)), to: new Date(Date.UTC(2020, 4, 3, 4)) };
    const between = await createArchive(room.db, 20)([], 'Asia/Damascus', bounds);
    expect(between).toEqual([{ month: '2020-05', count: 52 }]);
    const facets = await room.db.read.select().from(room.db.tables.facets);
    const either = facets.flatMap(({ id, categoryId }) => (categoryId === null ? [] : [id]));
    const syrian = facets.flatMap(({ id, text }) => (text === 'locale:ar-SY' ? [id] : []));
    const filtered = await createArchive(room.db, 20)([either, syrian], 'Asia/Damascus');
    expect(filtered).toEqual([{ month: '2020-05', count: 46 }]);
  });

  it('related articles are those about the same story: rare tags first, then words, never the article itself', async () => {
    const at = (day: number) => `2025-11-${String(day).padStart(2, '0')}T08:00:00Z`;
    const own = await publish('سوريا توقع إعلان تعاون سياسي مع التحالف الدولي', ['التحالف', 'سوريا'], at(10));
    const nearest = await publish('التحالف الدولي يرحب بإعلان التعاون مع سوريا', ['التحالف', 'سوريا'], at(9));
    const tagged = await publish('أسعار الخبز ترتفع في الأسواق', ['سوريا'], at(8));
    const worded = await publish('تفاصيل إعلان التعاون السياسي مع التحالف الدولي', [], at(9));
    const other = await publish('المنتخب يفوز في مباراة ودية', ['رياضة'], at(9));
    const { status, body } = await room.call(`/v1/articles/${own}/related?limit=4`);
    expect(status).toBe(200);
    const ids = body.data.map((each: { id: string }) => each.id);
    expect(ids[0]).toBe(nearest);
    expect(ids).toContain(worded);
    expect(ids).toContain(tagged);
    expect(ids).not.toContain(own);
    expect(ids).not.toContain(other);
    await room.call(`/v1/editorial/articles/${nearest}/kill`, { as: 'editor', method: 'POST' });
    const after = await room.call(`/v1/articles/${own}/related`);
    expect(after.body.data.map((each: { id: string }) => each.id)).not.toContain(nearest);
    expect((await room.call(`/v1/articles/${nearest}/related`)).status).toBe(410);
    expect((await room.call(`/v1/articles/${own}/related?limit=21`)).status).toBe(400);
  });

  it('related articles are found by the words that a story has now', async () => {
    const at = '2024-03-03T08:00:00Z';
    const own = await publish('افتتاح متحف الآثار بعد ترميم طويل', [], at);
    const other = await publish('قرار جديد حول رسوم الجامعات', [], at);
    const ids = async () => {
      const { body } = await room.call(`/v1/articles/${own}/related?limit=1`);
      return body.data.map((each: { id: string }) => each.id);
    };
    expect(await ids()).not.toContain(other);
    const url = `/v1/editorial/articles/${other}`;
    const headers = { 'if-match': '*' };
    const body = { headline: 'ترميم متحف الآثار استغرق وقتاً طويلاً' };
    expect((await room.call(url, { as: 'editor', method: 'PATCH', body, headers })).status).toBe(200);
    expect((await room.call(`${url}/publish`, { as: 'editor', method: 'POST' })).status).toBe(200);
    expect(await ids()).toEqual([other]);
  });

  it('related articles share more than the commonest words, and of those alike the nearer in time comes first', async () => {
    const own = await publish('سباق الدراجات في شوارع المدينة من جديد', ['رياضة'], '2023-05-10T08:00:00Z');
    const near = await publish('كرة السلة تستقطب الجمهور', ['رياضة'], '2023-05-12T08:00:00Z');
    const far = await publish('بطولة الشطرنج تختتم', ['رياضة'], '2022-01-01T08:00:00Z');
    const other = await publish('أمطار في الشمال من الغد', [], '2023-05-10T08:00:00Z');
    const { body } = await room.call(`/v1/articles/${own}/related?limit=20`);
    const ids = body.data.map((each: { id: string }) => each.id);
    expect(ids.filter((id: string) => id === near || id === far)).toEqual([near, far]);
    expect(ids).not.toContain(other);
  });

  it('related articles have dates and counts in words where these are asked for, as in lists', async () => {
    const own = await publish('جفاف السدود يهدد الموسم', ['رياضة'], '2018-05-10T10:00:00Z');
    const other = await publish('السدود بعد جفاف الموسم', ['رياضة'], '2018-05-11T10:00:00Z');
    const { body } = await room.call(`/v1/articles/${own}/related?limit=1&display=ar-SY-u-nu-arab`);
    const [listed] = (await room.call('/v1/articles?limit=1&display=ar-SY-u-nu-arab&from=2018-05-11&to=2018-05-11'))
      .body.data;
    expect(body.data).toEqual([listed]);
    expect(listed).toMatchObject({
      id: other,
      display: { comments: 'لا تعليقات', publishedAt: expect.stringContaining('١١ مايو ٢٠١٨') },
    });
    const without = await room.call(`/v1/articles/${own}/related?limit=1`);
    expect(without.body.data[0]).not.toHaveProperty('display');
    expect((await room.call(`/v1/articles/${own}/related?display=zh`)).status).toBe(400);
  });

  it('looking for related articles leaves others their turn', async () => {
    await publishMany(
      room,
      Array.from({ length: 120 }, () => ({})),
    );
    const own = await publish('خبر عن مهرجان الربيع', [], '2025-11-11T08:00:00Z');
    const turns = countTurns();
    expect((await room.call(`/v1/articles/${own}/related`)).status).toBe(200);
    // The sixty latest, ten at a time, and the way of an answer.
    expect(turns.stop()).toBeGreaterThanOrEqual(6);
  });

  it('the archive names its months as dates are written, where that is asked for', async () => {
    await publish('خبر قديم في تشرين الثاني', [], '1999-11-05T10:00:00Z');
    const named = async (display: string) => {
      const query = `from=1999-01-01&to=1999-12-31${display}`;
      return (await room.call(`/v1/archive?${query}`)).body.data;
    };
    const month = { month: '1999-11', count: 1 };
    expect(await named('')).toEqual([month]);
    expect(await named('&display=ar')).toEqual([{ ...month, display: { locale: 'ar', month: 'نوفمبر 1999' } }]);
    expect(await named('&display=ar-SY-u-nu-arab')).toEqual([
      { ...month, display: { locale: 'ar-SY-u-nu-arab', month: 'نوفمبر ١٩٩٩' } },
    ]);
    expect(await named('&display=en')).toEqual([{ ...month, display: { locale: 'en', month: 'November 1999' } }]);
    const change = (body: object) =>
      room.call('/v1/editorial/settings', { as: 'admin', method: 'PATCH', headers: { 'if-match': '*' }, body });
    await change({ months: 'country', display: true });
    expect(await named('&display=ar-SY')).toEqual([
      { ...month, display: { locale: 'ar-SY', month: 'تشرين الثاني 1999' } },
    ]);
    expect(await named('')).toEqual([{ ...month, display: { locale: 'ar', month: 'نوفمبر 1999' } }]);
    await change({ months: 'international', display: false });
    expect((await room.call('/v1/archive?display=zh')).status).toBe(400);
  });
});
