import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createPasswords } from '../../src/auth/passwords.ts';
import { hashToken } from '../../src/auth/tokens.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { addUser, openSession, password, signIn, tryToken } from './staff.ts';

describeEachEngine('sessions', (engine) => {
  let room: Newsroom;
  beforeEach(async () => {
    room = await openNewsroom(engine);
  });
  afterEach(() => room.close());

  it('open with the right password and answer the token once, with its end and its user', async () => {
    const { id } = await addUser(room, 'editor');
    const answer = await signIn(room, 'EDITOR@Example.org');
    expect(answer.status).toBe(201);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.body).toEqual({
      token: expect.stringMatching(/^kbs_[\w-]{43}$/),
      expiresAt: '2025-11-11T20:00:00.000Z',
      user: expect.objectContaining({ id, email: 'editor@example.org', role: 'editor', disabled: false }),
    });
    expect(answer.text).not.toMatch(/argon2|hash/i);
    const me = await room.call('/v1/editorial/me', { as: answer.body.token });
    expect(me.body).toMatchObject({ kind: 'user', id, role: 'editor', email: 'editor@example.org', version: 1 });
    expect(me.body.permissions).toContain('articles:edit');
    expect(me.body.permissions).not.toContain('users:manage');
    expect(me.etag).toBe('"v1"');
  });

  it('take a password as it was typed, with what is taken out of other texts', async () => {
    const secret = `${password}\u200b`;
    const person = { email: 'mona@example.org', name: 'منى', role: 'author', password: secret };
    const made = await room.call('/v1/editorial/users', { as: 'admin', body: person });
    expect([made.status, made.body.warnings]).toEqual([201, undefined]);
    expect((await signIn(room, person.email, password)).status).toBe(401);
    expect((await signIn(room, person.email, secret)).status).toBe(201);
  });

  it('are stored as a hash only', async () => {
    const { token } = await openSession(room, 'author');
    const rows = await room.db.read.select().from(room.db.tables.sessions);
    expect(rows.map((row) => row.tokenHash)).toEqual([hashToken(token)]);
    expect(JSON.stringify(rows)).not.toContain(token.slice(4));
  });

  it('are refused alike for a wrong password, an unknown e-mail and a disabled user', async () => {
    await addUser(room, 'editor');
    const { url } = await addUser(room, 'author');
    await room.call(url, { as: 'admin', method: 'PATCH', body: { disabled: true }, headers: { 'if-match': '*' } });
    const answers = [
      await signIn(room, 'editor@example.org', 'not the password'),
      await signIn(room, 'nobody@example.org'),
      await signIn(room, 'author@example.org'),
    ];
    for (const { status, body, headers } of answers) {
      expect(status).toBe(401);
      expect({ ...body, requestId: '' }).toEqual({ ...answers[0]?.body, requestId: '' });
      expect(Object.keys(headers).sort()).toEqual(Object.keys(answers[0]?.headers ?? {}).sort());
    }
    expect(answers[0]?.body.code).toBe('login-failed');
  });

  it('refuse a body that is not a sign-in', async () => {
    for (const body of [
      {},
      { email: 'a@b.org' },
      { email: 1, password },
      { email: 'a@b.org', password, role: 'admin' },
    ])
      expect((await room.call('/v1/editorial/sessions', { body })).status).toBe(400);
    expect((await room.call('/v1/editorial/sessions')).status).toBe(405);
  });

  it('keep every character of a password, also those that are taken out of other texts', async () => {
    const hidden = 'zero\u200bwidth\u202e password';
    const made = await room.call('/v1/editorial/users', {
      as: 'admin',
      body: { email: 'hidden@example.org', name: 'سارة', role: 'author', password: hidden },
    });
    expect([made.status, made.body.warnings]).toEqual([201, undefined]);
    expect((await signIn(room, 'hidden@example.org', hidden)).status).toBe(201);
    expect((await signIn(room, 'hidden@example.org', 'zerowidth password')).status).toBe(401);
  });

  it('stand for nobody while their user is disabled, whoever disabled them', async () => {
    const { token, id } = await openSession(room, 'editor');
    const { users } = room.db.tables;
    await room.db.write(async (tx) => void (await tx.update(users).set({ disabled: true }).where(eq(users.id, id))));
    expect(await tryToken(room, token)).toBe(401);
  });

  it('end when their time is over', async () => {
    const { token } = await openSession(room, 'editor');
    room.pass(12 * 3600_000 - 1);
    expect(await tryToken(room, token)).toBe(200);
    room.pass(1);
    expect(await tryToken(room, token)).toBe(401);
  });

  it('end at sign-out, in the very next request, and only the one that was sent', async () => {
    const { token, email } = await openSession(room, 'editor');
    const other = (await signIn(room, email)).body.token;
    expect(await tryToken(room, token)).toBe(200);
    const out = await room.call('/v1/editorial/sessions/current', { as: token, method: 'DELETE' });
    expect([out.status, out.text]).toEqual([204, '']);
    expect(await tryToken(room, token)).toBe(401);
    expect(await tryToken(room, other)).toBe(200);
    const again = await room.call('/v1/editorial/sessions/current', { as: token, method: 'DELETE' });
    expect(again.status).toBe(401);
  });

  it('are nothing that an API key has', async () => {
    const out = await room.call('/v1/editorial/sessions/current', { as: 'admin', method: 'DELETE' });
    expect([out.status, out.body.code]).toEqual([403, 'users-only']);
    const me = await room.call('/v1/editorial/me', { as: 'admin' });
    expect(me.body).toMatchObject({ kind: 'key', role: 'admin', email: null });
    const change = await room.call('/v1/editorial/me', {
      as: 'admin',
      method: 'PATCH',
      body: { name: 'Somebody' },
      headers: { 'if-match': me.etag },
    });
    expect([change.status, change.body.code]).toEqual([403, 'users-only']);
  });

  it('refuse tokens that are malformed, unknown, or sent in another way', async () => {
    const { token } = await openSession(room, 'editor');
    const send = (authorization: string) => room.call('/v1/editorial/me', { headers: { authorization } });
    expect((await send(`bearer  ${token} `)).status).toBe(200);
    for (const header of [
      token,
      `Basic ${token}`,
      `Bearer ${token}x`,
      `Bearer ${token.slice(0, -1)}`,
      'Bearer kbs_',
      '',
    ])
      expect((await send(header)).status).toBe(401);
    expect((await room.call(`/v1/editorial/me?token=${token}`)).status).toBe(401);
    expect((await send('')).headers['www-authenticate']).toContain('Bearer');
  });

  it('renew a password hash that was made at another cost, and only then', async () => {
    const { id, email } = await addUser(room, 'editor');
    const { users } = room.db.tables;
    const stored = async () => (await room.db.read.select().from(users).where(eq(users.id, id)))[0]?.passwordHash;
    const older = await createPasswords({ memoryCost: 16, timeCost: 1, parallelism: 1 }).hash(password);
    await room.db.write(
      async (tx) => void (await tx.update(users).set({ passwordHash: older }).where(eq(users.id, id))),
    );
    expect((await signIn(room, email)).status).toBe(201);
    const renewed = await stored();
    expect(renewed).toMatch(/m=8,t=1,p=1/);
    expect((await signIn(room, email)).status).toBe(201);
    expect(await stored()).toBe(renewed);
  });

  it('that have ended are cleared away', async () => {
    const { email } = await openSession(room, 'editor');
    room.pass(13 * 3600_000);
    await signIn(room, email);
    expect(await room.db.read.select().from(room.db.tables.sessions)).toHaveLength(1);
  });

  it('leave who signed in and out in the audit log, without any secret', async () => {
    const { id, token } = await openSession(room, 'editor');
    await room.call('/v1/editorial/sessions/current', { as: token, method: 'DELETE' });
    const rows = await room.db.read.select().from(room.db.tables.auditLog);
    const mine = rows.filter((row) => row.actorId === id).map((row) => row.action);
    expect(mine.sort()).toEqual(['session.created', 'session.deleted']);
    expect(JSON.stringify(rows)).not.toMatch(/kb[sk]_|argon2|كلمة/);
  });
});
