import { createHash } from 'node:crypto';
import { eq, lt, sql } from 'drizzle-orm';
import type { Database, Tx } from '../db/database.ts';
import { AppError } from '../errors.ts';
import { addressKey } from '../http/address.ts';

/** How many failures are free, and how long without one until they are forgotten. */
export const rules = {
  account: { free: 5, keptForMs: 24 * 3600_000 },
  address: { free: 50, keptForMs: 3600_000 },
};
const firstDelayMs = 30_000;
const longestDelayMs = 15 * 60_000;
const trimEveryMs = 60_000;

type Kind = keyof typeof rules;
type Counted = { subject: string; lockedUntil: Date | null };

/** An attempt that was let through, and is counted as failed until it is known to be otherwise. */
export type Attempt = {
  /** Forgets the account's failures and takes back what this attempt added to its address. */
  succeeded(tx: Tx): Promise<void>;
  /** Takes the attempt back, because nobody could judge it. */
  withdraw(): Promise<void>;
};

export type LoginGuard = ReturnType<typeof createLoginGuard>;

/** The delay after so many failures, in milliseconds: it doubles up to a quarter of an hour. */
export function delayAfter(failures: number, free: number): number {
  if (failures < free) return 0;
  return Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(20, failures - free));
}

/**
 * Slows down guessing, per account and per address, for accounts that do not exist as for those that do. Counts live in
 * the database for all processes, under hashed names. An attempt is counted before its password is looked at, so many
 * at once get no more guesses than one after the other.
 */
export function createLoginGuard({ db, clock }: { db: Database; clock: () => Date }) {
  const { loginFailures } = db.tables;
  let trimmedAt = Number.NEGATIVE_INFINITY;

  /** Lets an attempt through, or throws AppError `too-many-requests` with Retry-After. */
  async function admit(emailKey: string, ip: string): Promise<Attempt> {
    const at = clock();
    const isTrimDue = at.getTime() - trimmedAt >= trimEveryMs;
    const counted = await db.write(async (tx) => {
      if (isTrimDue) await trim(tx, at);
      // Always in this order, so that two attempts cannot wait for each other.
      const account = await count(tx, 'account', emailKey, at);
      const address = await count(tx, 'address', addressKey(ip), at);
      return { account, address };
    });
    if (isTrimDue) trimmedAt = at.getTime();
    return {
      async succeeded(tx) {
        await tx.delete(loginFailures).where(eq(loginFailures.subject, counted.account.subject));
        await takeBack(tx, counted.address);
      },
      async withdraw() {
        await db.write(async (tx) => {
          await takeBack(tx, counted.account);
          await takeBack(tx, counted.address);
        });
      },
    };
  }

  async function count(tx: Tx, kind: Kind, name: string, at: Date): Promise<Counted> {
    const { free, keptForMs } = rules[kind];
    const subject = `${kind}:${createHash('sha256').update(name).digest('base64url')}`;
    const isOld = lt(loginFailures.lastAt, new Date(at.getTime() - keptForMs));
    const [row] = await tx
      .insert(loginFailures)
      .values({ subject, failures: 1, lastAt: at, lockedUntil: null })
      .onConflictDoUpdate({
        target: loginFailures.subject,
        set: { failures: sql`case when ${isOld} then 1 else ${loginFailures.failures} + 1 end`, lastAt: at },
      })
      .returning();
    const leftMs = row?.lockedUntil ? row.lockedUntil.getTime() - at.getTime() : 0;
    // For longer than any failure is remembered it can only have been locked while a clock was far ahead.
    if (leftMs > 0 && leftMs <= rules.account.keptForMs) throw tooMany(leftMs);
    const delayMs = delayAfter(row?.failures ?? 1, free);
    const lockedUntil = delayMs === 0 ? null : new Date(at.getTime() + delayMs);
    await tx.update(loginFailures).set({ lockedUntil }).where(eq(loginFailures.subject, subject));
    return { subject, lockedUntil };
  }

  async function takeBack(tx: Tx, { subject, lockedUntil }: Counted): Promise<void> {
    const isMine = lockedUntil === null ? sql`false` : eq(loginFailures.lockedUntil, lockedUntil);
    await tx
      .update(loginFailures)
      .set({
        failures: sql`case when ${loginFailures.failures} > 0 then ${loginFailures.failures} - 1 else 0 end`,
        lockedUntil: sql`case when ${isMine} then null else ${loginFailures.lockedUntil} end`,
      })
      .where(eq(loginFailures.subject, subject));
  }

  async function trim(tx: Tx, at: Date): Promise<void> {
    await tx.delete(loginFailures).where(lt(loginFailures.lastAt, new Date(at.getTime() - rules.account.keptForMs)));
  }

  return { admit };
}

function tooMany(delayMs: number): AppError {
  const seconds = Math.ceil(delayMs / 1000);
  return new AppError('too-many-requests', { params: { seconds }, headers: { 'retry-after': String(seconds) } });
}
