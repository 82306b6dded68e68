import { afterEach, beforeEach, expect, it } from 'vitest';
import { pressOf } from '../publishing/press.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { articlesUrl, type Desk, deskOf, pretendPublished } from './desk.ts';

describeEachEngine('slugs of articles', (engine) => {
  let room: Newsroom;
  let desk: Desk;
  beforeEach(async () => {
    room = await openNewsroom(engine);
    desk = deskOf(room);
  });
  afterEach(() => room.close());

  const kept = async () =>
    (await room.db.read.select().from(room.db.tables.articleSlugs)).map((row) => row.slug).sort();

  it('keep Arabic letters and are made from the headline', async () => {
    expect((await desk.create({ headline: 'القِمّة العربيّة تُعقد ٢٠٢٥!' })).slug).toBe('القمة-العربية-تعقد-2025');
  });

  it('fall back to letters of their own where a headline leaves nothing', async () => {
    const [first, second] = [await desk.create({ headline: '؟!' }), await desk.create({ headline: '؟!' })];
    expect(first.slug).toMatch(/^[0-9a-f]{12}$/);
    expect(second.slug).toMatch(/^[0-9a-f]{12}$/);
  });

  it('are distinct when the same headline comes twenty times at once', async () => {
    const made = await Promise.all(Array.from({ length: 20 }, () => desk.create({ headline: 'نشرة الأخبار' })));
    const slugs = made.map((article) => article.slug);
    expect(new Set(slugs).size).toBe(20);
    expect(slugs).toContain('نشرة-الأخبار');
    expect(slugs).toContain('نشرة-الأخبار-2');
    for (const slug of slugs) expect(slug).toMatch(/^نشرة-الأخبار(?:-[2-5]|-[0-9a-f]{6,12})?$/);
    const read = await Promise.all(made.map((article) => desk.read(article.id)));
    expect(read.map((answer) => answer.body.slug)).toEqual(slugs);
    expect(await kept()).toEqual([...slugs].sort());
  });

  it('are one for spellings that readers do not tell apart', async () => {
    await desk.create({ headline: 'القمّة' });
    expect((await desk.create({ headline: 'القمه' })).slug).toBe('القمه-2');
  });

  it('have at most 80 letters, whatever is put behind them', async () => {
    const headline = 'كلمة '.repeat(60);
    for (const { slug } of [await desk.create({ headline }), await desk.create({ headline })])
      expect([...slug].length).toBeLessThanOrEqual(80);
  });

  it('that an editor chose are taken as they are or not at all', async () => {
    await desk.create({ slug: 'قمة' });
    const other = await desk.create({ slug: 'أخرى' });
    const refused = await room.call(articlesUrl, { as: 'editor', body: { headline: 'x', slug: 'القمة'.slice(2) } });
    expect([refused.status, refused.body.code]).toEqual([409, 'already-exists']);
    expect(refused.body.errors).toEqual([expect.objectContaining({ pointer: '/slug', code: 'already_exists' })]);
    const patched = await desk.patch(other.id, { slug: 'قِمّة' });
    expect([patched.status, patched.body.code]).toEqual([409, 'already-exists']);
    expect((await desk.read(other.id)).body).toEqual(other);
    expect((await room.call(articlesUrl, { as: 'editor' })).body.data).toHaveLength(2);
  });

  it('that twenty editors choose at once go to exactly one', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => room.call(articlesUrl, { as: 'editor', body: { headline: 'x', slug: 'قمة' } })),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, ...Array(19).fill(409)]);
    expect(await kept()).toEqual(['قمة']);
  });

  it('may not look like an id', async () => {
    const slug = '0198C0DE-0000-7000-8000-00000000000٠';
    const refused = await room.call(articlesUrl, { as: 'editor', body: { headline: 'x', slug } });
    expect([refused.status, refused.body.errors]).toEqual([
      400,
      [expect.objectContaining({ pointer: '/slug', code: 'slug_is_id' })],
    ]);
    const made = await desk.create({ headline: '0198c0de-0000-7000-8000-000000000000' });
    expect(made.slug).toBe('0198c0de-0000-7000-8000-000000000000-2');
  });

  it.each(['categories', 'tags', 'authors'] as const)('of %s may not look like an id either', async (kind) => {
    const id = '0198C0DE-0000-7000-8000-00000000000٠';
    const url = `/v1/editorial/${kind}`;
    const refused = await room.call(url, { as: 'editor', body: { name: 'اسم', slug: id } });
    expect([refused.status, refused.body.errors]).toEqual([
      400,
      [expect.objectContaining({ pointer: '/slug', code: 'slug_is_id' })],
    ]);
    const made = await desk.term(kind, id);
    expect(made.slug).toBe('0198c0de-0000-7000-8000-000000000000-2');
    expect((await desk.send('PATCH', `${url}/${made.id}`, { slug: id })).body.errors[0].code).toBe('slug_is_id');
    expect((await room.call(`/v1/${kind}/${made.slug}`)).body.id).toBe(made.id);
  });

  it('that look like ids and are none lead to what has them, everywhere', async () => {
    const press = pressOf(room);
    const slug = '12345678-1234-1234-1234-123456789012';
    const [category, tag, author] = [
      await desk.term('categories', slug),
      await desk.term('tags', slug),
      await desk.term('authors', slug),
    ];
    const { id } = await press.article({ slug, categoryId: category.id, tagIds: [tag.id], authors: [author.id] });
    await press.comment(slug, 'تعليق');
    expect((await press.get(slug)).body).toMatchObject({ id, slug });
    expect((await room.call(`/v1/articles/${slug}/comments`)).body.data).toHaveLength(1);
    expect((await room.call(`/v1/articles/${slug}/views`, { method: 'POST' })).status).toBe(204);
    expect((await room.call(`/v1/articles/${slug}/related`)).status).toBe(200);
    for (const term of ['category', 'tag', 'author'])
      expect((await press.list(`?${term}=${slug}`)).body.data).toMatchObject([{ id }]);
    for (const kind of ['categories', 'tags', 'authors'])
      expect((await room.call(`/v1/${kind}/${slug}`)).body.slug).toBe(slug);
  });

  it('stay when the headline changes', async () => {
    const { id, slug } = await desk.create();
    expect((await desk.patch(id, { headline: 'عنوان آخر' })).body.slug).toBe(slug);
  });

  it('are given up for another, free for everybody when readers never saw them', async () => {
    const { id } = await desk.create({ slug: 'قديم' });
    expect((await desk.patch(id, { slug: 'جديد' })).body.slug).toBe('جديد');
    expect(await kept()).toEqual(['جديد']);
    expect((await desk.create({ slug: 'قديم' })).slug).toBe('قديم');
  });

  it('that readers have seen stay the article’s own, and it can come back to them', async () => {
    const { id } = await desk.create({ slug: 'قديم' });
    await pretendPublished(room, id);
    expect((await desk.patch(id, { slug: 'جديد' })).body.slug).toBe('جديد');
    expect(await kept()).toEqual(['جديد', 'قديم']);
    const refused = await room.call(articlesUrl, { as: 'editor', body: { headline: 'x', slug: 'قديم' } });
    expect(refused.status).toBe(409);
    expect((await desk.create({ headline: 'قديم' })).slug).toBe('قديم-2');
    expect((await desk.patch(id, { slug: 'قديم' })).body.slug).toBe('قديم');
    expect(await kept()).toEqual(['قديم', 'قديم-2']);
    // It was seen before, and stays so.
    expect((await desk.patch(id, { slug: 'أحدث' })).body.slug).toBe('أحدث');
    expect(await kept()).toEqual(['أحدث', 'قديم', 'قديم-2']);
  });

  it('can be spelled anew without becoming another', async () => {
    const { id } = await desk.create({ slug: 'القمه' });
    expect((await desk.patch(id, { slug: 'القمة' })).body.slug).toBe('القمة');
    expect(await kept()).toEqual(['القمة']);
  });
});
