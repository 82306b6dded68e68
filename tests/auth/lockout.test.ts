import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLoginGuard, delayAfter } from '../../src/auth/login-guard.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { addUser, openSession, password, signIn, tryToken } from './staff.ts';

const wrong = 'not the password';
const address = (n: number) => `198.51.${Math.floor(n / 250)}.${(n % 250) + 1}`;

describe('the delay after failures', () => {
  it('begins when the free ones are used, never shrinks, and ends at a quarter of an hour', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 1, max: 100 }), (failures, free) => {
        const delay = delayAfter(failures, free);
        expect(delay > 0).toBe(failures >= free);
        expect(delayAfter(failures + 1, free)).toBeGreaterThanOrEqual(delay);
        expect(delay).toBeLessThanOrEqual(900_000);
      }),
    );
    expect([5, 6, 7, 8, 9, 10, 11].map((n) => delayAfter(n, 5) / 1000)).toEqual([30, 60, 120, 240, 480, 900, 900]);
  });
});

describeEachEngine('repeated failures to sign in', (engine) => {
  let room: Newsroom;
  beforeEach(async () => {
    room = await openNewsroom(engine);
    await addUser(room, 'editor');
  });
  afterEach(() => room.close());

  /** Fails to sign in so many times, each time from another address, and answers the statuses. */
  async function fail(email: string, times: number): Promise<number[]> {
    const statuses: number[] = [];
    for (let n = 0; n < times; n++) statuses.push((await signIn(room, email, wrong, address(n))).status);
    return statuses;
  }

  it('lock the account, against the right password too, for a time that grows', async () => {
    expect(await fail('editor@example.org', 5)).toEqual([401, 401, 401, 401, 401]);
    const locked = await signIn(room, 'editor@example.org');
    expect([locked.status, locked.body.code, locked.headers['retry-after']]).toEqual([429, 'too-many-requests', '30']);
    room.pass(29_500);
    expect((await signIn(room, 'editor@example.org')).headers['retry-after']).toBe('1');
    room.pass(500);
    expect(await fail('editor@example.org', 1)).toEqual([401]);
    expect((await signIn(room, 'editor@example.org')).headers['retry-after']).toBe('60');
    room.pass(60_000);
    expect((await signIn(room, 'editor@example.org')).status).toBe(201);
  });

  it('are answered for an unknown e-mail exactly as for a known one', async () => {
    const known = await fail('editor@example.org', 7);
    expect(await fail('nobody@example.org', 7)).toEqual(known);
    const [a, b] = [await signIn(room, 'editor@example.org'), await signIn(room, 'NOBODY@example.org')];
    expect({ ...a.body, requestId: '' }).toEqual({ ...b.body, requestId: '' });
    expect(a.headers['retry-after']).toBe(b.headers['retry-after']);
  });

  it('are forgotten by a success', async () => {
    await fail('editor@example.org', 4);
    expect((await signIn(room, 'editor@example.org')).status).toBe(201);
    expect(await fail('editor@example.org', 5)).toEqual([401, 401, 401, 401, 401]);
    expect(await fail('editor@example.org', 1)).toEqual([429]);
  });

  it('are all counted when they come at once', async () => {
    const attempts = Array.from({ length: 40 }, (_, n) => signIn(room, 'editor@example.org', wrong, address(n)));
    const statuses = (await Promise.all(attempts)).map((answer) => answer.status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(35);
  });

  it('are counted together by processes that share the database', async () => {
    const other = await room.anotherProcess();
    try {
      await fail('editor@example.org', 3);
      for (let n = 0; n < 2; n++)
        await other.inject({
          method: 'POST',
          url: '/v1/editorial/sessions',
          payload: { email: 'editor@example.org', password: wrong },
        });
      expect((await signIn(room, 'editor@example.org')).status).toBe(429);
    } finally {
      await other.close();
    }
  });

  it('lock an address that tries many accounts, and no other address', async () => {
    const from = (n: number) => `2001:db8:0:1::${n.toString(16)}`;
    const statuses: number[] = [];
    for (let n = 1; n <= 51; n++) statuses.push((await signIn(room, `nobody-${n}@example.org`, wrong, from(n))).status);
    expect(new Set(statuses.slice(0, 50))).toEqual(new Set([401]));
    expect(statuses[50]).toBe(429);
    expect((await signIn(room, 'editor@example.org', password, from(99))).status).toBe(429);
    expect((await signIn(room, 'editor@example.org', password, '2001:db8:0:2::1')).status).toBe(201);
  });

  it('lock nobody out for longer because the clock was far ahead and was put right', async () => {
    const year = 365 * 24 * 3600_000;
    room.pass(year);
    await fail('editor@example.org', 5);
    expect((await signIn(room, 'editor@example.org')).status).toBe(429);
    room.pass(-year);
    expect((await signIn(room, 'editor@example.org')).status).toBe(201);
  });

  it('of an address are not wiped out by signing in to an account of one’s own', async () => {
    for (let n = 1; n <= 50; n++) {
      await signIn(room, `nobody-${n}@example.org`, wrong);
      if (n % 10 === 0 && n < 50) expect((await signIn(room, 'editor@example.org')).status).toBe(201);
    }
    expect((await signIn(room, 'editor@example.org')).status).toBe(429);
  });

  it('of an address are forgotten after an hour without one', async () => {
    for (let n = 1; n <= 49; n++) await signIn(room, `nobody-${n}@example.org`, wrong);
    room.pass(3600_001);
    for (let n = 50; n <= 51; n++) expect((await signIn(room, `nobody-${n}@example.org`, wrong)).status).toBe(401);
  });

  it('lock no address by an attempt that was right', async () => {
    for (let n = 1; n <= 49; n++) await signIn(room, `nobody-${n}@example.org`, wrong);
    for (let time = 0; time < 2; time++) expect((await signIn(room, 'editor@example.org')).status).toBe(201);
  });

  it('lock an address also while an attempt from it is found right', async () => {
    const { db, clock } = room;
    const guard = createLoginGuard({ db, clock });
    for (let n = 1; n <= 48; n++) await guard.admit(`nobody-${n}@example.org`, '198.51.100.1');
    const right = await guard.admit('editor@example.org', '198.51.100.1');
    await guard.admit('nobody-49@example.org', '198.51.100.1');
    await db.write((tx) => right.succeeded(tx));
    await expect(guard.admit('nobody-50@example.org', '198.51.100.1')).rejects.toMatchObject({
      code: 'too-many-requests',
    });
  });

  it('are stored without the address or the e-mail they came with, and trimmed when they are old', async () => {
    await fail('nobody@example.org', 2);
    const rows = () => room.db.read.select().from(room.db.tables.loginFailures);
    expect(JSON.stringify(await rows())).not.toMatch(/example|198\.51/);
    expect((await rows()).length).toBe(3);
    room.pass(25 * 3600_000);
    await signIn(room, 'editor@example.org');
    expect((await rows()).map((row) => [row.subject.split(':')[0], row.failures])).toEqual([['address', 0]]);
  });

  it('are not counted of who changes a password again and again, and knows it', async () => {
    const { token } = await openSession(room, 'author');
    for (let n = 0; n < 7; n++) {
      const body = {
        currentPassword: n === 0 ? password : `a long password ${n - 1}`,
        password: `a long password ${n}`,
      };
      const headers = { 'if-match': '*' };
      const changed = await room.call('/v1/editorial/me', { as: token, method: 'PATCH', body, headers });
      expect([n, changed.status]).toEqual([n, 200]);
    }
  });

  it('count against the current password as well, so that a stolen session cannot guess it', async () => {
    const { token, email } = await openSession(room, 'author');
    const change = (currentPassword: string) =>
      room.call('/v1/editorial/me', {
        as: token,
        method: 'PATCH',
        body: { currentPassword, password: 'another long password' },
        headers: { 'if-match': '*' },
      });
    for (let n = 0; n < 5; n++) expect((await change(wrong)).status).toBe(422);
    expect((await change(password)).status).toBe(429);
    expect((await signIn(room, email, password, address(9))).status).toBe(429);
    expect(await tryToken(room, token)).toBe(200);
  });
});
