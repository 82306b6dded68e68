import type { Tx } from './database.ts';

/** What became of one item: an answer, or why it was refused, in which case nothing was written for it. */
export type Outcome<T> = { value: T } | { error: unknown };

/**
 * Work that costs much less done for many at once; always the same function, by which those who wait find one another. It
 * answers an outcome for each item in their order. When it throws everything is taken back, and it is run again for each
 * item alone, so what cannot be told of one item only may simply throw.
 */
export type JointWork<Item, T> = (tx: Tx, items: readonly Item[]) => Promise<Outcome<T>[]>;

export type Joint = { work: JointWork<unknown, unknown>; item: unknown };

/** What stands for a joint work on its unit. A map with weak keys would cost each collection of garbage a look at all of them. */
const joint = Symbol('joint');

/**
 * A unit of work that does `work` for `item`. Given to `db.write` as it is, it may be done together with others; called
 * inside of another unit it is a part of that.
 */
export function jointly<Item, T>(work: JointWork<Item, T>, item: Item): (tx: Tx) => Promise<T> {
  const alone = async (tx: Tx) => {
    const outcome = outcomeAt(await work(tx, [item]), 0);
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  };
  return Object.assign(alone, { [joint]: { work, item } });
}

/** What a joint work answered for the item in a place; an error where it has forgotten that one. */
export function outcomeAt<T>(outcomes: readonly Outcome<T>[], place: number): Outcome<T> {
  return outcomes[place] ?? { error: new Error('joint work answered nothing') };
}

export function jointOf(unit: object): Joint | undefined {
  return (unit as { [joint]?: Joint })[joint];
}
