import { and, eq, lte } from 'drizzle-orm';
import type { Audit } from '../audit/audit.ts';
import type { Database } from '../db/database.ts';
import { AppError } from '../errors.ts';
import { uuid } from '../uuid.ts';
import type { Work } from '../work.ts';
import { accessTag, permissionsOf } from './authenticate.ts';
import type { LoginGuard } from './login-guard.ts';
import type { Passwords } from './passwords.ts';
import { newToken } from './tokens.ts';
import { createUserRepository, type UserRow } from './user-repository.ts';
import { emailKey } from './user-service.ts';

export type SessionDeps = {
  db: Database;
  clock: () => Date;
  audit: Audit;
  passwords: Passwords;
  guard: LoginGuard;
  hours: number;
};
export type SessionService = ReturnType<typeof createSessionService>;
export type SignedIn = { token: string; expiresAt: Date; user: UserRow };

/** Sign-in with a password, and sign-out. */
export function createSessionService({ db, clock, audit, passwords, guard, hours }: SessionDeps) {
  const { sessions, users } = db.tables;
  const repository = createUserRepository(db.tables);

  return {
    /**
     * Opens a session. Throws `login-failed` alike, and after like time, for a wrong password, a disabled user and an
     * unknown e-mail; `too-many-requests` after repeated failures, whatever the password.
     */
    async signIn(
      { email, password }: { email: string; password: string },
      from: { address: string; requestId: string | null },
    ): Promise<SignedIn> {
      const key = emailKey(email);
      const attempt = await guard.admit(key, from.address);
      try {
        const user = await repository.findByEmail(db.read, key);
        const isRight = await passwords.verify(user?.passwordHash ?? null, password);
        if (!isRight || !user || user.disabled) throw new AppError('login-failed');
        const isOutdated = passwords.needsRehash(user.passwordHash);
        const passwordHash = isOutdated ? await passwords.hash(password) : user.passwordHash;
        return await open(user, passwordHash, attempt.succeeded, from.requestId);
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'login-failed') await attempt.withdraw();
        throw error;
      }
    },

    /** Ends the session that a token belongs to. */
    async signOut(work: Work, tokenHash: string): Promise<void> {
      if (work.actor.kind !== 'user') throw new AppError('users-only');
      await work.write(async (tx) => {
        const [ended] = await tx.delete(sessions).where(eq(sessions.tokenHash, tokenHash)).returning();
        if (!ended) throw new AppError('unauthenticated');
        await audit(tx, work, 'session.deleted', { type: 'session', id: ended.id });
        tx.announce(accessTag);
      });
    },
  };

  async function open(
    verified: UserRow,
    passwordHash: string,
    forgiveFailures: (tx: Parameters<Parameters<Database['write']>[0]>[0]) => Promise<void>,
    requestId: string | null,
  ): Promise<SignedIn> {
    const { secret: token, hash: tokenHash } = newToken('session');
    const createdAt = clock();
    const expiresAt = new Date(createdAt.getTime() + hours * 3600_000);
    return db.write(async (tx) => {
      // Holds the user: a password or role changed since the check refuses here, one changed later ends this session.
      const [user] = await tx
        .update(users)
        .set({ passwordHash })
        .where(and(eq(users.id, verified.id), eq(users.passwordHash, verified.passwordHash), eq(users.disabled, false)))
        .returning();
      if (!user) throw new AppError('login-failed');
      const id = uuid();
      await tx.delete(sessions).where(lte(sessions.expiresAt, createdAt));
      await tx.insert(sessions).values({ id, userId: user.id, tokenHash, createdAt, expiresAt });
      await forgiveFailures(tx);
      const actor = { kind: 'user', id: user.id, name: user.name, role: user.role, permissions: permissionsOf(user) };
      await audit(tx, { actor: { ...actor, kind: 'user' }, requestId, write: db.write }, 'session.created', {
        type: 'session',
        id,
      });
      return { token, expiresAt, user };
    });
  }
}
