import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { addUser, openSession, password, signIn, tryToken } from './staff.ts';

const url = '/v1/editorial/users';
const missing = `${url}/01a20e40-06cb-7775-8f90-7b6643fe14d1`;
const any = { 'if-match': '*' };

describeEachEngine('users', (engine) => {
  let room: Newsroom;
  beforeEach(async () => {
    room = await openNewsroom(engine);
  });
  afterEach(() => room.close());

  const patch = (path: string, body: object, headers: Record<string, string> = any, as = 'admin') =>
    room.call(path, { as, method: 'PATCH', body, headers });
  const remove = (path: string, headers: Record<string, string> = any, as = 'admin') =>
    room.call(path, { as, method: 'DELETE', headers });

  it('are made, read, listed, changed and deleted, and never show a password', async () => {
    const made = await room.call(url, {
      as: 'admin',
      body: { email: 'Layla@Example.org', name: ' ليلى   حـداد ', role: 'editor', password },
    });
    expect(made.status).toBe(201);
    expect(made.headers.location).toBe(`${url}/${made.body.id}`);
    expect(made.etag).toBe('"v1"');
    expect(made.body).toEqual({
      id: made.body.id,
      email: 'Layla@Example.org',
      name: 'ليلى حداد',
      role: 'editor',
      disabled: false,
      version: 1,
      createdAt: '2025-11-11T08:00:00.000Z',
      updatedAt: '2025-11-11T08:00:00.000Z',
    });
    const own = `${url}/${made.body.id}`;
    expect((await room.call(own, { as: 'admin' })).body).toEqual(made.body);
    const changed = await patch(own, { name: 'ليلى', role: 'author' }, { 'if-match': made.etag });
    expect([changed.status, changed.etag, changed.body.name, changed.body.role]).toEqual([
      200,
      '"v2"',
      'ليلى',
      'author',
    ]);
    expect((await room.call(url, { as: 'admin' })).body.data).toEqual([changed.body]);
    expect((await remove(own, { 'if-match': '"v1"' })).status).toBe(412);
    expect((await remove(own, { 'if-match': '"v2"' })).status).toBe(204);
    expect((await room.call(own, { as: 'admin' })).status).toBe(404);
  });

  it('are listed newest first in pages that neither miss nor repeat one', async () => {
    for (let n = 0; n < 5; n++) {
      await addUser(room, 'author', `author-${n}@example.org`);
      if (n % 2) room.pass(1);
    }
    const emails: string[] = [];
    let next = '';
    do {
      const answer = await room.call(`${url}?limit=2${next && `&cursor=${next}`}`, { as: 'admin' });
      emails.push(...answer.body.data.map((user: { email: string }) => user.email));
      next = answer.body.page.next;
    } while (next);
    expect(emails).toEqual([4, 3, 2, 1, 0].map((n) => `author-${n}@example.org`));
    expect((await room.call(`${url}?cursor=forged`, { as: 'admin' })).status).toBe(400);
  });

  it('refuse what is not a user', async () => {
    const good = { email: 'a@example.org', name: 'سارة', role: 'editor', password };
    const bad = [
      [{ ...good, email: 'not an address' }, '/email', 'invalid_format'],
      [{ ...good, name: '  ' }, '/name', 'too_small'],
      [{ ...good, name: '…' }, '/name', 'empty_name'],
      [{ ...good, name: 'Аdmin' }, '/name', 'mixed_scripts'],
      [{ ...good, role: 'owner' }, '/role', 'invalid_value'],
      [{ ...good, password: 'too short 1' }, '/password', 'too_small'],
      [{ ...good, password: 'x'.repeat(201) }, '/password', 'too_big'],
      [{ ...good, password: '😀'.repeat(6) }, '/password', 'too_small'],
      [{ ...good, disabled: true }, '/disabled', 'unknown_field'],
      [{ ...good, id: 'x' }, '/id', 'unknown_field'],
    ] as const;
    for (const [body, pointer, code] of bad) {
      const answer = await room.call(url, { as: 'admin', body });
      expect([answer.status, answer.body.errors?.[0]]).toMatchObject([400, { in: 'body', pointer, code }]);
      expect(answer.text).not.toContain('too short 1');
    }
    expect((await room.call(url, { as: 'admin', body: { ...good, password: 'x'.repeat(12) } })).status).toBe(201);
  });

  it('have names of their own, that nobody takes for another’s, also when two are made at once', async () => {
    const make = (name: string, email: string) =>
      room.call(url, { as: 'admin', body: { email, name, role: 'author', password } });
    const both = await Promise.all([make('منى الحسن', 'm1@example.org'), make('مُنى الحسن', 'm2@example.org')]);
    expect(both.map((answer) => answer.status).sort()).toEqual([201, 409]);
    const refused = both.find((answer) => answer.status === 409);
    expect(refused?.body).toMatchObject({ code: 'already-exists', detail: expect.stringContaining('name') });
    const other = await openSession(room, 'author', 'o@example.org');
    const taken = await patch(other.url, { name: 'مني  الحســن' });
    expect([taken.status, taken.body.code]).toEqual([409, 'already-exists']);
    const me = { as: other.token, method: 'PATCH', headers: { 'if-match': '*' } } as const;
    const self = await room.call('/v1/editorial/me', { ...me, body: { name: 'منى الحسن' } });
    expect([self.status, self.body.code]).toEqual([409, 'already-exists']);
    const mine = await room.call('/v1/editorial/me', { ...me, body: { name: 'STAFF o@example.org' } });
    expect(mine.status).toBe(200);
  });

  it('are one for each e-mail address, whatever its case, also when two are made at once', async () => {
    const make = (email: string) =>
      room.call(url, { as: 'admin', body: { email, name: 'سارة', role: 'author', password } });
    const both = await Promise.all([make('sara@example.org'), make('SARA@Example.org')]);
    expect(both.map((answer) => answer.status).sort()).toEqual([201, 409]);
    expect(both.find((answer) => answer.status === 409)?.body.code).toBe('already-exists');
    // The name is taken as well, and the address tells whose account it is.
    expect((await make('sara@example.org')).body.detail).toContain('email');
    const other = await addUser(room, 'author', 'other@example.org');
    expect((await patch(other.url, { email: 'Sara@example.org' })).status).toBe(409);
  });

  it('are changed only against the version that was read', async () => {
    const user = await addUser(room, 'author');
    expect((await patch(user.url, { name: 'أحمد' }, {})).status).toBe(428);
    expect((await patch(user.url, { name: 'أحمد' }, { 'if-match': '"v9"' })).status).toBe(412);
    expect((await patch(missing, { name: 'أحمد' })).status).toBe(404);
    expect((await remove(user.url, {})).status).toBe(428);
    expect((await remove(missing)).status).toBe(404);
    const both = await Promise.all(['أحمد', 'سعيد'].map((name) => patch(user.url, { name }, { 'if-match': '"v1"' })));
    expect(both.map((answer) => answer.status).sort()).toEqual([200, 412]);
  });

  it('are signed out everywhere by another role, another password, disabling and deletion', async () => {
    const changes = [{ role: 'contributor' }, { password: 'another long password' }, { disabled: true }] as const;
    for (const [n, change] of changes.entries()) {
      const { token, url: own } = await openSession(room, 'author', `author-${n}@example.org`);
      expect(await tryToken(room, token)).toBe(200);
      expect((await patch(own, change)).status).toBe(200);
      expect(await tryToken(room, token)).toBe(401);
    }
    const { token, url: own } = await openSession(room, 'author', 'last@example.org');
    expect((await remove(own)).status).toBe(204);
    expect(await tryToken(room, token)).toBe(401);
    expect((await signIn(room, 'last@example.org')).status).toBe(401);
    expect(await room.db.read.select().from(room.db.tables.sessions)).toEqual([]);
  });

  it('stay signed in when only their name or address changes, and are shown by it at once', async () => {
    const { token, url: own } = await openSession(room, 'author');
    await patch(own, { name: 'هدى', email: 'huda@example.org', role: 'author' });
    const me = await room.call('/v1/editorial/me', { as: token });
    expect(me.body).toMatchObject({ name: 'هدى', email: 'huda@example.org', version: 2 });
  });

  it('change their own name, and their own password when they know it', async () => {
    const { token, email } = await openSession(room, 'author');
    const other = (await signIn(room, email)).body.token;
    const change = (body: object, headers: Record<string, string> = any) =>
      room.call('/v1/editorial/me', { as: token, method: 'PATCH', body, headers });
    expect((await change({ name: 'هدى' }, {})).status).toBe(428);
    const named = await change({ name: 'هدى' }, { 'if-match': '"v1"' });
    expect([named.status, named.etag, named.body.name]).toEqual([200, '"v2"', 'هدى']);
    const next = { password: 'another long password' };
    expect((await change(next)).body.errors).toMatchObject([{ pointer: '/currentPassword', code: 'required' }]);
    expect((await change({ ...next, currentPassword: 'wrong' })).status).toBe(422);
    expect((await change({ ...next, currentPassword: password, role: 'admin' })).status).toBe(400);
    expect((await change({ ...next, currentPassword: password }, { 'if-match': '"v1"' })).status).toBe(412);
    expect((await change({ ...next, currentPassword: password })).status).toBe(200);
    expect([await tryToken(room, token), await tryToken(room, other)]).toEqual([200, 401]);
    expect((await signIn(room, email)).status).toBe(401);
    expect((await signIn(room, email, next.password)).status).toBe(201);
    // What nobody sees is taken out of texts, and stays in passwords.
    const unseen = 'a\u200b long password';
    expect((await change({ password: unseen, currentPassword: next.password })).status).toBe(200);
    expect((await change({ password, currentPassword: unseen.replace('\u200b', '') })).status).toBe(422);
    expect((await change({ password, currentPassword: unseen })).status).toBe(200);
  });

  it('always keep one active admin, also when all are removed or demoted at once', async () => {
    const admins = [];
    for (let n = 0; n < 6; n++) admins.push(await addUser(room, 'admin', `admin-${n}@example.org`));
    const ways = [
      (path: string) => remove(path),
      (path: string) => patch(path, { role: 'editor' }),
      (path: string) => patch(path, { disabled: true }),
    ];
    const answers = await Promise.all(admins.map((admin, n) => ways[n % 3]?.(admin.url)));
    const refused = answers.filter((answer) => answer?.status === 409);
    expect(refused.map((answer) => answer?.body.code)).toEqual(['conflict']);
    expect(answers.filter((answer) => answer?.status === 200 || answer?.status === 204)).toHaveLength(5);
    const { users } = room.db.tables;
    const left = await room.db.read.select().from(users).where(eq(users.role, 'admin'));
    expect(left.filter((user) => !user.disabled)).toHaveLength(1);
  });

  it('leave their bylines to nobody when they are deleted', async () => {
    const user = await addUser(room, 'author');
    const author = await room.call('/v1/editorial/authors', { as: 'admin', body: { name: 'هدى', userId: user.id } });
    expect(author.status).toBe(201);
    expect((await remove(user.url)).status).toBe(204);
    const after = await room.call(`/v1/editorial/authors/${author.body.id}`, { as: 'admin' });
    expect([after.status, after.body.userId, after.etag]).toEqual([200, null, '"v2"']);
  });

  it('are given no more than the giver has, and touched by nobody who has less', async () => {
    const key = await room.call('/v1/editorial/api-keys', {
      as: 'admin',
      body: {
        name: 'staffing',
        scopes: ['users:manage', 'articles:read-own', 'articles:create', 'articles:edit-own-drafts', 'taxonomy:read'],
      },
    });
    const as = key.body.secret;
    const make = (role: string) =>
      room.call(url, { as, body: { email: `${role}@example.org`, name: role, role, password } });
    expect((await make('admin')).status).toBe(403);
    expect((await make('editor')).status).toBe(403);
    const made = await make('contributor');
    expect(made.status).toBe(201);
    expect((await patch(`${url}/${made.body.id}`, { role: 'admin' }, any, as)).status).toBe(403);
    const boss = await addUser(room, 'admin', 'boss@example.org');
    for (const change of [{ password: 'another long password' }, { email: 'me@example.org' }, { disabled: true }])
      expect((await patch(boss.url, change, any, as)).status).toBe(403);
    expect((await remove(boss.url, any, as)).status).toBe(403);
    expect((await room.call(boss.url, { as: 'admin' })).body).toMatchObject({ version: 1, email: 'boss@example.org' });
  });

  it('are made once for one Idempotency-Key, which keeps nothing of the password', async () => {
    const make = (secret: string) =>
      room.call(url, {
        as: 'admin',
        body: { email: 'sara@example.org', name: 'سارة', role: 'author', password: secret },
        headers: { 'idempotency-key': 'one' },
      });
    const [first, second] = [await make(password), await make(password)];
    expect([first.status, second.status, second.body.id]).toEqual([201, 201, first.body.id]);
    expect(second.headers['idempotency-replayed']).toBe('true');
    const rows = () => room.db.read.select().from(room.db.tables.idempotencyKeys);
    const [{ requestHash } = { requestHash: '' }] = await rows();
    expect((await make('another long password')).status).toBe(201);
    expect((await rows()).map((row) => row.requestHash)).toEqual([requestHash]);
    expect(JSON.stringify(await rows())).not.toMatch(/argon2|كلمة/);
  });
});
