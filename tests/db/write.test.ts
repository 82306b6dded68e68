import { AsyncLocalStorage } from 'node:async_hooks';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Database, Tx } from '../../src/db/database.ts';
import { describeEachEngine, freshDatabase } from '../support/engines.ts';
import { gate, setting, settingNames } from './rows.ts';

describeEachEngine('a unit of work', (engine) => {
  let opened: Awaited<ReturnType<typeof freshDatabase>>;
  let db: Database;
  beforeEach(async () => {
    opened = await freshDatabase(engine);
    db = opened.db;
  });
  afterEach(() => opened.dispose());

  it('is stored when it ends, and answers what its work answered', async () => {
    const answer = await db.write(async (tx) => {
      await setting(db, tx, 'a');
      return 'stored';
    });
    expect(answer).toBe('stored');
    expect(await settingNames(db)).toEqual(['a']);
  });

  it('that throws is taken back whole, and rejects with the very error', async () => {
    const reason = new Error('no');
    const writing = db.write(async (tx) => {
      await setting(db, tx, 'a');
      await setting(db, tx, 'b');
      throw reason;
    });
    await expect(writing).rejects.toBe(reason);
    expect(await settingNames(db)).toEqual([]);
  });

  it('that throws among many takes back only its own', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) =>
        db.write(async (tx) => {
          await setting(db, tx, `n${n}`);
          if (n % 3 === 0) throw new Error(`not ${n}`);
          return n;
        }),
      ),
    );
    const kept = outcomes.flatMap((each) => (each.status === 'fulfilled' ? [`n${each.value}`] : []));
    expect(kept).toHaveLength(13);
    expect(await settingNames(db)).toEqual(kept.sort());
  });

  it('that breaks a constraint among many fails alone', async () => {
    await db.write((tx) => setting(db, tx, 'taken'));
    const outcomes = await Promise.allSettled(
      ['a', 'taken', 'b'].map((name) => db.write((tx) => setting(db, tx, name))),
    );
    expect(outcomes.map((each) => each.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await settingNames(db)).toEqual(['a', 'b', 'taken']);
  });

  it('reads its own writes, which nobody else reads before it ends', async () => {
    const half = gate();
    const seen = gate();
    const writing = db.write(async (tx) => {
      await setting(db, tx, 'a');
      expect(await settingNames(db, tx)).toEqual(['a']);
      half.open();
      await seen.opened;
    });
    await half.opened;
    expect(await settingNames(db)).toEqual([]);
    seen.open();
    await writing;
    expect(await settingNames(db)).toEqual(['a']);
  });

  it('cannot write inside another, not even after a wait or in a promise of its own', async () => {
    const nested = /inside db.write/;
    await db.write(async () => {
      await expect(db.write(async () => {})).rejects.toThrow(nested);
      await new Promise((resolve) => setTimeout(resolve, 5));
      await expect(Promise.all([1, 2].map(() => db.write(async () => {})))).rejects.toThrow(nested);
    });
    await expect(db.write(async () => 'afterwards')).resolves.toBe('afterwards');
  });

  it('is refused once its work is over, so that a late query lands in nobody else’s transaction', async () => {
    let kept: Tx | undefined;
    await db.write(async (tx) => {
      kept = tx;
    });
    const late = async () => kept && (await setting(db, kept, 'late'));
    await expect(late()).rejects.toThrow();
    await db.write(async () => {
      await expect(late()).rejects.toThrow();
      await expect(kept?.rows(sql`select 1`)).rejects.toThrow();
      await expect(kept?.run(sql`delete from settings`)).rejects.toThrow();
    });
    expect(await settingNames(db)).toEqual([]);
  });

  it('does not count as stored when the transaction was lost on the way', async () => {
    // The work takes the failure for harmless; on PostgreSQL nothing can be committed after it.
    const writing = db.write(async (tx) => {
      await setting(db, tx, 'a');
      await tx.run(sql`insert into settings (name) values (null)`).catch(() => {});
      return 'done';
    });
    const answer = await writing.catch(() => 'refused');
    expect(await settingNames(db)).toEqual(answer === 'done' ? ['a'] : []);
    await expect(db.write((tx) => setting(db, tx, 'b'))).resolves.toBeDefined();
  });

  it('runs in the context of who asked for it, not of who came first', async () => {
    const who = new AsyncLocalStorage<string>();
    const names = await Promise.all(
      ['a', 'b', 'c'].map((name) => who.run(name, () => db.write(async () => who.getStore()))),
    );
    expect(names).toEqual(['a', 'b', 'c']);
  });

  it('that was asked for before closing is stored; later ones are refused', async () => {
    const names = Array.from({ length: 40 }, (_, n) => `n${n}`);
    const before = Promise.all(names.map((name) => db.write((tx) => setting(db, tx, name))));
    const closing = db.close();
    await expect(before).resolves.toHaveLength(40);
    await closing;
    await expect(db.write(async () => {})).rejects.toThrow();
    await db.close();
  });

  it('counts up under many at once without losing one', async () => {
    await db.write((tx) => setting(db, tx, 'count', 0));
    const { settings } = db.tables;
    await Promise.all(
      Array.from({ length: 50 }, () =>
        db.write((tx) => tx.update(settings).set({ version: sql`${settings.version} + 1` })),
      ),
    );
    expect(await db.read.select({ version: settings.version }).from(settings)).toEqual([{ version: 51 }]);
  });
});
