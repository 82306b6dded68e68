import { AsyncResource } from 'node:async_hooks';
import type { ChangeBus } from './changes.ts';
import type { Tx } from './database.ts';
import { DatabaseClosedError } from './errors.ts';
import { gather, largestGroup } from './gather.ts';
import { type Joint, jointOf, type Outcome, outcomeAt } from './joint-work.ts';
import { createSharedWorks, type SharedWorks } from './shared-work.ts';
import { recordChanges } from './sqlite-changes.ts';
import { type Connection, whenFree } from './sqlite-connection.ts';
import { transactionOn } from './sqlite-transaction.ts';
import { insideUnit, refuseNested } from './unit.ts';

type Unit = {
  work: (tx: Tx) => Promise<unknown>;
  joint: Joint | undefined;
  /** Where it was asked for. */
  caller: AsyncResource;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
  outcome: Outcome<unknown> | null;
};

type WriterDeps = {
  origin: string;
  bus: ChangeBus;
  busyTimeoutMs: number;
  /** Throws where what is written would be lost with the process. */
  checkPlace: () => void;
};

/** A group ends then, too, so that nobody's answer waits long for the work of others. */
const longestGroupMs = 20;

/**
 * The queue before the one connection that writes. What comes in a turn of the event loop, or in a few that follow each
 * other, is committed together, with one flush to disk for all, and nobody is answered before it. A unit that fails
 * takes nothing back but its own; the others may then be run a second time.
 */
export function createWriter(connection: Connection, { origin, bus, busyTimeoutMs, checkPlace }: WriterDeps) {
  const queue: Unit[] = [];
  let draining: Promise<void> | null = null;
  let closed = false;
  const say = {
    begin: connection.prepare('BEGIN IMMEDIATE'),
    commit: connection.prepare('COMMIT'),
    rollback: connection.prepare('ROLLBACK'),
    savepoint: connection.prepare('SAVEPOINT unit'),
    release: connection.prepare('RELEASE unit'),
    rollbackUnit: connection.prepare('ROLLBACK TO unit'),
  };

  async function write<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    refuseNested();
    if (closed) throw new DatabaseClosedError();
    // The queue runs under whoever came first; each unit keeps the context of its own caller.
    const caller = new AsyncResource('khabar.write');
    return new Promise<T>((resolve, reject) => {
      queue.push({ work, joint: jointOf(work), caller, resolve: resolve as Unit['resolve'], reject, outcome: null });
      draining ??= drain();
    });
  }

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      await gather(queue);
      await commitGroup();
    }
    draining = null;
  }

  /** Commits what waits, up to a bound, and answers it. */
  async function commitGroup(): Promise<void> {
    const group: Unit[] = [];
    const waiting = queue.length;
    try {
      checkPlace();
      await whenFree(busyTimeoutMs, () => say.begin.run());
    } catch (error) {
      for (const unit of queue.splice(0, waiting)) unit.reject(error);
      return;
    }
    let tags = new Set<string>();
    try {
      tags = (await runTogether(group)) ?? (await runApart(group));
      if (connection.inTransaction) say.commit.run();
    } catch (error) {
      rollBack();
      tags.clear();
      for (const unit of group) if (!unit.outcome || 'value' in unit.outcome) unit.outcome = { error };
    }
    if (tags.size === 0) answer(group);
    // The next group need not wait for the listeners of this one.
    else void bus.tell(tags).then(() => answer(group));
  }

  /**
   * Runs units one after another, those that are joint at once, without savepoints, for each of which SQLite would keep a
   * copy of every page that the unit changes. One that fails before it has written anything leaves nothing to take back.
   * After one that had, all is rolled back, and the answer is null. `group` is filled with the units that were run.
   */
  async function runTogether(group: Unit[]): Promise<Set<string> | null> {
    const tags = new Set<string>();
    const shared = createSharedWorks();
    const endsAt = performance.now() + longestGroupMs;
    while (group.length < largestGroup && (group.length === 0 || performance.now() < endsAt)) {
      const units = takeNext(largestGroup - group.length);
      if (units.length === 0) break;
      group.push(...units);
      if ((await runUnits(units, tags, shared)) === 'to be taken back') {
        say.rollback.run();
        return null;
      }
    }
    await finish(tags, shared);
    return tags;
  }

  /** Runs units again, in a savepoint each: those that fail are taken back alone. */
  async function runApart(group: Unit[]): Promise<Set<string>> {
    const tags = new Set<string>();
    // It has failed alone, and is taken back.
    if (group.length === 1) return tags;
    await whenFree(busyTimeoutMs, () => say.begin.run());
    const shared = createSharedWorks();
    for (const unit of group) {
      say.savepoint.run();
      if ((await runUnits([unit], tags, shared)) === 'to be taken back') say.rollbackUnit.run();
      say.release.run();
    }
    await finish(tags, shared);
    return tags;
  }

  /** The next unit, with those behind it, up to `most`, that are of the same joint work. */
  function takeNext(most: number): Unit[] {
    const work = queue[0]?.joint?.work;
    let count = 1;
    if (work !== undefined) while (count < most && queue[count]?.joint?.work === work) count++;
    return queue.splice(0, count);
  }

  /** Runs one unit, or those of one joint work. Throws only when the whole transaction is lost with them. */
  async function runUnits(units: Unit[], tags: Set<string>, shared: SharedWorks): Promise<'done' | 'to be taken back'> {
    const announced: string[] = [];
    const own = createSharedWorks();
    const { tx, end } = transactionOn(connection, announced, own);
    try {
      const outcomes = await outcomesOf(units, tx);
      end();
      units.forEach((unit, place) => {
        unit.outcome = outcomeAt(outcomes, place);
      });
      for (const tag of announced) tags.add(tag);
      shared.addAll(own);
      return 'done';
    } catch (error) {
      const hasWritten = end();
      for (const unit of units) unit.outcome = { error };
      // SQLite itself rolls everything back after some faults, such as a full disk.
      if (!connection.inTransaction) throw error;
      // Of many it is not known whose fault it was.
      return hasWritten || units.length > 1 ? 'to be taken back' : 'done';
    }
  }

  async function finish(tags: Set<string>, shared: SharedWorks): Promise<void> {
    await runShared(shared);
    recordChanges(connection, origin, tags);
  }

  /** In no savepoint of its own: when it fails, so does the group. */
  async function runShared(shared: SharedWorks): Promise<void> {
    const { tx, end } = transactionOn(connection, [], shared);
    try {
      await insideUnit(() => shared.run(tx));
    } finally {
      end();
    }
  }

  function rollBack(): void {
    try {
      if (connection.inTransaction) say.rollback.run();
    } catch (error) {
      process.emitWarning(`A failed transaction could not be rolled back: ${String(error)}`);
    }
  }

  return {
    write,
    /** Waits for what was asked before; refuses what comes after. The connection is then its owner's to close. */
    async close(): Promise<void> {
      closed = true;
      while (draining) await draining;
      await bus.close();
    },
  };
}

async function outcomesOf(units: Unit[], tx: Tx): Promise<Outcome<unknown>[]> {
  const [first] = units;
  if (!first) return [];
  const { caller, joint, work } = first;
  if (units.length === 1 || !joint) return [{ value: await caller.runInAsyncScope(() => insideUnit(() => work(tx))) }];
  const items = units.map((unit) => unit.joint?.item);
  return caller.runInAsyncScope(() => insideUnit(() => joint.work(tx, items)));
}

function answer(group: Unit[]): void {
  for (const { outcome, resolve, reject } of group)
    if (outcome && 'value' in outcome) resolve(outcome.value);
    else reject(outcome?.error);
}
