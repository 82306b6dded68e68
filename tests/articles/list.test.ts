import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { articlesUrl, type Desk, deskOf, pretendPublished } from './desk.ts';

describeEachEngine('the list of working copies', (engine) => {
  let room: Newsroom;
  let desk: Desk;
  beforeEach(async () => {
    room = await openNewsroom(engine);
    desk = deskOf(room);
  });
  afterEach(() => room.close());

  const list = async (query: Record<string, string> = {}) => {
    const answer = await room.call(articlesUrl, { as: 'editor', query });
    if (answer.status !== 200) throw new Error(answer.text);
    return answer.body as { data: { id: string }[]; page: { next: string | null; limit: number } };
  };
  const ids = async (query?: Record<string, string>) => (await list(query)).data.map((article) => article.id);

  /** Reads every page. */
  async function walk(limit: number, between: () => Promise<unknown> = async () => {}) {
    const seen: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null; await between()) {
      const { data, page } = await list({ limit: String(limit), ...(cursor ? { cursor } : {}) });
      expect(data.length).toBeLessThanOrEqual(limit);
      seen.push(...data.map((article) => article.id));
      cursor = page.next;
    }
    return seen;
  }

  it('names its next page with all that was asked for, also behind a question mark in it', async () => {
    for (const headline of ['لماذا الآن؟', 'لماذا أمس؟', 'هنا']) await desk.create({ headline });
    const first = await room.call(`${articlesUrl}?q=${encodeURIComponent('لماذا')}?&limit=1`, { as: 'editor' });
    const [, next = ''] = /^<(.+)>; rel="next"$/.exec(String(first.headers.link)) ?? [];
    const second = await room.call(next, { as: 'editor' });
    expect(second.body.page).toEqual({ next: null, limit: 1 });
    const headlines = [first, second].flatMap(({ body }) =>
      body.data.map((each: { headline: string }) => each.headline),
    );
    expect(headlines.sort()).toEqual(['لماذا أمس؟', 'لماذا الآن؟']);
  });

  it('shows each without its body, last changed first', async () => {
    const author = await desk.term('authors', 'ليلى حداد');
    const photographer = await desk.term('authors', 'سامر ناصر');
    const category = await desk.term('categories', 'سياسة');
    const first = await desk.create({
      headline: 'الأول',
      authors: [photographer.id, { id: author.id, role: 'editor' }],
      categoryId: category.id,
      lead: 'سر',
      sections: [{ body: { text: 'سر' } }],
    });
    room.pass(1000);
    const second = await desk.create({ headline: 'الثاني' });
    expect(await ids()).toEqual([second.id, first.id]);
    room.pass(1000);
    await room.call(desk.sectionsOf(first.id), { as: 'editor', body: { heading: 'قسم' } });
    const answer = await list();
    expect(answer.page).toEqual({ next: null, limit: 20 });
    const { authors, category: shown } = first;
    const rest = { externalId: null, kicker: null, source: null, urgency: null, publishedAt: null };
    expect(answer.data[0]).toEqual({
      ...rest,
      id: first.id,
      status: 'draft',
      headline: 'الأول',
      slug: 'الأول',
      locale: 'ar',
      dir: 'rtl',
      authors,
      category: shown,
      version: 1,
      createdAt: '2025-11-11T08:00:00.000Z',
      updatedAt: '2025-11-11T08:00:02.000Z',
    });
    expect(authors.map((byline: { name: string }) => byline.name)).toEqual(['سامر ناصر', 'ليلى حداد']);
    expect(JSON.stringify(answer)).not.toContain('سر"');
  });

  it('comes in pages that neither lose nor repeat, also at equal times', async () => {
    const made: string[] = [];
    for (let n = 0; n < 7; n++) {
      made.unshift((await desk.create()).id);
      if (n % 3 === 2) room.pass(1);
    }
    expect(await walk(1)).toEqual(made);
    expect(await walk(3)).toEqual(made);
    expect(await walk(7)).toEqual(made);
  });

  it('keeps its place while new ones come in', async () => {
    const made: string[] = [];
    for (let n = 0; n < 5; n++) made.unshift((await desk.create()).id);
    const seen = await walk(2, async () => {
      room.pass(1);
      await desk.create();
    });
    expect(seen).toEqual(made);
  });

  it('filters by status, category and author, and by all of them', async () => {
    const category = await desk.term('categories', 'سياسة');
    const author = await desk.term('authors', 'ليلى حداد');
    const [plain, filed, signed, both] = [
      await desk.create(),
      await desk.create({ categoryId: category.id }),
      await desk.create({ authors: [author.id] }),
      await desk.create({ categoryId: category.id, authors: [author.id] }),
    ];
    await pretendPublished(room, filed.id);
    expect(await ids({ category: category.id })).toEqual([both.id, filed.id]);
    expect(await ids({ author: author.id })).toEqual([both.id, signed.id]);
    expect(await ids({ author: author.id, category: category.id })).toEqual([both.id]);
    expect(await ids({ status: 'published' })).toEqual([filed.id]);
    expect(await ids({ status: 'draft' })).toEqual([both.id, signed.id, plain.id]);
    expect(await ids({ status: 'unpublished' })).toEqual([]);
  });

  it('finds words of a headline whatever their spelling, and takes no sign as a wildcard', async () => {
    const summit = await desk.create({ headline: 'القِمّة العربيّة في أَبوظبي' });
    const percent = await desk.create({ headline: 'نمو 100% في Damascus_X' });
    expect(await ids({ q: 'القمه العربيه' })).toEqual([summit.id]);
    expect(await ids({ q: 'ابوظبي' })).toEqual([summit.id]);
    expect(await ids({ q: '١٠٠%' })).toEqual([percent.id]);
    expect(await ids({ q: 'damascus_x' })).toEqual([percent.id]);
    for (const q of ['ا%ي', 'dama*', 'damascus OR', 'باريس']) expect([q, await ids({ q })]).toEqual([q, []]);
    for (const q of ['%', '_', '\\', "'", '"', '-القمة']) {
      const answer = await room.call(articlesUrl, { as: 'editor', query: { q } });
      expect([q, answer.status, answer.body.errors[0].code]).toEqual([q, 400, 'empty_query']);
    }
  });

  it('refuses a cursor of another list', async () => {
    await desk.create();
    await desk.create();
    const { page } = await list({ limit: '1' });
    const other = await room.call(articlesUrl, { as: 'editor', query: { cursor: String(page.next), status: 'draft' } });
    expect([other.status, other.body.code]).toEqual([400, 'invalid-cursor']);
  });
});
