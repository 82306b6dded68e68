import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createResponseCache, type Rendered } from '../../src/delivery/cache.ts';
import { type Press, pressOf } from '../publishing/press.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';

const rendered = (text: string, tags: string[]): Rendered => ({
  body: Buffer.from(text),
  contentType: 'text/plain',
  tags,
});

describe('the cache of finished answers', () => {
  it('renders once for a hundred who ask at once, and not again', async () => {
    const cache = createResponseCache(1e6);
    const render = vi.fn(async () => rendered('a', ['x']));
    const entries = await Promise.all(Array.from({ length: 100 }, () => cache.through('/a', render)));
    expect(new Set(entries).size).toBe(1);
    await cache.through('/a', render);
    expect(render).toHaveBeenCalledTimes(1);
  });

  it('keeps no answer that something changed under while it was rendered, and shares none with later requests', async () => {
    const cache = createResponseCache(1e6);
    const gate = Promise.withResolvers<void>();
    const first = cache.through('/a', async () => {
      await gate.promise;
      return rendered('old', ['x']);
    });
    cache.drop(['x']);
    const second = await cache.through('/a', async () => rendered('new', ['x']));
    gate.resolve();
    expect([(await first).body.toString(), second.body.toString()]).toEqual(['old', 'new']);
    expect(cache.find('/a')?.body.toString()).toBe('new');
  });

  it('dates an answer by when it was begun', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2030-01-01T00:00:00Z') });
    try {
      const { settledAt, headers } = await createResponseCache(1e6).through('/a', async () => {
        vi.setSystemTime('2030-01-01T00:00:10Z');
        return rendered('a', ['x']);
      });
      expect(new Date(settledAt).toISOString()).toBe('2030-01-01T00:00:02.000Z');
      expect(headers['last-modified']).toBe('Mon, 31 Dec 2029 23:59:59 GMT');
    } finally {
      vi.useRealTimers();
    }
  });

  it.each([
    [['y'], true],
    [['x'], false],
    [['everything'], false],
  ])('when %j changes during a rendering that depends on x, keeps it: %s', async (changed, isKept) => {
    const cache = createResponseCache(1e6);
    await cache.through('/a', async () => {
      cache.drop(changed);
      return rendered('a', ['x']);
    });
    expect(cache.find('/a') !== undefined).toBe(isKept);
  });

  it('forgets by tag, and everything when told so', async () => {
    const cache = createResponseCache(1e6);
    for (const [key, tags] of [
      ['/a', ['x', 'y']],
      ['/b', ['y']],
      ['/c', ['z']],
    ] as const)
      await cache.through(key, async () => rendered(key, [...tags]));
    const kept = () => ['/a', '/b', '/c'].filter((key) => cache.find(key));
    cache.drop(['x']);
    expect(kept()).toEqual(['/b', '/c']);
    cache.drop(['none']);
    expect(kept()).toEqual(['/b', '/c']);
    // What is made anew is forgotten by the tags that it has now.
    await cache.through('/a', async () => rendered('/a', ['z']));
    cache.drop(['x']);
    expect(kept()).toEqual(['/a', '/b', '/c']);
    cache.drop(['everything']);
    expect([kept(), cache.bytes]).toEqual([[], 0]);
  });

  it('keeps no answer that something changed under after an older rendering of it had ended', async () => {
    const cache = createResponseCache(1e6);
    const [older, newer] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const make = (until: Promise<void>) => cache.through('/a', () => until.then(() => rendered('a', ['x'])));
    const first = make(older.promise);
    cache.drop(['x']);
    const second = make(newer.promise);
    older.resolve();
    await first;
    cache.drop(['x']);
    newer.resolve();
    await second;
    expect(cache.find('/a')).toBeUndefined();
  });

  it('stays within its bytes whatever is asked, and leaves out what is too large for it', async () => {
    const cache = createResponseCache(150_000);
    for (let index = 0; index < 500; index++) {
      await cache.through(`/${index}`, async () => rendered('x'.repeat(3000), [`t${index}`, 'all']));
      expect(cache.bytes).toBeLessThanOrEqual(150_000);
    }
    expect(cache.find('/499')).toBeDefined();
    expect(cache.find('/0')).toBeUndefined();
    await cache.through('/large', async () => rendered('x'.repeat(50_000), []));
    expect(cache.find('/large')).toBeUndefined();
    // Addresses are kept too, and anybody chooses those.
    for (let index = 0; index < 20; index++)
      await cache.through(`/${'x'.repeat(9000)}${index}`, async () => rendered('', []));
    expect(
      Array.from({ length: 20 }, (_, index) => cache.find(`/${'x'.repeat(9000)}${index}`)).filter(Boolean).length,
    ).toBeLessThan(12);
    cache.drop(['all']);
    expect(cache.find('/499')).toBeUndefined();
  });

  it('compresses once, and passes on what fails without keeping it', async () => {
    const compress = vi.fn(async (body: Buffer) => brotliCompressSync(body));
    compress.mockRejectedValueOnce(new Error('no memory'));
    const cache = createResponseCache(1e6, { br: compress, gzip: compress });
    const entry = await cache.through('/a', async () => rendered('x'.repeat(5000), []));
    const encoding = () => cache.encode(entry, 'br');
    expect((await Promise.allSettled([encoding(), encoding()])).map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
    ]);
    const all = await Promise.all(Array.from({ length: 10 }, encoding));
    expect([new Set(all).size, compress.mock.calls.length]).toEqual([1, 2]);
    expect(brotliDecompressSync(all[0] as Buffer).equals(entry.body)).toBe(true);
    const failing = () => cache.through('/b', () => Promise.reject(new Error('down')));
    await expect(Promise.all([failing(), failing()])).rejects.toThrow('down');
    expect((await cache.through('/b', async () => rendered('up', []))).body.toString()).toBe('up');
  });

  it('keeps nothing where it has no room at all', async () => {
    const cache = createResponseCache(0);
    await cache.through('/a', async () => rendered('a', []));
    expect(cache.find('/a')).toBeUndefined();
    cache.drop(['everything']);
  });
});

describeEachEngine('what is public', (engine) => {
  let room: Newsroom;
  let press: Press;
  beforeAll(async () => {
    room = await openNewsroom(engine);
    press = pressOf(room);
  });
  afterAll(() => room.close());

  let rounds = 0;

  /** Things that change answers, each with an address, how to change it and what is seen there before and after. */
  async function changes() {
    const round = ++rounds;
    const [category, tag, author] = [
      await press.term('categories', `سياسة ${round}`),
      await press.term('tags', `سوريا ${round}`),
      await press.term('authors', `ليلى ${round}`),
    ];
    const { id } = await press.article({
      ...{ comments: { mode: 'post' }, categoryId: category.id, tagIds: [tag.id] },
      authors: [{ id: author.id, role: 'author' }],
    });
    const other = await press.term('categories', `فارغ ${round}`);
    const url = `/v1/articles/${id}`;
    const has = (list: { data: { id: string }[] }) => list.data?.some((each) => each.id === id);
    type Row = [name: string, url: string, act: () => Promise<unknown>, see: (body: never) => unknown, after: unknown];
    const rows: Row[] = [
      [
        'an approved comment',
        url,
        () => press.comment(id, 'تعليق'),
        (body: { comments: { count: number } }) => body.comments.count,
        1,
      ],
      [
        'an approved comment in lists',
        '/v1/articles?sort=-commentCount&limit=1',
        () => press.comment(id, 'تعليق آخر'),
        (body: { data: { comments: { count: number } }[] }) => body.data[0]?.comments.count,
        2,
      ],
      [
        'an approved comment in its thread',
        `${url}/comments`,
        () => press.comment(id, 'ثالث'),
        (body: { data: unknown[] }) => body.data.length,
        3,
      ],
      [
        'an author’s name',
        url,
        () => press.change('authors', author.id, { name: 'ليلى حداد' }),
        (body: { authors: { name: string }[] }) => body.authors[0]?.name,
        'ليلى حداد',
      ],
      [
        'a tag’s name in lists',
        '/v1/articles',
        () => press.change('tags', tag.id, { name: 'الشام' }),
        (body: { data: { id: string; tags: { name: string }[] }[] }) =>
          body.data.find((each) => each.id === id)?.tags[0]?.name,
        'الشام',
      ],
      [
        'a category’s name',
        url,
        () => press.change('categories', category.id, { name: 'السياسة' }),
        (body: { category: { name: string } }) => body.category.name,
        'السياسة',
      ],
      [
        'a category’s own page',
        `/v1/categories/${category.id}`,
        () => press.change('categories', category.id, { name: 'سياسات' }),
        (body: { name: string }) => body.name,
        'سياسات',
      ],
      [
        'the list of tags',
        '/v1/tags',
        () => press.change('tags', tag.id, { name: 'دمشق' }),
        (body: { data: { id: string; name: string }[] }) => body.data.find((each) => each.id === tag.id)?.name,
        'دمشق',
      ],
      [
        'a tag’s slug in a list of it',
        `/v1/articles?tag=${encodeURIComponent(`اسم-جديد-${round}`)}`,
        () => press.change('tags', tag.id, { slug: `اسم-جديد-${round}` }),
        has,
        true,
      ],
      [
        'an author’s slug in a list of it',
        `/v1/articles?author=${encodeURIComponent(`كاتبة-${round}`)}`,
        () => press.change('authors', author.id, { slug: `كاتبة-${round}` }),
        has,
        true,
      ],
      [
        'a category that moves below another',
        `/v1/articles?category=${other.id}`,
        () => press.change('categories', category.id, { parentId: other.id }),
        has,
        true,
      ],
      [
        'an article published again',
        url,
        async () => {
          await press.patch(id, { headline: 'عنوان آخر' });
          await press.publish(id);
        },
        (body: { headline: string }) => body.headline,
        'عنوان آخر',
      ],
      [
        'an article published again, in a list',
        '/v1/articles?urgency=4',
        async () => {
          await press.patch(id, { urgency: 4 });
          await press.publish(id);
        },
        has,
        true,
      ],
      [
        'the site’s address',
        url,
        () => press.send('PATCH', '/v1/editorial/settings', { baseUrl: `https://site${round}.example` }, 'admin'),
        (body: { url: string }) => body.url.startsWith(`https://site${round}.example/`),
        true,
      ],
      [
        'the site’s address, in lists',
        '/v1/articles',
        () => press.send('PATCH', '/v1/editorial/settings', { baseUrl: `https://lists${round}.example` }, 'admin'),
        (body: { data: { url: string }[] }) =>
          body.data.every((each) => each.url.startsWith(`https://lists${round}.example/`)),
        true,
      ],
      ['an article taken back', url, () => press.unpublish(id), (body: { status: number }) => body.status, 404],
      ['an article taken back, in lists', '/v1/articles', () => press.publish(id), has, true],
      ['a killed article', url, () => press.kill(id), (body: { status: number }) => body.status, 410],
      ['a killed article in lists', '/v1/articles', async () => undefined, has, false],
    ];
    return rows;
  }

  it('is new in the very next answer of this process after every kind of change', async () => {
    for (const [name, url, act, see, after] of await changes()) {
      const before = name.startsWith('a killed article in lists')
        ? undefined
        : see((await room.call(url)).body as never);
      expect([name, before]).not.toEqual([name, after]);
      await act();
      expect([name, see((await room.call(url)).body as never)]).toEqual([name, after]);
    }
  });

  it('is new in another process on the same database within a second', async () => {
    const another = await room.anotherProcess();
    try {
      const there = async (url: string) => (await another.inject(url)).json();
      for (const [name, url, act, see, after] of await changes()) {
        await there(url);
        await act();
        const since = performance.now();
        await vi.waitFor(async () => expect([name, see((await there(url)) as never)]).toEqual([name, after]), {
          timeout: 1000,
          interval: 20,
        });
        expect(performance.now() - since).toBeLessThan(1000);
      }
    } finally {
      await another.close();
    }
  }, 60_000);

  it('is read from the database once for a hundred requests at once', async () => {
    const { id } = await press.article({ sections: [{ body: { text: 'نص' } }] });
    const rows = vi.spyOn(room.db.read, 'rows');
    const answers = await Promise.all(Array.from({ length: 100 }, () => press.list('?limit=7')));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    // The page; its cards are read by a query that is prepared.
    expect(rows).toHaveBeenCalledTimes(1);
    rows.mockRestore();
    expect((await press.get(id)).status).toBe(200);
  });

  it('is never stale when readers ask all the time while it changes', async () => {
    const { id } = await press.article({ headline: 'عنوان 0' });
    let latest = 0;
    let isDone = false;
    const seen: string[] = [];
    const reader = async () => {
      while (!isDone) {
        const least = latest;
        const { headline } = (await press.get(id)).body;
        if (Number(headline.split(' ')[1]) < least) seen.push(`${headline} after ${least}`);
        await new Promise(setImmediate);
      }
    };
    const readers = [reader(), reader(), reader()];
    for (let version = 1; version <= 15; version++) {
      await press.patch(id, { headline: `عنوان ${version}` });
      await press.publish(id);
      latest = version;
    }
    isDone = true;
    await Promise.all(readers);
    expect(seen).toEqual([]);
  });

  it('has another ETag exactly when its bytes are others', async () => {
    const author = await press.term('authors', 'سلمى');
    const act = fc.constantFrom('comment', 'rename', 'edit', 'publish', 'tag', 'nothing');
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 8 }), async (acts) => {
        const { id } = await press.article({
          comments: { mode: 'post' },
          authors: [{ id: author.id, role: 'author' }],
        });
        const ofArticle = ['', '?render=html', '?fields=id,headline', '?fields=authors', '/sections', '/related'].map(
          (rest) => `/v1/articles/${id}${rest}`,
        );
        const ofLists = ['?limit=3', '?limit=3&display=ar-SY', '?limit=3&fields=headline', '?limit=1&include=sections'];
        const urls = [...ofArticle, ...ofLists.map((query) => `/v1/articles${query}`)];
        const tagOf = new Map<string, string>();
        const bytesOf = new Map<string, string>();
        for (const [index, each] of ['nothing', ...acts].entries()) {
          if (each === 'comment') await press.comment(id, `تعليق ${index}`);
          if (each === 'rename')
            await press.change('authors', author.id, { name: index % 2 === 0 ? 'سلمى' : 'سلمى حداد' });
          if (each === 'edit') await press.patch(id, { headline: `عنوان ${index % 3}` });
          if (each === 'publish') await press.publish(id);
          if (each === 'tag') await press.patch(id, { urgency: (index % 9) + 1 });
          for (const url of urls) {
            const { text, etag } = await room.call(url);
            expect(tagOf.get(`${url} ${text}`) ?? etag).toBe(etag);
            expect(bytesOf.get(`${url} ${etag}`) ?? text).toBe(text);
            tagOf.set(`${url} ${text}`, etag);
            bytesOf.set(`${url} ${etag}`, text);
            expect((await room.call(url, { headers: { 'if-none-match': etag } })).status).toBe(304);
          }
        }
      }),
      { numRuns: 10 },
    );
  }, 60_000);
});
