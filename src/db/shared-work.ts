import type { SharedWork, Tx } from './database.ts';

export type SharedWorks = ReturnType<typeof createSharedWorks>;

/** Collects what units of work want done together, see `Tx.share`. */
export function createSharedWorks() {
  const waiting = new Map<SharedWork<never>, unknown[]>();

  function add(work: SharedWork<never>, items: readonly unknown[]): void {
    const known = waiting.get(work);
    if (known) known.push(...items);
    else waiting.set(work, [...items]);
  }

  return {
    add<Item>(work: SharedWork<Item>, item: Item): void {
      add(work, [item]);
    },

    /** Takes over what a unit has collected that will be committed. */
    addAll(others: { take(): [SharedWork<never>, unknown[]][] }): void {
      for (const [work, items] of others.take()) add(work, items);
    },

    take(): [SharedWork<never>, unknown[]][] {
      const taken = [...waiting];
      waiting.clear();
      return taken;
    },

    /** Does everything that was collected. */
    async run(tx: Tx): Promise<void> {
      while (waiting.size > 0) for (const [work, items] of this.take()) await work(tx, items as never[]);
    },
  };
}
