import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Press, pressOf } from '../publishing/press.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';

const nowhere = '01a20e40-06cb-7775-8f90-7b6643fe14d1';
const kinds = ['categories', 'tags', 'authors'] as const;

describeEachEngine('categories, tags and authors at the desk', (engine) => {
  let room: Newsroom;
  let press: Press;
  beforeAll(async () => {
    room = await openNewsroom(engine);
    press = pressOf(room);
  });
  afterAll(() => room.close());

  const read = async (kind: string, id: string) =>
    (await room.call(`/v1/editorial/${kind}/${id}`, { as: 'editor' })).body;
  const refusal = ({ status, body }: Awaited<ReturnType<Press['change']>>) => [
    ...[status, body.errors?.[0].pointer, body.errors?.[0].code],
  ];

  it('form a tree of categories, in which none stands below itself', async () => {
    const [top, middle, leaf] = [
      await press.term('categories', 'عالم'),
      await press.term('categories', 'آسيا'),
      await press.term('categories', 'سوريا'),
    ];
    const move = (id: string, parentId: string | null) => press.change('categories', id, { parentId });
    expect((await move(middle.id, top.id)).body.parentId).toBe(top.id);
    expect((await move(leaf.id, middle.id)).body.parentId).toBe(middle.id);
    for (const below of [top, middle, leaf])
      expect(refusal(await move(top.id, below.id))).toEqual([422, '/parentId', 'circular']);
    expect(refusal(await move(leaf.id, nowhere))).toEqual([422, '/parentId', 'unknown_category']);
    const body = { name: 'أفريقيا', parentId: nowhere };
    expect(refusal(await room.call('/v1/editorial/categories', { as: 'editor', body }))).toEqual([
      ...[422, '/parentId', 'unknown_category'],
    ]);
    // What is not sent stays; nothing above is said by null.
    await press.change('categories', middle.id, { description: 'أخبار آسيا' });
    expect(await read('categories', middle.id)).toMatchObject({ parentId: top.id, description: 'أخبار آسيا' });
    expect((await move(middle.id, null)).body).toMatchObject({ parentId: null, description: 'أخبار آسيا' });
    expect((await move(top.id, leaf.id)).status).toBe(200);
  });

  it('are never in a circle, also when two are moved below each other at once', async () => {
    for (let time = 0; time < 5; time++) {
      const [one, other] = [
        await press.term('categories', `شمال ${time}`),
        await press.term('categories', `جنوب ${time}`),
      ];
      const both = await Promise.all([
        press.change('categories', one.id, { parentId: other.id }),
        press.change('categories', other.id, { parentId: one.id }),
      ]);
      expect(both.map(({ status }) => status).toSorted()).toEqual([200, 422]);
    }
  });

  it('stay as long as something refers to them, and say what', async () => {
    const parent = await press.term('categories', 'اقتصاد');
    const child = await press.term('categories', 'أسواق');
    await press.change('categories', child.id, { parentId: parent.id });
    const url = `/v1/editorial/categories/${parent.id}`;
    const kept = await press.send('DELETE', url);
    expect([kept.status, kept.body.code, kept.body.detail]).toEqual([
      409,
      'in-use',
      expect.stringContaining('تصنيفات'),
    ]);
    await press.send('DELETE', `/v1/editorial/categories/${child.id}`);
    expect((await press.send('DELETE', url)).status).toBe(204);
    expect((await press.send('DELETE', url)).status).toBe(404);
  });

  it.each(kinds)('may go once no article has them any more, whatever was published with them: %s', async (kind) => {
    const term = await press.term(kind, 'عابر');
    const fields = {
      categories: { categoryId: term.id },
      tags: { tagIds: [term.id] },
      authors: { authors: [term.id] },
    };
    const none = { categories: { categoryId: null }, tags: { tagIds: [] }, authors: { authors: [] } };
    const article = await press.article(fields[kind]);
    const remove = async () => (await press.send('DELETE', `/v1/editorial/${kind}/${term.id}`)).status;
    expect(await remove()).toBe(409);
    await press.patch(article.id, none[kind]);
    expect(await remove()).toBe(409);
    await press.publish(article.id);
    expect(await remove()).toBe(204);
  });

  it('have authors with a picture and a user, or without', async () => {
    const user = { email: 'omar@example.org', name: 'عمر', role: 'author', password: 'كلمة مرور طويلة' };
    const { id: userId } = (await room.call('/v1/editorial/users', { as: 'admin', body: user })).body;
    const given = { bio: 'مراسل في حلب', avatarUrl: 'https://cdn.example.org/a.jpg', userId };
    const body = { name: 'عمر الخطيب', ...given };
    const made = await room.call('/v1/editorial/authors', { as: 'editor', body });
    expect([made.status, made.body]).toEqual([201, expect.objectContaining(given)]);
    const { id } = made.body;
    expect(refusal(await press.change('authors', id, { userId: nowhere }))).toEqual([422, '/userId', 'unknown_user']);
    const without = { bio: null, avatarUrl: null, userId: null };
    expect((await press.change('authors', id, without)).body).toMatchObject({ name: 'عمر الخطيب', ...without });
    expect(await read('authors', id)).toMatchObject(without);
  });

  it.each(kinds)('are listed by the names they have now, each once, also those of one name: %s', async (kind) => {
    const named = async (name: string, slug: string) =>
      (await room.call(`/v1/editorial/${kind}`, { as: 'editor', body: { name, slug } })).body.id as string;
    const ids = [await named('ث', 'س١'), await named('ث', 'س٢'), await named('ث', 'س٣'), await named('ت', 'س٤')];
    const [, second = '', , last = ''] = ids;
    const listed = async () => {
      const found: string[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const query: Record<string, string> = { limit: '1', ...(cursor ? { cursor } : {}) };
        const answer = await room.call(`/v1/editorial/${kind}`, { as: 'editor', query });
        found.push(...answer.body.data.map((each: { id: string }) => each.id).filter((id: string) => ids.includes(id)));
        cursor = answer.body.page.next;
      }
      return found;
    };
    expect(await listed()).toEqual([last, ...ids.slice(0, 3)]);
    await press.change(kind, second, { name: 'ب' });
    expect(await listed()).toEqual([second, last, ...ids.filter((id) => id !== second && id !== last)]);
  });

  it.each(kinds)('refuse a slug that another has, and a change of what is not there: %s', async (kind) => {
    const [one, other] = [await press.term(kind, 'إدلب'), await press.term(kind, 'درعا')];
    const made = await room.call(`/v1/editorial/${kind}`, { as: 'editor', body: { name: 'ادلب' } });
    const taken = await press.change(kind, other.id, { slug: one.slug });
    for (const { status, body } of [made, taken]) expect([status, body.code]).toEqual([409, 'already-exists']);
    expect((await press.change(kind, nowhere, { name: 'لا أحد' })).status).toBe(404);
    expect((await press.send('DELETE', `/v1/editorial/${kind}/${nowhere}`)).status).toBe(404);
  });
});
