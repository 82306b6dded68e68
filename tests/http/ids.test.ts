import { afterAll, beforeAll, expect, it } from 'vitest';
import { articlesUrl, type Desk, deskOf } from '../articles/desk.ts';
import { moderationUrl, readersOf } from '../comments/readers.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';

const editorial = '/v1/editorial';
const big = (id: string) => id.toUpperCase();

describeEachEngine('ids in capitals', (engine) => {
  let room: Newsroom;
  let desk: Desk;
  let user: string;
  let key: string;
  const term: Record<string, string> = {};
  beforeAll(async () => {
    room = await openNewsroom(engine);
    desk = deskOf(room);
    for (const kind of ['categories', 'tags', 'authors'] as const) term[kind] = (await desk.term(kind, 'دمشق')).id;
    const make = async (url: string, body: object) =>
      (await room.call(`${editorial}/${url}`, { as: 'admin', body })).body;
    const person = { email: 'omar@example.org', name: 'عمر', role: 'editor', password: 'كلمة مرور طويلة' };
    user = (await make('users', person)).id;
    key = (await make('api-keys', { name: 'مفتاح', role: 'editor' })).id;
  });
  afterAll(() => room.close());

  const of = (kind: string) => big(term[kind] ?? '');

  it('name what is read, changed and deleted', async () => {
    const { id, sections } = await desk.create({ sections: [{ heading: 'تفاصيل' }] });
    const section = `${desk.sectionsOf(big(id))}/${big(sections[0].id)}`;
    const urls = [
      ...[`${articlesUrl}/${big(id)}`, section, `${editorial}/users/${big(user)}`, `${editorial}/api-keys/${big(key)}`],
      ...['categories', 'tags', 'authors'].map((kind) => `${editorial}/${kind}/${of(kind)}`),
    ];
    for (const url of urls) {
      const read = await room.call(url, { as: 'admin' });
      expect([url, read.status]).toEqual([url, 200]);
      expect(big(read.body.id)).toBe(url.split('/').at(-1));
      const changed = await desk.send('PATCH', url, {}, 'admin');
      expect([url, changed.status, changed.body.id]).toEqual([url, 200, read.body.id]);
    }
    expect((await desk.send('DELETE', section, undefined, 'admin')).status).toBe(204);
    expect((await desk.read(id)).body.sections).toEqual([]);
    expect((await room.call(`${articlesUrl}/${big(id)}/publish`, { as: 'editor', method: 'POST' })).body.id).toBe(id);
  });

  it('refer to what they name', async () => {
    const told = { categoryId: of('categories'), tagIds: [of('tags')], authors: [of('authors')] };
    const story = await desk.create({ ...told, sections: [{ heading: 'أ' }, { heading: 'ب' }] });
    expect([story.category.id, story.tags[0].id, story.authors[0].id]).toEqual(Object.values(term));
    const again = await desk.patch(story.id, { ...told, authors: [{ id: of('authors'), role: 'محرر' }] });
    expect(again.body).toMatchObject({ category: { id: term.categories }, authors: [{ id: term.authors }] });
    const twice = await desk.patch(story.id, { tagIds: [term.tags, of('tags')] });
    expect([twice.status, twice.body.errors[0].code]).toEqual([400, 'duplicate']);
    const ids = story.sections.map((section: { id: string }) => section.id).reverse();
    const order = await desk.send('PUT', `${desk.sectionsOf(story.id)}/order`, { ids: ids.map(big) });
    expect(order.body.data.map((section: { id: string }) => section.id)).toEqual(ids);
    const child = await room.call(`${editorial}/categories`, {
      as: 'editor',
      body: { name: 'حلب', parentId: of('categories') },
    });
    expect([child.status, child.body.parentId]).toEqual([201, term.categories]);
    const author = await desk.send('PATCH', `${editorial}/authors/${term.authors}`, { userId: big(user) }, 'admin');
    expect([author.status, author.body.userId]).toEqual([200, user]);
  });

  it('name what readers read', async () => {
    const { id } = await readersOf(room).article();
    const section = await room.call(desk.sectionsOf(id), { as: 'editor', body: { heading: 'قسم' } });
    await room.call(`${articlesUrl}/${id}/publish`, { as: 'editor', method: 'POST' });
    const url = `/v1/articles/${big(id)}`;
    for (const rest of ['', '/sections', `/sections/${big(section.body.id)}`, '/related', '/comments'])
      expect([rest, (await room.call(`${url}${rest}`)).status]).toEqual([rest, 200]);
    expect((await room.call(`${url}/views`, { method: 'POST' })).status).toBe(204);
  });

  it('narrow lists, and name comments', async () => {
    const readers = readersOf(room);
    const { id } = await readers.article({ categoryId: term.categories, authors: [term.authors] });
    const first = await readers.say(id);
    const reply = await readers.say(big(id), big(first.id));
    const narrowed = `${articlesUrl}?category=${of('categories')}&author=${of('authors')}`;
    const list = await room.call(narrowed, { as: 'editor' });
    expect(list.body.data.map((article: { id: string }) => article.id)).toContain(id);
    const { body } = await room.call(`${moderationUrl}?article=${big(id)}`, { as: 'moderator' });
    expect(body.data.map((comment: { id: string }) => comment.id)).toEqual([reply.id, first.id]);
    const rejected = await readers.moderate(big(first.id), 'rejected', { 'if-match': '*' });
    expect([rejected.status, rejected.body.id]).toEqual([200, first.id]);
  });
});
