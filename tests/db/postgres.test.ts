import { setTimeout as sleep } from 'node:timers/promises';
import { eq, sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { classifyDatabaseError } from '../../src/db/errors.ts';
import { openDatabase } from '../../src/db/open.ts';
import { freshDatabase } from '../support/engines.ts';
import { enginesToTest } from '../support/engines-setup.ts';
import { gate, setting, settingNames } from './rows.ts';

describe.runIf(enginesToTest(process.env).includes('postgres'))('PostgreSQL', () => {
  let opened: Awaited<ReturnType<typeof freshDatabase>>;
  let db: Database;
  beforeEach(async () => {
    opened = await freshDatabase('postgres');
    db = opened.db;
  });
  afterEach(() => opened.dispose());

  const endOthers = (condition = sql`true`) =>
    db.read.rows(
      sql`select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid() and ${condition}`,
    );

  it('runs both of two units that lock each other out', async () => {
    await db.write(async (tx) => {
      await setting(db, tx, 'a', 0);
      await setting(db, tx, 'b', 0);
    });
    const { settings } = db.tables;
    const both = gate();
    let runs = 0;
    const crossing = (first: string, second: string) =>
      db.write(async (tx) => {
        const add = (name: string) =>
          tx
            .update(settings)
            .set({ version: sql`${settings.version} + 1` })
            .where(eq(settings.name, name));
        await add(first);
        if (++runs === 2) both.open();
        await both.opened;
        await add(second);
      });
    await Promise.all([crossing('a', 'b'), crossing('b', 'a')]);
    expect(runs).toBe(3);
    expect(await db.read.select({ version: settings.version }).from(settings)).toEqual([
      { version: 3 },
      { version: 3 },
    ]);
  });

  it('survives connections that die idle', async () => {
    await Promise.all([1, 2, 3].map(() => db.read.rows(sql`select pg_sleep(0.02)`)));
    await endOthers(sql`application_name = 'khabar'`);
    await sleep(50);
    await Promise.all([1, 2, 3].map(async () => expect(await settingNames(db)).toEqual([])));
  });

  it('survives a connection that dies in the middle of a unit, and says so', async () => {
    const error = await db
      .write(async (tx) => {
        await setting(db, tx, 'a');
        await endOthers(sql`state = 'idle in transaction'`);
        await sleep(50);
        await setting(db, tx, 'b');
      })
      .catch((reason: unknown) => reason);
    expect(classifyDatabaseError(error)?.kind).toBe('unavailable');
    expect(await settingNames(db)).toEqual([]);
    await db.write((tx) => setting(db, tx, 'c'));
  });

  it('says so to all who asked together when their connection dies, and answers whoever asks again', async () => {
    const slow = db.prepareOne({ asked: { ref: 'text' }, columns: sql`pg_sleep(20)`, joined: sql`` });
    const asking = Promise.allSettled(['a', 'b'].map((ref) => slow({ ref })));
    await expect.poll(() => endOthers(sql`query like '%pg_sleep%'`)).not.toEqual([]);
    for (const outcome of await asking)
      expect(outcome.status === 'rejected' && classifyDatabaseError(outcome.reason)?.kind).toBe('unavailable');
    const quick = db.prepareOne({ asked: { ref: 'text' }, columns: sql`asked.ref`, joined: sql`` });
    expect(await quick({ ref: 'a' })).toMatchObject({ ref: 'a' });
  });

  it('says that it is not available where no server answers', async () => {
    const error = await openDatabase('postgres://nobody:x@127.0.0.1:1/none').catch((reason: unknown) => reason);
    expect(classifyDatabaseError(error)?.kind).toBe('unavailable');
  });

  it('reads dates as they are where the database stands in another time zone', async () => {
    const name = new URL(opened.url).pathname.slice(1);
    await db.write((tx) => tx.run(sql.raw(`alter database ${name} set timezone to 'Asia/Damascus'`)));
    const another = await openDatabase(opened.url);
    const updatedAt = new Date('1910-01-01T00:00:00.123Z');
    await another.write((tx) => tx.insert(db.tables.settings).values({ name: 'old', value: 1, updatedAt }));
    const [row] = await another.read.select().from(db.tables.settings);
    expect(row?.updatedAt).toEqual(updatedAt);
    await another.close();
  });

  it('refuses a work that went on after a failed query, instead of taking it for stored', async () => {
    const writing = db.write(async (tx) => {
      await setting(db, tx, 'a');
      await tx.run(sql`select 1 / 0`).catch(() => {});
    });
    await expect(writing).rejects.toThrow(/nothing was committed/);
    expect(await settingNames(db)).toEqual([]);
  });
});
