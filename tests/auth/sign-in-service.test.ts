import { afterEach, beforeEach, expect, it } from 'vitest';
import { createAudit } from '../../src/audit/audit.ts';
import { createLoginGuard } from '../../src/auth/login-guard.ts';
import { createPasswords, type Passwords } from '../../src/auth/passwords.ts';
import { systemActor } from '../../src/auth/permissions.ts';
import { createSessionService } from '../../src/auth/session-service.ts';
import { createUserService } from '../../src/auth/user-service.ts';
import { AppError } from '../../src/errors.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { cheapCost } from '../support/password-cost.ts';
import { addUser, password, signIn } from './staff.ts';

describeEachEngine('signing in', (engine) => {
  let room: Newsroom;
  beforeEach(async () => {
    room = await openNewsroom(engine);
  });
  afterEach(() => room.close());

  /** The service with a password check of the test's own; answers what signing in comes to. */
  function signInWith(verify: Passwords['verify']) {
    const { db, clock } = room;
    const passwords = { ...createPasswords(cheapCost), verify };
    const guard = createLoginGuard({ db, clock });
    const service = createSessionService({
      db,
      clock,
      audit: createAudit(db.tables, clock),
      passwords,
      guard,
      hours: 1,
    });
    return async (email: string) => {
      try {
        await service.signIn({ email, password }, { address: '198.51.100.1', requestId: null });
        return 'signed in';
      } catch (error) {
        return error instanceof AppError ? error.code : String(error);
      }
    };
  }

  /** A change of one's own password by the service, with work on passwords of the test's own. */
  function changeWith(id: string, own: Partial<Passwords>) {
    const { db, clock } = room;
    const passwords = { ...createPasswords(cheapCost), ...own };
    const users = createUserService({ db, clock, audit: createAudit(db.tables, clock), passwords });
    const work = { actor: { ...systemActor, kind: 'user' as const, id }, requestId: null, write: db.write };
    const self = { tokenHash: '', address: '198.51.100.1', guard: createLoginGuard({ db, clock }) };
    const input = { currentPassword: password, password: 'another long password' };
    return () => users.updateSelf(work, self, 'any', input);
  }

  it('checks a password exactly once, whether the account exists, is disabled, or neither', async () => {
    await addUser(room, 'editor');
    const { url } = await addUser(room, 'author');
    await room.call(url, { as: 'admin', method: 'PATCH', body: { disabled: true }, headers: { 'if-match': '*' } });
    const checked: (string | null)[] = [];
    const attempt = signInWith(async (stored) => {
      checked.push(stored && 'stored');
      return true;
    });
    expect(await attempt('editor@example.org')).toBe('signed in');
    expect(await attempt('author@example.org')).toBe('login-failed');
    expect(await attempt('nobody@example.org')).toBe('login-failed');
    expect(checked).toEqual(['stored', 'stored', null]);
  });

  it.each([
    ['the password is changed', { password: 'another long password' }],
    ['the user is disabled', { disabled: true }],
  ])('opens no session when %s while the old password is being checked', async (_, change) => {
    const { url, email } = await addUser(room, 'editor');
    const attempt = signInWith(async () => {
      await room.call(url, { as: 'admin', method: 'PATCH', body: change, headers: { 'if-match': '*' } });
      return true;
    });
    expect(await attempt(email)).toBe('login-failed');
    expect(await room.db.read.select().from(room.db.tables.sessions)).toEqual([]);
  });

  it('does not hold an attempt that nobody could judge against the account', async () => {
    const { email } = await addUser(room, 'editor');
    const attempt = signInWith(async () => {
      throw new AppError('busy');
    });
    for (let n = 0; n < 20; n++) expect(await attempt(email)).toBe('busy');
    expect((await signIn(room, email)).status).toBe(201);
  });

  it('takes no new password from who knew the old one only until it was changed', async () => {
    const { id, url, email } = await addUser(room, 'editor');
    const body = { password: 'a third long password' };
    const change = changeWith(id, {
      async verify() {
        await room.call(url, { as: 'admin', method: 'PATCH', body, headers: { 'if-match': '*' } });
        return true;
      },
    });
    await expect(change()).rejects.toMatchObject({ code: 'precondition-failed' });
    expect((await signIn(room, email, body.password)).status).toBe(201);
  });

  it('is not delayed by changes of the password that were right and had no turn to be hashed', async () => {
    const { id, email } = await addUser(room, 'editor');
    const change = changeWith(id, {
      async hash() {
        throw new AppError('busy');
      },
    });
    for (let n = 0; n < 20; n++) await expect(change()).rejects.toMatchObject({ code: 'busy' });
    expect((await signIn(room, email)).status).toBe(201);
  });
});
