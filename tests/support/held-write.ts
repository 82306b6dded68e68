import type { Database } from '../../src/db/database.ts';

/** A `write` that has stored everything when `stored` resolves, and commits only after `release`. */
export function heldWrite(db: Database) {
  const stored = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const write: Database['write'] = (unit) =>
    db.write(async (tx) => {
      const done = await unit(tx);
      stored.resolve();
      await released.promise;
      return done;
    });
  return { write, stored: stored.promise, release: () => released.resolve() };
}
