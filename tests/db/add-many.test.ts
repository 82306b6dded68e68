import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Database, Tx } from '../../src/db/database.ts';
import { describeEachEngine, freshDatabase } from '../support/engines.ts';
import { gate, setting } from './rows.ts';

describeEachEngine('adding to a number of many rows', (engine) => {
  let opened: Awaited<ReturnType<typeof freshDatabase>>;
  let db: Database;
  beforeEach(async () => {
    opened = await freshDatabase(engine);
    db = opened.db;
    await db.write(async (tx) => {
      for (const name of ['c', 'b', 'a']) await setting(db, tx, name);
    });
  });
  afterEach(() => opened.dispose());

  const add = (tx: Tx, amounts: Record<string, number>) =>
    tx.addMany(db.tables.settings, {
      ...{ key: 'name', number: 'version', returning: ['name'] },
      amounts: new Map(Object.entries(amounts)),
    });
  async function versions() {
    const { name, version } = db.tables.settings;
    const rows = await db.read.select({ name, version }).from(db.tables.settings).orderBy(name);
    return rows.map((row) => row.version);
  }

  it('adds to each its own, and answers those that are there', async () => {
    const before = await versions();
    const found = await db.write((tx) => add(tx, { c: 5, a: -1, nobody: 3 }));
    expect(found.map(({ name }) => name).sort()).toEqual(['a', 'c']);
    expect(await versions()).toEqual([-1, 0, 5].map((amount, nth) => (before[nth] ?? 0) + amount));
    expect(await db.write((tx) => add(tx, {}))).toEqual([]);
  });

  it.runIf(engine === 'postgres')(
    'waits for one row holding only those before it, and adds to what it became',
    async () => {
      const [before = 0] = await versions();
      const locked = gate();
      const held = gate();
      const holding = db.write(async (tx) => {
        await add(tx, { a: 10 });
        locked.open();
        await held.opened;
      });
      await locked.opened;
      const waiting = db.write((tx) => add(tx, { c: 1, b: 1, a: 1 }));
      try {
        const isWaiting = sql`select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
        await expect.poll(() => db.read.rows(isWaiting)).toHaveLength(1);
        await db.write(async (tx) => {
          await tx.run(sql`set local lock_timeout = '1s'`);
          await add(tx, { b: 1, c: 1 });
        });
      } finally {
        held.open();
      }
      await holding;
      expect(await waiting).toHaveLength(3);
      expect((await versions())[0]).toBe(before + 11);
    },
  );
});
