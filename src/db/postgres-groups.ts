import type { Tx } from './database.ts';
import { gather, largestGroup } from './gather.ts';
import { type Joint, type JointWork, jointly, type Outcome, outcomeAt } from './joint-work.ts';

type Asker = { item: unknown; resolve: (value: unknown) => void; reject: (error: unknown) => void };
type Group = { outcomes: Outcome<unknown>[] } | { error: unknown; isOver: boolean };

/** Runs a unit in a transaction, or a group of them in one that waits for no lock for long. */
type Writes = {
  alone: (unit: (tx: Tx) => Promise<unknown>) => Promise<unknown>;
  /** `onCommit` is called just before the commit is sent. */
  group: (unit: (tx: Tx) => Promise<Outcome<unknown>[]>, onCommit: () => void) => Promise<Outcome<unknown>[]>;
};

/**
 * Has joint works done for all who wait, in one transaction with one flush to disk. While it is committed the next ones
 * gather. A group that fails leaves nothing behind, and each of it is tried once more by itself, beside those that come
 * next: whoever has to wait for a lock holds up nobody.
 */
export function createGroups({ alone, group }: Writes) {
  const lines = new Map<JointWork<unknown, unknown>, Asker[]>();

  async function drain(work: JointWork<unknown, unknown>, line: Asker[]): Promise<void> {
    while (line.length > 0) {
      await gather(line);
      const askers = line.splice(0, largestGroup);
      const done = await runTogether(work, askers);
      if ('outcomes' in done) answer(askers, done.outcomes);
      else if (done.isOver) for (const { reject } of askers) reject(done.error);
      else for (const { item, resolve, reject } of askers) alone(jointly(work, item)).then(resolve, reject);
    }
    lines.delete(work);
  }

  /** `isOver` after a failure that may have come behind the commit: done again, it could be done twice. */
  async function runTogether(work: JointWork<unknown, unknown>, askers: readonly Asker[]): Promise<Group> {
    let isOver = false;
    try {
      const items = askers.map(({ item }) => item);
      const outcomes = await group(
        (tx) => work(tx, items),
        () => {
          isOver = true;
        },
      );
      return { outcomes };
    } catch (error) {
      return { error, isOver };
    }
  }

  return {
    write({ work, item }: Joint): Promise<unknown> {
      return new Promise((resolve, reject) => {
        const line = lines.get(work);
        if (line) return void line.push({ item, resolve, reject });
        const started = [{ item, resolve, reject }];
        lines.set(work, started);
        void drain(work, started);
      });
    },
  };
}

function answer(askers: readonly Asker[], outcomes: readonly Outcome<unknown>[]): void {
  askers.forEach(({ resolve, reject }, place) => {
    const outcome = outcomeAt(outcomes, place);
    if ('error' in outcome) reject(outcome.error);
    else resolve(outcome.value);
  });
}
