import { afterEach, beforeEach, expect, it } from 'vitest';
import { anotherPerson } from '../articles/desk.ts';
import { importInto } from '../imports/newsrooms.ts';
import { type Press, pressOf } from '../publishing/press.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';

const audit = '/v1/editorial/audit';

describeEachEngine('the audit log', (engine) => {
  let room: Newsroom;
  let press: Press;
  beforeEach(async () => {
    room = await openNewsroom(engine);
    press = pressOf(room);
  });
  afterEach(() => room.close());

  const read = (query: Record<string, string> = {}, as = 'admin') => room.call(audit, { as, query });
  const actions = async (query: Record<string, string>) =>
    (await read(query)).body.data.map((entry: { action: string }) => entry.action);
  const me = async (as: string) => (await room.call('/v1/editorial/me', { as })).body.id as string;

  it('says who did what to which thing, when and in which request, newest first', async () => {
    const { id } = await press.create();
    room.pass(1000);
    await press.patch(id, { kicker: 'أ' }, 'admin');
    const answer = await read({ subject: `article:${id}` });
    expect([answer.status, answer.headers['cache-control']]).toEqual([200, 'no-store']);
    expect(answer.body).toEqual({
      data: [
        {
          id: expect.any(String),
          at: '2025-11-11T08:00:01.000Z',
          actor: { kind: 'key', id: await me('admin') },
          action: 'article.updated',
          subject: { type: 'article', id },
          requestId: expect.stringMatching(/./),
          detail: { fields: ['kicker'] },
        },
        expect.objectContaining({
          ...{ at: '2025-11-11T08:00:00.000Z', action: 'article.created', detail: null },
          actor: { kind: 'key', id: await me('editor') },
        }),
      ],
      page: { next: null, limit: 20 },
    });
  });

  it('is narrowed by thing, actor, action and time, and by all of them', async () => {
    const { id } = await press.article();
    const other = await press.create({}, 'author');
    room.pass(86_400_000);
    await press.patch(id, { kicker: 'أ' }, 'admin');
    await press.patch(other.id, { kicker: 'أ' }, 'editor');
    const [admin, editor, author] = [await me('admin'), await me('editor'), await me('author')];
    expect(await actions({ actor: admin })).toEqual(['article.updated']);
    expect(await actions({ actor: author })).toEqual(['article.created']);
    expect(await actions({ actor: 'system' })).toEqual([]);
    expect(await actions({ action: 'article.updated' })).toEqual(['article.updated', 'article.updated']);
    expect(await actions({ actor: editor, action: 'article.published' })).toEqual(['article.published']);
    expect(await actions({ subject: `article:${other.id}`, actor: editor })).toEqual(['article.updated']);
    expect(await actions({ subject: `section:${id}` })).toEqual([]);
    expect(await actions({ from: '2025-11-12' })).toEqual(['article.updated', 'article.updated']);
    expect(await actions({ to: '2025-11-11', actor: editor })).toEqual(['article.published', 'article.created']);
    const all = { subject: `article:${id}`, actor: editor, action: 'article.created', from: '2025-11-11' };
    expect(await actions({ ...all, to: '2025-11-11' })).toEqual(['article.created']);
    expect(await actions({ ...all, from: '2025-11-12' })).toEqual([]);
    // A day is that of the site: in Honolulu the eleventh had not begun.
    expect(await actions({ ...all, from: '2025-11-10', to: '2025-11-10' })).toEqual([]);
    await press.send('PATCH', '/v1/editorial/settings', { timeZone: 'Pacific/Honolulu' }, 'admin');
    expect(await actions({ ...all, from: '2025-11-10', to: '2025-11-10' })).toEqual(['article.created']);
  });

  it('goes on from page to page, in one moment too, under any filter', async () => {
    for (let n = 0; n < 5; n++) await press.create();
    room.pass(1);
    const { id } = await press.create();
    for (const kicker of ['أ', 'ب', 'ج']) await press.patch(id, { kicker });
    const editor = await me('editor');
    const filters: [Record<string, string>, number][] = [
      [{}, 9],
      [{ subject: `article:${id}` }, 4],
      [{ actor: editor }, 9],
      [{ action: 'article.created' }, 6],
      [{ actor: editor, action: 'article.updated' }, 3],
    ];
    for (const [filter, count] of filters) {
      const whole = (await read({ ...filter, limit: '100' })).body.data;
      expect(whole).toHaveLength(count);
      const paged = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const answer = await read({ ...filter, limit: '2', ...(cursor ? { cursor } : {}) });
        paged.push(...answer.body.data);
        cursor = answer.body.page.next;
      }
      expect(paged).toEqual(whole);
    }
    const { next } = (await read({ limit: '1' })).body.page;
    expect((await read({ limit: '1', cursor: next, action: 'article.created' })).body.code).toBe('invalid-cursor');
  });

  it('is for admins, and for keys that say so', async () => {
    expect((await room.call(audit)).status).toBe(401);
    for (const role of ['contributor', 'author', 'editor', 'moderator'])
      expect((await read({}, role)).status).toBe(403);
    expect((await read({}, await anotherPerson(room, null, ['audit:read']))).status).toBe(200);
  });

  it('refuses what cannot be a filter', async () => {
    const refused = async (query: Record<string, string>) => {
      const { status, body } = await read(query);
      return [status, body.errors[0].pointer];
    };
    for (const subject of ['article', ':x', 'article:', 'Article:x', 'article:a b'])
      expect(await refused({ subject })).toEqual([400, '/subject']);
    expect(await refused({ from: '2025-11-12', to: '2025-11-11' })).toEqual([400, '/to']);
    expect(await refused({ from: 'أمس' })).toEqual([400, '/from']);
    expect(await refused({ actor: '' })).toEqual([400, '/actor']);
    expect(await refused({ who: 'x' })).toEqual([400, '/who']);
  });

  it('holds no secret, and nothing that a reader or a colleague has written', async () => {
    const email = 'omar@example.org';
    const password = 'كلمة مرور طويلة';
    const made = await room.call('/v1/editorial/users', {
      as: 'admin',
      body: { email, name: 'عمر الخطيب', role: 'editor', password },
    });
    const session = await room.call('/v1/editorial/sessions', { body: { email, password } });
    const key = await room.call('/v1/editorial/api-keys', { as: 'admin', body: { name: 'مفتاح', role: 'editor' } });
    const changed = { password: 'كلمة مرور أخرى', currentPassword: password };
    const own = { as: session.body.token, method: 'PATCH', body: changed, headers: { 'if-match': '*' } } as const;
    expect((await room.call('/v1/editorial/me', own)).status).toBe(200);
    await room.call(`/v1/editorial/users/${made.body.id}`, {
      ...{ as: 'admin', method: 'DELETE', headers: { 'if-match': '*' } },
    });
    const { id } = await press.article({ comments: { mode: 'pre' }, lead: 'مقدمة الخبر' });
    const said = await room.call(`/v1/articles/${id}/comments`, {
      body: { body: 'رأي القارئ', author: { name: 'أبو أحمد', email: 'reader@example.org' } },
    });
    const comment = { as: 'moderator', method: 'DELETE' } as const;
    expect((await room.call(`/v1/editorial/comments/${said.body.id}`, comment)).status).toBe(204);
    await importInto(room.db, [{ headline: 'خبر الوكالة', externalId: 'wire-1' }]);
    const { text, body } = await read({ limit: '100' });
    for (const action of ['user.created', 'user.updated', 'session.created', 'api-key.created', 'comment.deleted'])
      expect(body.data.map((entry: { action: string }) => entry.action)).toContain(action);
    expect(body.data.map((entry: { action: string }) => entry.action)).toContain('articles.imported');
    for (const written of [email, password, changed.password, session.body.token, key.body.secret, 'عمر', 'مفتاح'])
      expect(text).not.toContain(written);
    for (const written of ['رأي', 'أبو أحمد', 'reader@', 'مقدمة', 'خبر الوكالة']) expect(text).not.toContain(written);
  });
});
