import { and, eq } from 'drizzle-orm';
import type { Database, Reader, Tx } from '../db/database.ts';
import { type JointWork, jointly, jointOf, type Outcome, outcomeAt } from '../db/joint-work.ts';
import type { Tables } from '../db/tables.ts';
import { AppError } from '../errors.ts';

/** How long a key is remembered. */
export const keptForMs = 24 * 3600 * 1000;

type KeyRow = Tables['idempotencyKeys']['$inferSelect'];
export type StoredAnswer = Pick<KeyRow, 'status' | 'headers' | 'body'>;

/** A key that a request came with. */
export type KeyAsked = {
  scope: string;
  key: string;
  requestHash: string;
  /** What is stored under it when the work is done. */
  answer(result: unknown): StoredAnswer;
};

type Keyed = { asked: KeyAsked; item: unknown };
type Unit<T> = (tx: Tx) => Promise<T>;

/** Thrown in place of work that was done already: what was stored of it. */
export class Replay extends Error {
  readonly first: StoredAnswer;
  constructor(first: StoredAnswer) {
    super('a repeated request');
    this.first = first;
  }
}

/**
 * Work that is done once for a key: a unit that claims it, does the work and stores the answer. Whoever comes with a key
 * that another transaction has just claimed waits for that, and finds the whole answer, or nothing at all. Joint work
 * stays joint.
 */
export function createIdempotencyKeys({ tables, read }: Pick<Database, 'tables' | 'read'>, clock: () => Date) {
  const { idempotencyKeys } = tables;
  const joint = new Map<JointWork<unknown, unknown>, JointWork<Keyed, unknown>>();

  /** Throws Replay where the work was done, and `idempotency-key-reused` where the key is another request's. */
  function once<T>(asked: KeyAsked, unit: Unit<T>): Unit<T> {
    const { work, item } = jointOf(unit) ?? {};
    if (work) return jointly(onceFor(work), { asked, item }) as Unit<T>;
    const alone = jointly((tx, keyed: readonly Keyed[]) => doOnce(tx, keyed, async () => [{ value: await unit(tx) }]), {
      asked,
      item: null,
    });
    return (tx) => alone(tx) as Promise<T>;
  }

  /** What a request is answered whose key is taken: Replay, or `idempotency-key-reused`. Undefined where it is free. */
  async function find(asked: KeyAsked): Promise<Replay | AppError | undefined> {
    const first = await findRow(read, asked);
    return first && !isOld(first, clock()) ? answerTo(first, asked) : undefined;
  }

  /** Always the same for the same work. */
  function onceFor(work: JointWork<unknown, unknown>): JointWork<Keyed, unknown> {
    const known = joint.get(work);
    if (known) return known;
    const made: JointWork<Keyed, unknown> = (tx, keyed) => doOnce(tx, keyed, work);
    joint.set(work, made);
    return made;
  }

  async function doOnce(
    tx: Tx,
    keyed: readonly Keyed[],
    work: JointWork<unknown, unknown>,
  ): Promise<Outcome<unknown>[]> {
    const outcomes = new Map<Keyed, Outcome<unknown>>();
    const now = clock();
    let left = keyed;
    while (left.length > 0) {
      const claimed = await claim(left);
      if (claimed.length > 0) await workFor(claimed);
      for (const each of withoutOutcome()) await lookFor(each);
      // Those are left whose key is free again: it was forgotten, or the same request before them was refused.
      left = withoutOutcome();
    }
    return keyed.map((each) => outcomes.get(each) as Outcome<unknown>);

    function withoutOutcome(): Keyed[] {
      return keyed.filter((each) => !outcomes.has(each));
    }

    async function claim(wanted: readonly Keyed[]): Promise<Keyed[]> {
      const rows = wanted.map(({ asked: { scope, key, requestHash } }) => {
        return { scope, key, requestHash, status: 0, headers: {}, body: '', createdAt: now };
      });
      const made = await tx.insertMany(idempotencyKeys, rows, { taken: 'skip', returning: ['scope', 'key'] });
      // Of those who want the same the first has it.
      const free = new Set(made.map(placeOf));
      return wanted.filter(({ asked }) => free.delete(placeOf(asked)));
    }

    async function workFor(claimed: readonly Keyed[]): Promise<void> {
      const results = await work(
        tx,
        claimed.map(({ item }) => item),
      );
      const rows = [];
      for (const [nth, each] of claimed.entries()) {
        const result = outcomeAt(results, nth);
        const { scope, key, requestHash, answer } = each.asked;
        outcomes.set(each, result);
        if ('value' in result) rows.push({ scope, key, requestHash, createdAt: now, ...answer(result.value) });
        else await forget(each);
      }
      await tx.insertMany(idempotencyKeys, rows, { taken: 'replace' });
    }

    /** What is stored under a key that is taken. One that should have been forgotten is. */
    async function lookFor(each: Keyed): Promise<void> {
      const first = await findRow(tx, each.asked);
      if (!first) return;
      if (isOld(first, now)) return forget(each);
      outcomes.set(each, { error: answerTo(first, each.asked) });
    }

    async function forget({ asked }: Keyed): Promise<void> {
      await tx.delete(idempotencyKeys).where(isOf(asked));
    }
  }

  async function findRow(reader: Reader, asked: KeyAsked): Promise<KeyRow | undefined> {
    const [row] = await reader.select().from(idempotencyKeys).where(isOf(asked));
    return row;
  }

  function isOf({ scope, key }: KeyAsked) {
    return and(eq(idempotencyKeys.scope, scope), eq(idempotencyKeys.key, key));
  }

  return { once, find };
}

function isOld({ createdAt }: KeyRow, now: Date): boolean {
  return createdAt.getTime() < now.getTime() - keptForMs;
}

function answerTo(first: KeyRow, { requestHash }: KeyAsked): Replay | AppError {
  return first.requestHash === requestHash ? new Replay(first) : new AppError('idempotency-key-reused');
}

function placeOf({ scope, key }: { scope: string; key: string }): string {
  return `${scope} ${key}`;
}
