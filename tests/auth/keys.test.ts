import { setTimeout as sleep } from 'node:timers/promises';
import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { hashToken } from '../../src/auth/tokens.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { openSession, tryToken } from './staff.ts';

const url = '/v1/editorial/api-keys';
const any = { 'if-match': '*' };
// With room for a machine that is busy with other tests.
const aSecondMs = 1500;

describeEachEngine('API keys', (engine) => {
  let room: Newsroom;
  beforeEach(async () => {
    room = await openNewsroom(engine);
  });
  afterEach(() => room.close());

  const make = (body: object, as = 'admin', headers: Record<string, string> = {}) =>
    room.call(url, { as, body, headers });
  const patch = (id: string, body: object, headers: Record<string, string> = any, as = 'admin') =>
    room.call(`${url}/${id}`, { as, method: 'PATCH', body, headers });
  const remove = (id: string, headers: Record<string, string> = any, as = 'admin') =>
    room.call(`${url}/${id}`, { as, method: 'DELETE', headers });

  it('show their secret when they are made, and never again', async () => {
    const made = await make({ name: 'موقع الصحيفة', role: 'editor', expiresAt: '2026-01-01T03:00:00+03:00' });
    expect([made.status, made.etag]).toEqual([201, '"v1"']);
    const { secret, ...rest } = made.body;
    expect(secret).toMatch(/^kbk_[\w-]{43}$/);
    expect(rest).toEqual({
      id: rest.id,
      name: 'موقع الصحيفة',
      role: 'editor',
      scopes: null,
      hint: secret.slice(-4),
      createdBy: expect.any(String),
      expiresAt: '2026-01-01T00:00:00.000Z',
      version: 1,
      createdAt: '2025-11-11T08:00:00.000Z',
      updatedAt: '2025-11-11T08:00:00.000Z',
    });
    const read = await room.call(`${url}/${rest.id}`, { as: 'admin' });
    expect(read.body).toEqual(rest);
    const list = await room.call(url, { as: 'admin' });
    const changed = await patch(rest.id, { name: 'الموقع' });
    for (const answer of [read, list, changed]) {
      expect(answer.text).not.toContain(secret);
      expect(answer.text).not.toContain(hashToken(secret));
    }
    const { apiKeys, auditLog } = room.db.tables;
    const stored = [await room.db.read.select().from(apiKeys), await room.db.read.select().from(auditLog)];
    expect(JSON.stringify(stored)).not.toContain(secret);
    expect(await tryToken(room, secret)).toBe(200);
  });

  it('keep their secret out of what Idempotency-Key repeats and stores', async () => {
    const again = () => make({ name: 'one', role: 'author' }, 'admin', { 'idempotency-key': 'k-1' });
    const [first, second] = [await again(), await again()];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual({ ...first.body, secret: null });
    expect(second.headers['idempotency-replayed']).toBe('true');
    const rows = await room.db.read.select().from(room.db.tables.idempotencyKeys);
    expect(JSON.stringify(rows)).not.toContain(first.body.secret);
    expect(await tryToken(room, first.body.secret)).toBe(200);
  });

  it('carry a role or scopes, never both or neither', async () => {
    const bad = [
      [{ name: 'x' }, '/role'],
      [{ name: 'x', role: 'editor', scopes: ['comments:read'] }, '/role'],
      [{ name: 'x', scopes: [] }, '/scopes'],
      [{ name: 'x', scopes: ['articles:everything'] }, '/scopes/0'],
      [{ name: 'x', role: 'root' }, '/role'],
      [{ name: '', role: 'editor' }, '/name'],
      [{ role: 'editor' }, '/name'],
      [{ name: 'x', role: 'editor', expiresAt: 'tomorrow' }, '/expiresAt'],
      [{ name: 'x', role: 'editor', secret: 'kbk_mine' }, '/secret'],
    ] as const;
    for (const [body, pointer] of bad) {
      const answer = await make(body);
      expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([400, pointer]);
    }
    const made = await make({ name: 'x', scopes: ['comments:read', 'comments:read'] });
    expect(made.body).toMatchObject({ role: null, scopes: ['comments:read'] });
    const both = await patch(made.body.id, { role: 'editor', scopes: ['comments:read'] });
    expect(both.status).toBe(400);
  });

  it('allow what their scopes say and nothing else', async () => {
    const { body } = await make({ name: 'reader', scopes: ['taxonomy:read'] });
    expect((await room.call('/v1/editorial/tags', { as: body.secret })).status).toBe(200);
    expect((await room.call('/v1/editorial/tags', { as: body.secret, body: { name: 'دمشق' } })).status).toBe(403);
    expect((await room.call(url, { as: body.secret })).status).toBe(403);
    expect((await room.call('/v1/editorial/me', { as: body.secret })).body.permissions).toEqual(['taxonomy:read']);
  });

  it('change in the very next request: role, scopes, deletion', async () => {
    const { body } = await make({ name: 'site', role: 'editor' });
    const tag = (name: string) => room.call('/v1/editorial/tags', { as: body.secret, body: { name } });
    expect((await tag('دمشق')).status).toBe(201);
    const narrowed = await patch(body.id, { scopes: ['taxonomy:read'] }, { 'if-match': '"v1"' });
    expect(narrowed.body).toMatchObject({ role: null, scopes: ['taxonomy:read'], version: 2 });
    expect((await tag('حلب')).status).toBe(403);
    const widened = await patch(body.id, { role: 'editor' });
    expect(widened.body).toMatchObject({ role: 'editor', scopes: null, hint: body.hint });
    expect((await tag('حلب')).status).toBe(201);
    expect((await remove(body.id)).status).toBe(204);
    expect((await tag('حمص')).status).toBe(401);
    expect((await room.call(`${url}/${body.id}`, { as: 'admin' })).status).toBe(404);
  });

  it('are refused from the moment they expire', async () => {
    const { body } = await make({ name: 'short', role: 'editor', expiresAt: '2025-11-11T09:00:00Z' });
    expect(await tryToken(room, body.secret)).toBe(200);
    room.pass(3600_000 - 1);
    expect(await tryToken(room, body.secret)).toBe(200);
    room.pass(1);
    expect(await tryToken(room, body.secret)).toBe(401);
    const past = await make({ name: 'past', role: 'editor', expiresAt: '2025-11-11T09:00:00Z' });
    expect([past.status, past.body.errors[0].code]).toEqual([422, 'in_the_past']);
    expect((await patch(body.id, { expiresAt: null })).status).toBe(200);
    expect(await tryToken(room, body.secret)).toBe(200);
  });

  it('expire by the year 9999 at the latest, also where an offset takes them further', async () => {
    const expiresAt = '9999-12-31T23:59:59-12:00';
    const refused = [422, [expect.objectContaining({ pointer: '/expiresAt', code: 'out_of_range' })]];
    const made = await make({ name: 'late', role: 'editor', expiresAt });
    expect([made.status, made.body.errors]).toEqual(refused);
    const { body } = await make({ name: 'last', role: 'editor', expiresAt: '9999-12-31T23:59:59.999Z' });
    const changed = await patch(body.id, { expiresAt });
    expect([changed.status, changed.body.errors]).toEqual(refused);
    const list = await room.call(url, { as: 'admin' });
    expect(list.body.data).toContainEqual(expect.objectContaining({ id: body.id, expiresAt: body.expiresAt }));
    expect(list.text).not.toContain('late');
  });

  it('are changed only against the version that was read', async () => {
    const { body } = await make({ name: 'site', role: 'editor' });
    const missing = '01a20e40-06cb-7775-8f90-7b6643fe14d1';
    expect((await patch(body.id, { name: 'x' }, {})).status).toBe(428);
    expect((await patch(body.id, { name: 'x' }, { 'if-match': '"v2"' })).status).toBe(412);
    expect((await patch(missing, { name: 'x' })).status).toBe(404);
    expect((await remove(body.id, {})).status).toBe(428);
    expect((await remove(body.id, { 'if-match': '"v2"' })).status).toBe(412);
    expect((await remove(missing)).status).toBe(404);
    expect((await room.call(`${url}/not-an-id`, { as: 'admin' })).status).toBe(400);
  });

  it('give no more than their maker has, and yield to nobody who has less', async () => {
    const { body: clerk } = await make({ name: 'clerk', scopes: ['keys:manage', 'comments:read'] });
    const asClerk = (body: object) => make(body, clerk.secret);
    expect((await asClerk({ name: 'x', role: 'admin' })).status).toBe(403);
    expect((await asClerk({ name: 'x', role: 'moderator' })).status).toBe(403);
    expect((await asClerk({ name: 'x', scopes: ['comments:read', 'users:manage'] })).status).toBe(403);
    const child = await asClerk({ name: 'x', scopes: ['comments:read'] });
    expect(child.status).toBe(201);
    for (const change of [{ role: 'admin' }, { scopes: ['comments:moderate'] }])
      expect((await patch(child.body.id, change, any, clerk.secret)).status).toBe(403);
    expect((await patch(clerk.id, { role: 'admin' }, any, clerk.secret)).status).toBe(403);
    const { body: boss } = await make({ name: 'boss', role: 'admin' });
    expect((await patch(boss.id, { scopes: ['comments:read'] }, any, clerk.secret)).status).toBe(403);
    expect((await remove(boss.id, any, clerk.secret)).status).toBe(403);
    expect((await room.call(`${url}/${boss.id}`, { as: 'admin' })).body.version).toBe(1);
    expect((await remove(child.body.id, any, clerk.secret)).status).toBe(204);
  });

  it('are listed newest first, in pages', async () => {
    await room.tokenOf('admin');
    for (let n = 0; n < 3; n++) {
      room.pass(1);
      await make({ name: `key-${n}`, role: 'author' });
    }
    const first = await room.call(`${url}?limit=2`, { as: 'admin' });
    const second = await room.call(`${url}?limit=2&cursor=${first.body.page.next}`, { as: 'admin' });
    const names = [...first.body.data, ...second.body.data].map((key) => key.name);
    expect(names).toEqual(['key-2', 'key-1', 'key-0', 'admin']);
    expect(second.body.page.next).toBeNull();
  });
});

describeEachEngine('access that is taken away', (engine) => {
  it('is gone in another process within a second', async () => {
    const room = await openNewsroom(engine);
    const other = await room.anotherProcess();
    try {
      const { token, url: own } = await openSession(room, 'author');
      const { body: key } = await room.call(url, { as: 'admin', body: { name: 'k', role: 'author' } });
      const ask = async (bearer: string) =>
        (await other.inject({ url: '/v1/editorial/tags', headers: { authorization: `Bearer ${bearer}` } })).statusCode;
      expect([await ask(token), await ask(key.secret)]).toEqual([200, 200]);
      await room.call(own, { as: 'admin', method: 'PATCH', body: { disabled: true }, headers: any });
      await room.call(`${url}/${key.id}`, { as: 'admin', method: 'DELETE', headers: any });
      expect(await untilRefused(() => ask(token))).toBeLessThan(aSecondMs);
      expect(await untilRefused(() => ask(key.secret))).toBeLessThan(aSecondMs);
    } finally {
      await other.close();
      await room.close();
    }
  });

  it('is gone within a second also where nobody was told', async () => {
    const room = await openNewsroom(engine);
    try {
      const { body: key } = await room.call(url, { as: 'admin', body: { name: 'k', role: 'author' } });
      expect(await tryToken(room, key.secret)).toBe(200);
      const { apiKeys } = room.db.tables;
      await room.db.write(async (tx) => void (await tx.delete(apiKeys).where(eq(apiKeys.id, key.id))));
      expect(await untilRefused(() => tryToken(room, key.secret))).toBeLessThan(aSecondMs);
    } finally {
      await room.close();
    }
  });
});

/** How long it takes until `ask` answers 401, in milliseconds. */
async function untilRefused(ask: () => Promise<number>): Promise<number> {
  const start = performance.now();
  while ((await ask()) !== 401 && performance.now() - start < 5000) await sleep(20);
  return performance.now() - start;
}
