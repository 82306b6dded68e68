import { and, count, desc, eq, lt, ne, or, sql } from 'drizzle-orm';
import type { Reader, Tx } from '../db/database.ts';
import type { Tables } from '../db/tables.ts';
import { AppError } from '../errors.ts';
import type { ExpectedVersions } from '../http/etag.ts';
import { demandVersion } from '../versioned.ts';

export type UserRow = Tables['users']['$inferSelect'];
type UserInsert = Tables['users']['$inferInsert'];

export function createUserRepository({ users, sessions, authors }: Tables) {
  const isActiveAdmin = and(eq(users.role, 'admin'), eq(users.disabled, false));

  return {
    /** Users, newest first, from the one after `after` (milliseconds and id). */
    async list(read: Reader, after: readonly [number, string] | null, limit: number): Promise<UserRow[]> {
      const at = after && new Date(after[0]);
      const start =
        after && at ? or(lt(users.createdAt, at), and(eq(users.createdAt, at), lt(users.id, after[1]))) : undefined;
      return read.select().from(users).where(start).orderBy(desc(users.createdAt), desc(users.id)).limit(limit);
    },

    async find(read: Reader, id: string): Promise<UserRow | undefined> {
      const [row] = await read.select().from(users).where(eq(users.id, id));
      return row;
    },

    async findByEmail(read: Reader, emailKey: string): Promise<UserRow | undefined> {
      const [row] = await read.select().from(users).where(eq(users.emailKey, emailKey));
      return row;
    },

    async insert(tx: Tx, row: UserInsert): Promise<UserRow> {
      const [inserted] = await tx.insert(users).values(row).returning();
      return inserted as UserRow;
    },

    /** The user as it is, held until the transaction ends. Throws 404 without it and 412 at another version. */
    async lock(tx: Tx, id: string, expected: ExpectedVersions): Promise<UserRow> {
      const [row] = await tx
        .update(users)
        .set({ version: sql`${users.version}` })
        .where(eq(users.id, id))
        .returning();
      if (!row) throw new AppError('not-found');
      demandVersion(row.version, expected);
      return row;
    },

    /** Changes a user that is locked. */
    async update(tx: Tx, id: string, changes: Partial<UserInsert>): Promise<UserRow> {
      const [row] = await tx
        .update(users)
        .set({ ...changes, version: sql`${users.version} + 1` })
        .where(eq(users.id, id))
        .returning();
      return row as UserRow;
    },

    /** Removes a locked user; bylines that were theirs stay, and belong to nobody. */
    async remove(tx: Tx, id: string, at: Date): Promise<void> {
      await tx
        .update(authors)
        .set({ userId: null, version: sql`${authors.version} + 1`, updatedAt: at })
        .where(eq(authors.userId, id));
      await tx.delete(users).where(eq(users.id, id));
    },

    /** Holds every admin until the transaction ends, so that two cannot remove each other at once. Counts active ones. */
    async lockAdmins(tx: Tx): Promise<number> {
      const admins = await tx
        .update(users)
        .set({ role: sql`${users.role}` })
        .where(eq(users.role, 'admin'))
        .returning({ disabled: users.disabled });
      return admins.filter((admin) => !admin.disabled).length;
    },

    async countActiveAdmins(tx: Tx): Promise<number> {
      const [row] = await tx.select({ admins: count() }).from(users).where(isActiveAdmin);
      return row?.admins ?? 0;
    },

    /** Ends a user's sessions, all but the one whose token's hash is `except`. */
    async endSessions(tx: Tx, userId: string, except?: string): Promise<void> {
      await tx
        .delete(sessions)
        .where(and(eq(sessions.userId, userId), except === undefined ? undefined : ne(sessions.tokenHash, except)));
    },
  };
}
