import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Database, Tx } from '../../src/db/database.ts';
import { describeEachEngine, freshDatabase } from '../support/engines.ts';
import { setting, settingNames } from './rows.ts';

describeEachEngine('work that units share', (engine) => {
  let opened: Awaited<ReturnType<typeof freshDatabase>>;
  let db: Database;
  beforeEach(async () => {
    opened = await freshDatabase(engine);
    db = opened.db;
  });
  afterEach(() => opened.dispose());

  it('is done before the commit, for all that was handed over', async () => {
    const store = async (tx: Tx, names: readonly string[]) => {
      for (const name of names) await setting(db, tx, name);
    };
    await db.write(async (tx) => {
      tx.share(store, 'a');
      tx.share(store, 'b');
    });
    expect(await settingNames(db)).toEqual(['a', 'b']);
  });

  it('is done at once for units that are committed together, and not for one that failed', async () => {
    const calls: (readonly number[])[] = [];
    const collect = async (_tx: Tx, items: readonly number[]) => void calls.push(items);
    await Promise.allSettled(
      [1, 2, 3, 4].map((n) =>
        db.write(async (tx) => {
          tx.share(collect, n);
          if (n === 3) throw new Error('no');
        }),
      ),
    );
    expect(calls.flat().sort()).toEqual([1, 2, 4]);
    if (db.engine === 'sqlite') expect(calls).toHaveLength(1);
  });

  it('takes the units with it when it fails', async () => {
    const fail = async () => {
      throw new Error('no room');
    };
    const writing = db.write(async (tx) => {
      await setting(db, tx, 'a');
      tx.share(fail, 1);
    });
    await expect(writing).rejects.toThrow('no room');
    expect(await settingNames(db)).toEqual([]);
  });

  it('may not write beside its transaction', async () => {
    const writing = db.write(async (tx) => tx.share(async () => void (await db.write(async () => 1)), 1));
    await expect(writing).rejects.toThrow('inside db.write');
  });

  it('and raw queries with marks are filled with other values each time', async () => {
    const one = sql`select ${sql.placeholder('text')} || '!' as text`;
    const shown = await db.write(async (tx) => [
      ...(await tx.rows<{ text: string }>(one, { text: 'a' })),
      ...(await tx.rows<{ text: string }>(one, { text: 'b' })),
    ]);
    expect(shown.map(({ text }) => text)).toEqual(['a!', 'b!']);
  });
});
