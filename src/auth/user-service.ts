import { cleanName, nameKey } from '../arabic/clean.ts';
import type { Audit } from '../audit/audit.ts';
import type { Database, Tx } from '../db/database.ts';
import { AppError, fieldError } from '../errors.ts';
import { decodeCursor, listDigest, timeAndId, toPage } from '../http/cursor.ts';
import type { ExpectedVersions } from '../http/etag.ts';
import { uuid } from '../uuid.ts';
import { translateConstraints } from '../versioned.ts';
import type { Work } from '../work.ts';
import { accessTag } from './authenticate.ts';
import { checkInput, demandAllOf } from './grants.ts';
import type { LoginGuard } from './login-guard.ts';
import type { Passwords } from './passwords.ts';
import { type MePatch, type UserCreate, type UserPatch, userCreate } from './schemas.ts';
import { createUserRepository, type UserRow } from './user-repository.ts';

export type UserDeps = { db: Database; clock: () => Date; audit: Audit; passwords: Passwords };
export type UserService = ReturnType<typeof createUserService>;

/** Who asks to change their own account: the session's token stays valid, and guesses are counted by address. */
export type Self = { tokenHash: string; address: string; guard: LoginGuard };

/** E-mail addresses are the same when they differ only in case. */
export function emailKey(email: string): string {
  return email.trim().normalize('NFKC').toLowerCase();
}

/** What may be done with users: the accounts of the newsroom's staff. */
export function createUserService({ db, clock, audit, passwords }: UserDeps) {
  const repository = createUserRepository(db.tables);
  const digest = listDigest('users', {});
  const errors = {
    users_email_key: takenEmail,
    // Names are one when people may take them for one: two of the same name tell themselves apart, as in any newsroom.
    users_name_key: () => new AppError('already-exists', { params: { field: 'name' } }),
  };

  return {
    async list(query: { limit: number; cursor?: string | undefined }) {
      const after = decodeCursor(query.cursor, digest, timeAndId);
      const rows = await repository.list(db.read, after, query.limit + 1);
      return toPage(rows, query.limit, digest, (row) => [row.createdAt.getTime(), row.id]);
    },

    async get(id: string): Promise<UserRow> {
      const row = await repository.find(db.read, id);
      if (!row) throw new AppError('not-found');
      return row;
    },

    async create(work: Work, input: UserCreate): Promise<UserRow> {
      checkInput(userCreate, input);
      demandAllOf(work.actor, input);
      const passwordHash = await passwords.hash(input.password);
      return translateConstraints(errors, () =>
        work.write(async (tx) => {
          const id = uuid();
          const at = clock();
          // Where both are taken, engines differ in which they name; the address is what tells whose account it is.
          if (await repository.findByEmail(tx, emailKey(input.email))) throw takenEmail();
          const row = await repository.insert(tx, {
            ...named(input.name),
            ...addressed(input.email),
            id,
            role: input.role,
            passwordHash,
            disabled: false,
            createdAt: at,
            updatedAt: at,
          });
          await audit(tx, work, 'user.created', { type: 'user', id }, { role: input.role });
          tx.announce(accessTag);
          return row;
        }),
      );
    },

    /** Changes a user. Another role, another password and disabling end the user's sessions. */
    async update(work: Work, id: string, expected: ExpectedVersions, input: UserPatch): Promise<UserRow> {
      if (input.role !== undefined) demandAllOf(work.actor, { role: input.role });
      const passwordHash = input.password === undefined ? undefined : await passwords.hash(input.password);
      return translateConstraints(errors, () =>
        work.write((tx) =>
          keepingAnAdmin(tx, async () => {
            const before = await repository.lock(tx, id, expected);
            demandAllOf(work.actor, before);
            const row = await repository.update(tx, id, {
              ...(input.name === undefined ? {} : named(input.name)),
              ...(input.email === undefined ? {} : addressed(input.email)),
              ...(input.role === undefined ? {} : { role: input.role }),
              ...(input.disabled === undefined ? {} : { disabled: input.disabled }),
              ...(passwordHash === undefined ? {} : { passwordHash }),
              updatedAt: clock(),
            });
            if (row.role !== before.role || row.disabled || passwordHash !== undefined)
              await repository.endSessions(tx, id);
            await audit(tx, work, 'user.updated', { type: 'user', id }, { fields: changedFields(input) });
            tx.announce(accessTag);
            return row;
          }),
        ),
      );
    },

    /** Changes one's own name or password; a new password ends all one's other sessions. */
    async updateSelf(work: Work, self: Self, expected: ExpectedVersions, input: MePatch): Promise<UserRow> {
      if (work.actor.kind !== 'user') throw new AppError('users-only');
      const { id } = work.actor;
      const { password, currentPassword = '' } = input;
      const verified = password === undefined ? null : await provePassword(id, self, currentPassword);
      try {
        const passwordHash = password === undefined ? undefined : await passwords.hash(password);
        return await translateConstraints(errors, () =>
          work.write(async (tx) => {
            const before = await repository.lock(tx, id, expected);
            if (verified && verified.passwordHash !== before.passwordHash) throw new AppError('precondition-failed');
            const row = await repository.update(tx, id, {
              ...(input.name === undefined ? {} : named(input.name)),
              ...(passwordHash === undefined ? {} : { passwordHash }),
              updatedAt: clock(),
            });
            if (passwordHash !== undefined) await repository.endSessions(tx, id, self.tokenHash);
            await verified?.attempt.succeeded(tx);
            await audit(tx, work, 'user.updated', { type: 'user', id }, { fields: changedFields(input) });
            tx.announce(accessTag);
            return row;
          }),
        );
      } catch (error) {
        await verified?.attempt.withdraw();
        throw error;
      }
    },

    /** Removes a user and their sessions. What they wrote stays; their API keys stay too, being the newsroom's. */
    async remove(work: Work, id: string, expected: ExpectedVersions): Promise<void> {
      await work.write((tx) =>
        keepingAnAdmin(tx, async () => {
          demandAllOf(work.actor, await repository.lock(tx, id, expected));
          await repository.remove(tx, id, clock());
          await audit(tx, work, 'user.deleted', { type: 'user', id });
          tx.announce(accessTag);
        }),
      );
    },
  };

  /** Runs a change and refuses it when it leaves a newsroom that had an active admin without one. */
  async function keepingAnAdmin<T>(tx: Tx, change: () => Promise<T>): Promise<T> {
    const admins = await repository.lockAdmins(tx);
    const result = await change();
    if (admins > 0 && (await repository.countActiveAdmins(tx)) === 0)
      throw new AppError('conflict', {
        params: { reason: 'The last active admin stays one.', reasonAr: 'لا بد من بقاء مدير مفعّل واحد على الأقل.' },
      });
    return result;
  }

  /** A stolen session must not become a way to guess the password, so guesses count like those at sign-in. */
  async function provePassword(id: string, { address, guard }: Self, password: string) {
    const current = await repository.find(db.read, id);
    if (!current) throw new AppError('unauthenticated');
    const attempt = await guard.admit(current.emailKey, address);
    const isRight = await passwords.verify(current.passwordHash, password).catch(async (error: unknown) => {
      await attempt.withdraw();
      throw error;
    });
    if (!isRight)
      throw fieldError('/currentPassword', 'wrong_password', {
        en: 'This is not your password.',
        ar: 'كلمة المرور الحالية غير صحيحة.',
      });
    return { attempt, passwordHash: current.passwordHash };
  }
}

function takenEmail(): AppError {
  return new AppError('already-exists', { params: { field: 'email' } });
}

function changedFields(input: UserPatch | MePatch): string[] {
  return Object.keys(input).filter((field) => field !== 'currentPassword');
}

function named(text: string) {
  const { name } = cleanName(text);
  return { name, nameKey: nameKey(name) };
}

function addressed(email: string) {
  return { email: email.trim(), emailKey: emailKey(email) };
}
