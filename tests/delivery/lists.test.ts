import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createLists, type Filter, type ListRequest, sorts } from '../../src/delivery/lists.ts';
import type { Position } from '../../src/delivery/walk.ts';
import { type Press, pressOf } from '../publishing/press.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { type Listed, publishMany } from './many.ts';

/** The first instant of a day on the clocks of the site, which belongs to that day and not to the one before. */
const day = (number: number) => new Date(`2025-11-0${number}T00:00:00+03:00`);

const listed = fc.record({
  category: fc.option(fc.nat(3), { nil: null }),
  tags: fc.uniqueArray(fc.nat(2), { maxLength: 3 }),
  authors: fc.uniqueArray(fc.nat(1), { maxLength: 2 }),
  locale: fc.constantFrom('ar', 'ar-SY'),
  source: fc.option(fc.constantFrom('المصدر 7', 'وكالة'), { nil: null }),
  urgency: fc.option(fc.integer({ min: 1, max: 2 }), { nil: null }),
  published: fc.integer({ min: 1, max: 4 }),
  updated: fc.integer({ min: 4, max: 6 }),
  comments: fc.nat(2),
  views24h: fc.nat(2),
  views7d: fc.nat(2),
});
type Random = typeof listed extends fc.Arbitrary<infer Value> ? Value : never;

const anyQuery = fc.record(
  {
    category: fc.nat(3),
    tag: fc.nat(2),
    author: fc.nat(1),
    locale: fc.constantFrom('ar', 'AR-sy'),
    source: fc.constantFrom('المصدر 7', ' المصدر ٧ ', 'لا أحد'),
    urgency: fc.integer({ min: 1, max: 3 }),
    from: fc.integer({ min: 1, max: 5 }),
    to: fc.integer({ min: 1, max: 5 }),
    sort: fc.constantFrom(...sorts),
    window: fc.constantFrom('24h' as const, '7d' as const),
    bySlug: fc.boolean(),
  },
  { requiredKeys: [] },
);
const query = anyQuery.filter(({ from = 1, to = 5 }) => from <= to);
type Query = typeof query extends fc.Arbitrary<infer Value> ? Value : never;

describeEachEngine('lists of published articles', (engine) => {
  let room: Newsroom;
  let press: Press;
  let terms: Record<'categories' | 'tags' | 'authors', { id: string; slug: string }[]>;
  /** The first is above the second, and that above the third; the fourth stands alone. */
  const above = [null, 0, 1, null];
  let articles: (Random & { id: string; n: number })[] = [];
  beforeAll(async () => {
    room = await openNewsroom(engine);
    press = pressOf(room);
    const make = async (kind: keyof typeof terms, many: number) => {
      const made = [];
      for (let index = 0; index < many; index++) made.push(await press.term(kind, `${kind} ${index}`));
      return made;
    };
    terms = { categories: await make('categories', 4), tags: await make('tags', 3), authors: await make('authors', 2) };
    for (const [index, parent] of above.entries())
      if (parent !== null)
        await press.change('categories', terms.categories[index]?.id ?? '', { parentId: terms.categories[parent]?.id });
    await fill(fc.sample(listed, { seed: 7, numRuns: 60 }));
  });
  afterAll(() => room.close());

  const idOf = (kind: keyof typeof terms, index: number) => terms[kind][index]?.id as string;

  async function fill(random: Random[]): Promise<void> {
    const ids = await publishMany(
      room,
      random.map(
        (each): Partial<Listed> => ({
          categoryId: each.category === null ? null : idOf('categories', each.category),
          tagIds: each.tags.map((index) => idOf('tags', index)),
          authors: each.authors.map((index) => ({ id: idOf('authors', index), role: 'author' })),
          ...{ locale: each.locale, sourceName: each.source, urgency: each.urgency },
          ...{ publishedAt: day(each.published), updatedAt: day(each.updated), commentCount: each.comments },
          ...{ views24h: each.views24h, views7d: each.views7d },
        }),
      ),
    );
    const { publications } = room.db.tables;
    const rows = await room.db.read.select({ n: publications.n, id: publications.articleId }).from(publications);
    const numbers = new Map(rows.map(({ n, id }) => [id, n]));
    articles = random.map((each, index) => ({
      ...each,
      id: ids[index] as string,
      n: numbers.get(ids[index] as string) as number,
    }));
  }

  /** What the answer must be, worked out in memory. */
  function expected(query: Query): string[] {
    const { sort = '-publishedAt', window = '24h' } = query;
    const key = (each: Random) => {
      if (sort === '-updatedAt') return each.updated;
      if (sort === '-commentCount') return each.comments;
      return sort === '-views' ? (window === '24h' ? each.views24h : each.views7d) : 0;
    };
    const isBelow = (category: number | null, top: number): boolean =>
      category !== null && (category === top || isBelow(above[category] ?? null, top));
    return articles
      .filter(
        (each) =>
          (query.category === undefined || isBelow(each.category, query.category)) &&
          (query.tag === undefined || each.tags.includes(query.tag)) &&
          (query.author === undefined || each.authors.includes(query.author)) &&
          (query.locale === undefined || each.locale.toLowerCase() === query.locale.toLowerCase()) &&
          (query.source === undefined || each.source === query.source.trim().replace('٧', '7')) &&
          (query.urgency === undefined || each.urgency === query.urgency) &&
          (query.from === undefined || each.published >= query.from) &&
          (query.to === undefined || each.published <= query.to),
      )
      .sort((a, b) => {
        const order = key(b) - key(a) || b.published - a.published || b.n - a.n;
        return sort === 'publishedAt' ? -order : order;
      })
      .map(({ id }) => id);
  }

  function paramsOf({ category, tag, author, from, to, window, bySlug, ...rest }: Query): Record<string, string> {
    const ref = (kind: keyof typeof terms, index: number | undefined) =>
      index === undefined ? undefined : terms[kind][index]?.[bySlug ? 'slug' : 'id'];
    const given = {
      ...rest,
      ...{ category: ref('categories', category), tag: ref('tags', tag), author: ref('authors', author) },
      from: from === undefined ? undefined : `2025-11-0${from}`,
      // One as a day, one as an instant: both are meant to be part of the answer.
      to: to === undefined ? undefined : to % 2 === 1 ? `2025-11-0${to}` : day(to).toISOString(),
      window: rest.sort === '-views' ? window : undefined,
    };
    return Object.fromEntries(
      Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
    );
  }

  /** Follows the pages to the end. */
  async function walk(params: Record<string, string>, limit: number): Promise<string[]> {
    const ids: string[] = [];
    let url = `/v1/articles?${new URLSearchParams({ ...params, limit: String(limit) })}`;
    for (let pages = 0; pages < 100; pages++) {
      const { status, body, headers, text } = await room.call(url);
      if (status !== 200) throw new Error(`${url}: ${text}`);
      ids.push(...body.data.map((each: { id: string }) => each.id));
      expect(body.page.limit).toBe(limit);
      expect(body.data.length).toBeLessThanOrEqual(limit);
      if (body.page.next === null) {
        expect(headers.link).toBeUndefined();
        return ids;
      }
      const next = /^<(.+)>; rel="next"$/.exec(String(headers.link))?.[1] ?? '';
      expect(new URL(next, 'http://x').searchParams.get('cursor')).toBe(body.page.next);
      url = next;
    }
    throw new Error('the list does not end');
  }

  it('answer every combination of filters and sorts as a list in memory does, page by page', async () => {
    await fc.assert(
      fc.asyncProperty(query, fc.integer({ min: 1, max: 25 }), async (query, limit) => {
        expect(await walk(paramsOf(query), limit)).toEqual(expected(query));
      }),
      { numRuns: 150 },
    );
  });

  it('answer every pair of filters in every order', async () => {
    const filters: Query[] = [
      ...[{ category: 0 }, { category: 1 }, { tag: 1 }, { author: 0 }, { locale: 'ar' as const }],
      ...[{ source: 'المصدر 7' as const }, { urgency: 1 }, { from: 2 }, { to: 3 }],
    ];
    const orders: Query[] = [...sorts.map((sort) => ({ sort })), { sort: '-views', window: '7d' }];
    for (const order of orders)
      for (const [index, first] of filters.entries())
        for (const second of filters.slice(index)) {
          const query = { ...first, ...second, ...order };
          expect([query, await walk(paramsOf(query), 100)]).toEqual([query, expected(query)]);
        }
  }, 60_000);

  it('count on request, and only then', async () => {
    for (const query of [
      {},
      { category: 0 },
      { tag: 0, author: 1 },
      { from: 2, to: 3 },
      { locale: 'ar' as const, from: 3 },
    ]) {
      const { body } = await press.list(`?${new URLSearchParams({ ...paramsOf(query), limit: '3', count: 'exact' })}`);
      expect(body.page).toMatchObject({ total: expected(query).length, totalIsExact: true });
      expect(body.data).toHaveLength(3);
    }
    expect((await press.list('?tag=none&count=exact')).body.page).toEqual({
      next: null,
      limit: 20,
      total: 0,
      totalIsExact: true,
    });
    expect((await press.list()).body.page).not.toHaveProperty('total');
    const counted = (await press.list('?limit=1&count=exact')).body.page;
    expect((await press.list(`?limit=1&cursor=${counted.next}`)).status).toBe(200);
  });

  it('link to a next page that is asked for in the same words', async () => {
    const shown = { fields: 'id,slug', count: 'exact', display: 'ar-SY' };
    const asked = { locale: 'ar', limit: '1', sort: '-updatedAt', ...shown };
    const { headers, body } = await press.list(`?${new URLSearchParams(asked)}`);
    const next = /^<(.+)>; rel="next"$/.exec(String(headers.link))?.[1] ?? '';
    expect(Object.fromEntries(new URL(next, 'http://x').searchParams)).toEqual({ ...asked, cursor: body.page.next });
  });

  it('say when counting was given up', async () => {
    const lists = createLists(room.db);
    const all = { filters: [], from: null, to: null };
    expect(await lists.count(all, 10)).toEqual({ total: 10, isExact: false });
    expect(await lists.count(all, 61)).toEqual({ total: 60, isExact: true });
  });

  it('answer short pages where they would look too long, and still come to the end', async () => {
    const lists = createLists(room.db, { mostRows: 10, longestMs: 60_000, firstChunk: 3 });
    const { facets } = room.db.tables;
    const rows = await room.db.read.select().from(facets);
    const filterOf = (...ids: string[]): Filter =>
      rows
        .filter((row) => ids.includes(row.tagId ?? row.categoryId ?? row.authorId ?? row.text ?? ''))
        .map(({ id }) => id);
    const [tag, author, category] = [
      filterOf(idOf('tags', 0)),
      filterOf(idOf('authors', 1)),
      filterOf(...[0, 1, 2].map((index) => idOf('categories', index))),
    ];
    const sets: [Query, Filter[]][] = [
      [{}, []],
      [{ tag: 0 }, [tag]],
      [{ category: 0 }, [category]],
      [{ tag: 0, author: 1 }, [tag, author]],
      [{ category: 0, author: 1 }, [category, author]],
      // Here the category has fewer articles, so that its parts are what is walked.
      [{ category: 1, locale: 'ar' }, [filterOf(idOf('categories', 1), idOf('categories', 2)), filterOf('locale:ar')]],
    ];
    const numbers = new Map(articles.map(({ id, n }) => [id, n]));
    for (const sort of sorts)
      for (const [query, filters] of sets) {
        const request: ListRequest = { filters, sort, window: '24h', from: null, to: null, after: null, limit: 2 };
        const found: number[] = [];
        let after: Position | null = null;
        let pages = 0;
        do {
          const page: { found: Position[]; next: Position | null } = await lists.find({ ...request, after });
          expect(page.found.length).toBeLessThanOrEqual(2);
          found.push(...page.found.map(({ n }) => n));
          after = page.next;
        } while (after && ++pages < 200);
        const whole = expected({ ...query, sort }).map((id) => numbers.get(id));
        expect([query, sort, found]).toEqual([query, sort, whole]);
      }
  });

  it('hold whole bodies on request', async () => {
    const before = await press.article({ sections: [{ heading: 'بداية', body: { text: 'نص أطول منه بقليل.' } }] });
    const { id } = await press.article({ sections: [{ heading: 'عنوان', body: { text: 'نص' } }], custom: { a: 1 } });
    const both = (await press.list('?limit=2&include=sections')).body.data;
    expect(both).toEqual([(await press.get(id)).body, (await press.get(before.id)).body]);
    const [card] = (await press.list('?limit=1')).body.data;
    expect(card.id).toBe(id);
    for (const name of ['sections', 'seo', 'custom']) expect(card).not.toHaveProperty(name);
    const [whole] = (await press.list('?limit=1&include=sections')).body.data;
    expect(whole).toEqual((await press.get(id)).body);
    expect((await press.list('?limit=1&fields=id,sections')).body.data).toEqual([{ id, sections: whole.sections }]);
    expect((await press.list('?limit=1&fields=slug,id')).body.data).toEqual([{ slug: card.slug, id }]);
    const [worded] = (await press.list('?limit=1&display=ar-EG&fields=display')).body.data;
    expect(worded.display).toMatchObject({ locale: 'ar-EG', comments: 'لا تعليقات' });
    for (const each of [id, before.id]) await press.unpublish(each);
  });

  it('refuse cursors that are forged, or of another list', async () => {
    const cursorOf = async (query: string) => (await press.list(query)).body.page.next as string;
    const [plain, byTag, byComments] = [
      await cursorOf('?limit=1'),
      await cursorOf(`?limit=1&locale=ar`),
      await cursorOf('?limit=1&sort=-commentCount'),
    ];
    const changed = (cursor: string, change: (keys: unknown[]) => unknown[]) => {
      const [digest, ...keys] = JSON.parse(Buffer.from(cursor, 'base64url').toString());
      return Buffer.from(JSON.stringify([digest, ...change(keys)])).toString('base64url');
    };
    const refused: [string, string][] = [
      ...[byTag, byComments, 'x', '%00', `${plain}%3D`, 'W10', 'bnVsbA', 'e30'].map((cursor): [string, string] => [
        '',
        cursor,
      ]),
      ['&locale=en', byTag],
      ['&sort=-updatedAt', byComments],
      ['&from=2025-11-02', plain],
    ];
    const numbers = [-1, 1.5, 1e300, -8.64e15, 8.64e15, 2 ** 40, '1', null, 'x'];
    for (const [query, cursor] of [
      ['', plain],
      ['&sort=-commentCount', byComments],
      ['&sort=-updatedAt', await cursorOf('?limit=1&sort=-updatedAt')],
    ] as const) {
      refused.push([query, changed(cursor, (keys) => keys.slice(1))], [query, changed(cursor, (keys) => [...keys, 1])]);
      for (const at of [0, 1, 2])
        for (const number of numbers) {
          const forged = changed(cursor, (keys) => keys.with(at, number));
          // Some of these are numbers that could be there: then it is a cursor like any other.
          const { status } = await press.list(`?limit=1${query}&cursor=${forged}`);
          expect([query, at, number, status === 200 || status === 400]).toEqual([query, at, number, true]);
        }
    }
    for (const [query, cursor] of refused) {
      const answer = await press.list(`?limit=1${query}&cursor=${cursor}`);
      expect([query, cursor, answer.status]).toEqual([query, cursor, 400]);
    }
    // What is shown, and how much of it, may change.
    for (const query of ['limit=2&fields=id', 'include=sections', 'display=ar-SY', 'count=exact'])
      expect([query, (await press.list(`?${query}&cursor=${plain}`)).status]).toEqual([query, 200]);
  });

  it('go on with a cursor of the same list, in whatever words that was asked for', async () => {
    const [category] = terms.categories;
    const [tag] = terms.tags;
    for (const [one, other] of [
      ['sort=-views', 'sort=-views&window=24h'],
      [`category=${category?.id}`, `category=${category?.slug}`],
      [`tag=${tag?.id.toUpperCase()}`, `tag=${tag?.slug}`],
    ] as const)
      for (const [first, second] of [
        [one, other],
        [other, one],
      ]) {
        const { next } = (await press.list(encodeURI(`?limit=1&${first}`))).body.page;
        // This one first, or the answer to the other might be kept for it.
        const answer = await press.list(encodeURI(`?limit=1&${second}&cursor=${next}`));
        const same = await press.list(encodeURI(`?limit=1&${first}&cursor=${next}`));
        expect([second, answer.status, answer.body]).toEqual([second, 200, same.body]);
      }
    const { next } = (await press.list('?limit=1&sort=-views')).body.page;
    expect((await press.list(`?limit=1&sort=-views&window=7d&cursor=${next}`)).body.code).toBe('invalid-cursor');
  });

  it('are read from the database once, with the window that is usual and without it', async () => {
    const rows = vi.spyOn(room.db.read, 'rows');
    const first = await press.list('?limit=9&sort=-views');
    const before = rows.mock.calls.length;
    for (const query of ['?sort=-views&window=24h&limit=9', '?window=24h&limit=9&sort=-views'])
      expect((await press.list(query)).etag).toBe(first.etag);
    expect([before > 0, rows.mock.calls.length]).toEqual([true, before]);
    rows.mockRestore();
    expect((await press.list('?sort=-views&window=7d')).status).toBe(200);
    for (const query of [
      ...['?limit=9&window=24h', '?limit=9&sort=-views&window=24h&window=24h'],
      ...['?sort=-views&window=24h&window=7d', '?sort=-views&win%64ow=7d&window=24h'],
    ])
      expect((await press.list(query)).status).toBe(400);
  });

  it('refuse what they do not know, and change nothing silently', async () => {
    for (const query of [
      ...['limit=0', 'limit=101', 'limit=1e1', 'limit=-1', 'limit=', 'page=2', 'sort=views', 'sort=-headline', 'sort='],
      ...[
        'window=7d',
        'sort=-commentCount&window=24h',
        'sort=-views&window=1h',
        'urgency=0',
        'urgency=10',
        'locale=x_y',
      ],
      ...['from=yesterday', 'from=2025-02-30', 'to=', 'count=1', 'count=true', 'include=comments', 'fields=secret'],
      ...['tag=a&tag=b', 'category=', `tag=${'x'.repeat(301)}`, 'source=', 'display=fr'],
    ]) {
      const answer = await press.list(`?${query}`);
      expect([query, answer.status, answer.body.code]).toEqual([query, 400, 'invalid-request']);
    }
    for (const query of [
      'from=0000-01-01T00:00:00Z',
      'to=9999-12-31T23:59:59.999Z',
      'to=9999-12-31',
      'from=11 نوفمبر 2025',
    ])
      expect([query, (await press.list(`?${new URLSearchParams(query)}`)).status]).toEqual([query, 200]);
    for (const query of [
      'category=لا-شيء',
      'tag=؟',
      `author=01a20e40-06cb-7775-8f90-7b6643fe14d1`,
      'source=x',
      'urgency=9',
    ])
      expect((await press.list(`?${new URLSearchParams(query)}`)).body.data).toEqual([]);
  });

  it('take a day in the time zone of the site', async () => {
    const { id } = await press.article({ publishedAt: '2019-05-04T21:30:00Z' });
    const ids = async (query: string) => (await press.list(query)).body.data.map((each: { id: string }) => each.id);
    expect(await ids('?from=2019-05-05&to=2019-05-05')).toEqual([id]);
    expect(await ids('?from=2019-05-04&to=2019-05-04')).toEqual([]);
    expect(await ids('?from=2019-05-04T21:30:00Z&to=2019-05-04T21:30:00Z')).toEqual([id]);
    expect(await ids('?from=2019-05-04T21:30:00.001Z&to=2019-06-01')).toEqual([]);
    // The beginning of the day, and an instant in it.
    expect(await ids('?from=2019-05-05&to=2019-05-04T21:30:00Z')).toEqual([id]);
    expect(await ids('?from=2019-05-04T21:30:00Z&to=2019-05-05')).toEqual([id]);
    await press.unpublish(id);
  });

  it('refuse a span that ends before it begins, also where only the time zone of the site tells', async () => {
    for (const query of [
      'from=2025-11-12&to=2025-11-11',
      'from=2025-11-11T10:00:00Z&to=2025-11-11T09:59:59.999Z',
      'from=2025-11-11T10:00:00%2B03:00&to=2025-11-11T10:00:00%2B04:00',
      // In Damascus the day begins three hours before midnight in UTC.
      'from=2025-11-11&to=2025-11-10T20:59:59Z',
      'from=2025-11-10T21:00:00Z&to=2025-11-10',
      `limit=1&from=${encodeURIComponent('12 تشرين الثاني 2025')}&to=2025-11-11`,
    ]) {
      const [en, ar] = await Promise.all(
        ['en', 'ar'].map((language) => press.list(`?${query}`, { 'accept-language': language })),
      );
      const [error] = en?.body.errors ?? [];
      expect([query, en?.status, error]).toEqual([
        query,
        400,
        { in: 'query', pointer: '/to', code: 'to_before_from', message: 'It must not be earlier than from.' },
      ]);
      expect(ar?.body.errors[0].message).toBe('يجب ألا يسبق هذا التاريخ قيمة from.');
    }
  });
});
