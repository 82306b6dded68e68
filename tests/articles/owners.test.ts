import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { anotherPerson, articlesUrl, type Desk, deskOf, pretendPublished } from './desk.ts';

const nobody = '0198c0de-0000-7000-8000-000000000000';

describeEachEngine('whose working copies are whose', (engine) => {
  let room: Newsroom;
  let desk: Desk;
  beforeEach(async () => {
    room = await openNewsroom(engine);
    desk = deskOf(room);
  });
  afterEach(() => room.close());

  /** What each request to the article and its sections is answered. */
  async function tryAll(article: { id: string; sections: { id: string }[] }, as?: string) {
    const url = `${articlesUrl}/${article.id}`;
    const section = `${url}/sections/${article.sections[0]?.id}`;
    const headers = { 'if-match': '*' };
    const call = async (method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', at: string, body?: object) =>
      (await room.call(at, { ...(as ? { as } : {}), method, headers, ...(body ? { body } : {}) })).status;
    return [
      await call('GET', url),
      await call('PATCH', url, { kicker: 'أ' }),
      await call('GET', `${url}/sections`),
      await call('POST', `${url}/sections`, { heading: 'أ' }),
      await call('GET', section),
      await call('PATCH', section, { heading: 'ب' }),
      await call('PUT', `${url}/sections/order`, { ids: [nobody] }),
      await call('DELETE', section),
      await call('DELETE', url),
    ];
  }

  const story = { sections: [{ heading: 'قسم' }] };
  const unauthorized = Array(9).fill(401);
  const hidden = Array(9).fill(404);
  const done = [200, 200, 200, 201, 200, 200, 409, 204, 204];

  it('show nothing and do nothing without a token', async () => {
    expect(await tryAll(await desk.create(story))).toEqual(unauthorized);
    expect((await room.call(articlesUrl)).status).toBe(401);
    expect((await room.call(articlesUrl, { body: { headline: 'x' } })).status).toBe(401);
  });

  it.each(['contributor', 'author'] as const)('let a %s do everything with their own drafts', async (role) => {
    expect(await tryAll(await desk.create(story, role), role)).toEqual(done);
  });

  it.each(['contributor', 'author'] as const)('do not let a %s know of anybody else’s', async (role) => {
    const colleague = await anotherPerson(room, role);
    expect(await tryAll(await desk.create(story, colleague), role)).toEqual(hidden);
    expect(await tryAll(await desk.create(story), role)).toEqual(hidden);
  });

  it.each(['editor', 'admin'] as const)('let an %s do everything with everybody’s', async (role) => {
    expect(await tryAll(await desk.create(story, 'contributor'), role)).toEqual(done);
  });

  it('are not a moderator’s business', async () => {
    expect(await tryAll(await desk.create(story), 'moderator')).toEqual(hidden);
    expect((await room.call(articlesUrl, { as: 'moderator' })).status).toBe(403);
    expect((await room.call(articlesUrl, { as: 'moderator', body: { headline: 'x' } })).status).toBe(403);
  });

  it('are closed to their contributor once they are published, and open to their author', async () => {
    const [draft, own] = [await desk.create(story, 'contributor'), await desk.create(story, 'author')];
    await pretendPublished(room, draft.id);
    await pretendPublished(room, own.id);
    expect(await tryAll(draft, 'contributor')).toEqual([200, 403, 200, 403, 200, 403, 403, 403, 403]);
    expect(await tryAll(own, 'author')).toEqual([200, 200, 200, 201, 200, 200, 409, 204, 403]);
  });

  it('stay closed to their contributor once they were public, though no date says so any more', async () => {
    const draft = await desk.create(story, 'contributor');
    for (const action of ['publish', 'unpublish'])
      await room.call(`${articlesUrl}/${draft.id}/${action}`, { as: 'editor', method: 'POST' });
    expect((await desk.patch(draft.id, { publishedAt: null })).body).toMatchObject({ publishedAt: null });
    expect(await tryAll(draft, 'contributor')).toEqual([200, 403, 200, 403, 200, 403, 403, 403, 403]);
  });

  it('stay drafts though a date to show is set', async () => {
    const dated = await desk.create({ ...story, publishedAt: '2020-01-01T00:00:00Z' }, 'contributor');
    expect(await tryAll(dated, 'contributor')).toEqual(done);
  });

  it('are listed to contributors and authors only when they are their own', async () => {
    const colleague = await anotherPerson(room, 'author');
    const mine = await desk.create({}, 'author');
    const theirs = await desk.create({}, colleague);
    const ids = async (as: string) =>
      (await room.call(articlesUrl, { as })).body.data.map((article: { id: string }) => article.id);
    expect(await ids('author')).toEqual([mine.id]);
    expect(await ids(colleague)).toEqual([theirs.id]);
    expect(await ids('contributor')).toEqual([]);
    expect((await ids('editor')).sort()).toEqual([mine.id, theirs.id].sort());
  });

  it('obey the scopes of a key', async () => {
    const reader = await anotherPerson(room, null, ['articles:read']);
    expect(await tryAll(await desk.create(story), reader)).toEqual([200, 403, 200, 403, 200, 403, 403, 403, 403]);
    expect((await room.call(articlesUrl, { as: reader, body: { headline: 'x' } })).status).toBe(403);
    const writer = await anotherPerson(room, null, ['articles:create']);
    const made = await room.call(articlesUrl, { as: writer, body: { headline: 'x' } });
    expect(made.status).toBe(201);
    expect((await desk.read(made.body.id, writer)).status).toBe(404);
  });

  it('that do not exist are 404 to everybody', async () => {
    expect(await tryAll({ id: nobody, sections: [{ id: nobody }] }, 'admin')).toEqual(hidden);
  });
});
