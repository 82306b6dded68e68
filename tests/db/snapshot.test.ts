import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { describeEachEngine, freshDatabase } from '../support/engines.ts';
import { setting, settingNames, settingValue } from './rows.ts';

describeEachEngine('reading', (engine) => {
  let opened: Awaited<ReturnType<typeof freshDatabase>>;
  let db: Database;
  beforeEach(async () => {
    opened = await freshDatabase(engine);
    db = opened.db;
  });
  afterEach(() => opened.dispose());

  it('a snapshot gives one unchanging view, while others write', async () => {
    await db.write((tx) => setting(db, tx, 'before'));
    await db.snapshot(async (read) => {
      await db.write((tx) => setting(db, tx, 'meanwhile'));
      expect(await settingNames(db, read)).toEqual(['before']);
      expect(await read.$count(db.tables.settings)).toBe(1);
      await db.write((tx) => tx.delete(db.tables.settings));
      expect(await settingNames(db, read)).toEqual(['before']);
    });
    expect(await settingNames(db)).toEqual([]);
  });

  it('a snapshot that fails leaves nothing open', async () => {
    const failing = db.snapshot(async () => {
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await expect(db.snapshot((read) => settingNames(db, read))).resolves.toEqual([]);
  });

  it('cannot write', async () => {
    const insert = sql`insert into settings (name, value, updated_at) select name, value, updated_at from settings`;
    await expect(db.snapshot((read) => read.rows(insert))).rejects.toThrow();
  });

  it('a prepared read fills its marks anew with each call', async () => {
    await db.write(async (tx) => {
      await setting(db, tx, 'a', { text: 'ألف' });
      await setting(db, tx, 'b', 2);
    });
    const find = db.prepare<{ name: string }>(
      sql`select name from settings where name = ${sql.placeholder('name')} and version = ${1}`,
    );
    expect(await find({ name: 'a' })).toEqual([{ name: 'a' }]);
    expect(await find({ name: 'b' })).toEqual([{ name: 'b' }]);
    expect(await Promise.all(['a', 'x', 'b'].map((name) => find({ name })))).toEqual([
      [{ name: 'a' }],
      [],
      [{ name: 'b' }],
    ]);
  });

  it('the same query in rows, in objects and through Drizzle does not mix up their forms', async () => {
    await db.write((tx) => setting(db, tx, 'a', { order: 1, خبر: [true, null] }));
    const { settings } = db.tables;
    const query = db.read.select().from(settings).toSQL().sql;
    for (let turn = 0; turn < 3; turn++) {
      const row = { name: 'a', value: { order: 1, خبر: [true, null] }, version: 1, updatedAt: new Date(0) };
      expect(await db.read.select().from(settings)).toEqual([row]);
      expect(await db.read.rows(sql.raw(query))).toEqual([expect.objectContaining({ name: 'a', version: 1 })]);
    }
    expect(await settingValue(db, 'a')).toEqual({ order: 1, خبر: [true, null] });
  });

  it('says whether the database answers', async () => {
    await expect(db.ping()).resolves.toBeUndefined();
    await db.close();
    await expect(db.ping()).rejects.toThrow();
  });
});
