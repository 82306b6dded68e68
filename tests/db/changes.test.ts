import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { loadAndFollow } from '../../src/db/load-and-follow.ts';
import { openDatabase } from '../../src/db/open.ts';
import { describeEachEngine, freshDatabase } from '../support/engines.ts';
import { gate, setting, settingNames } from './rows.ts';

describeEachEngine('a change that a write announces', (engine) => {
  let opened: Awaited<ReturnType<typeof freshDatabase>>;
  let db: Database;
  beforeEach(async () => {
    opened = await freshDatabase(engine);
    db = opened.db;
  });
  afterEach(() => opened.dispose());

  it('is heard here before the write answers, and its listeners are waited for', async () => {
    const heard: string[] = [];
    db.onChange(async (tags) => {
      await sleep(20);
      heard.push(...tags, ...(await settingNames(db)));
    });
    await db.write(async (tx) => {
      await setting(db, tx, 'stored');
      tx.announce('list', 'article:1');
      tx.announce('list');
    });
    expect(heard).toEqual(['list', 'article:1', 'stored']);
  });

  it('is not heard when the write fails, nor by who stopped listening', async () => {
    const heard: string[] = [];
    const stopped: string[] = [];
    db.onChange((tags) => void heard.push(...tags));
    db.onChange((tags) => void stopped.push(...tags))();
    const failing = db.write(async (tx) => {
      tx.announce('never');
      throw new Error('no');
    });
    await Promise.allSettled([failing, db.write(async (tx) => tx.announce('b'))]);
    expect(heard).toEqual(['b']);
    expect(stopped).toEqual([]);
  });

  it('is heard by another process within a second, and only once by its own', async () => {
    const other = await openDatabase(opened.url);
    try {
      const mine: string[] = [];
      const theirs: string[] = [];
      db.onChange((tags) => void mine.push(...tags));
      other.onChange((tags) => void theirs.push(...tags));
      const failing = db.write(async (tx) => {
        tx.announce('never');
        throw new Error('no');
      });
      await failing.catch(() => {});
      await db.write(async (tx) => tx.announce('list', 'article:1'));
      await vi.waitFor(() => expect(theirs).toEqual(['list', 'article:1']), { timeout: 1000, interval: 5 });
      await other.write(async (tx) => tx.announce('back'));
      await vi.waitFor(() => expect(mine).toContain('back'), { timeout: 1000, interval: 5 });
      expect(mine).toEqual(['list', 'article:1', 'back']);
      expect(theirs).toEqual(['list', 'article:1', 'back']);
    } finally {
      await other.close();
    }
  });

  it('may have thousands of tags, also in letters of several bytes', async () => {
    const other = await openDatabase(opened.url);
    try {
      const heard = new Set<string>();
      other.onChange((tags) => {
        for (const tag of tags) heard.add(tag);
      });
      const tags = Array.from({ length: 3000 }, (_, n) => `article:مقالة-'"\\-${n}`);
      await db.write(async (tx) => tx.announce(...tags));
      await vi.waitFor(() => expect(heard.size).toBe(3000), { timeout: 1000, interval: 5 });
      expect([...heard].sort()).toEqual(tags.sort());
    } finally {
      await other.close();
    }
  });

  it('is told one at a time, so that a listener that reads ends with the newest state', async () => {
    let running = 0;
    let seen: string[] = [];
    db.onChange(async () => {
      expect(++running).toBe(1);
      const names = await settingNames(db);
      await sleep(Math.random() * 5);
      seen = names;
      running--;
    });
    const names = Array.from({ length: 30 }, (_, n) => `n${n}`).sort();
    const slowly = async (name: string) => {
      await sleep(Math.random() * 30);
      await db.write(async (tx) => {
        await setting(db, tx, name);
        tx.announce('list');
      });
    };
    await Promise.all(names.map(slowly));
    expect(seen).toEqual(names);
  });

  it('stays stored when a listener fails, which is told until it has heard that everything may have changed', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const heard: string[] = [];
    let failures = 2;
    db.onChange((tags) => {
      if (failures-- > 0) throw new Error('not now');
      heard.push(...tags);
    });
    await db.write(async (tx) => {
      await setting(db, tx, 'stored');
      tx.announce('list');
    });
    expect(await settingNames(db)).toEqual(['stored']);
    await vi.waitFor(() => expect(heard).toEqual(['everything']), { timeout: 5000, interval: 10 });
    expect(warned).toHaveBeenCalledTimes(2);
    warned.mockRestore();
  });

  it('that comes while all is read for the first time is taken in after that', async () => {
    const told = gate();
    db.onChange(() => told.open());
    const reading = gate();
    const taken: string[] = [];
    const following = loadAndFollow(db, async (changed) => {
      if (changed.has('everything')) await reading.opened;
      taken.push(...changed);
    });
    const writing = db.write(async (tx) => tx.announce('a'));
    await told.opened;
    await sleep(1);
    reading.open();
    const stop = await following;
    await writing;
    expect(taken).toEqual(['everything', 'a']);
    stop();
  });

  it('cannot be answered with a write, which would wait for itself', async () => {
    let refused: unknown;
    db.onChange(async () => {
      refused = await db.write(async () => {}).catch((reason: unknown) => reason);
    });
    await db.write(async (tx) => tx.announce('list'));
    expect(refused).toMatchObject({ message: expect.stringContaining('change listener') });
  });

  it('of which too many were missed is heard as everything', async () => {
    if (engine === 'postgres') {
      const other = await openDatabase(opened.url);
      const heard: string[] = [];
      other.onChange((tags) => void heard.push(...tags));
      await db.read.rows(
        sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'khabar changes' and datname = current_database()`,
      );
      await vi.waitFor(() => expect(heard).toContain('everything'), { timeout: 3000, interval: 10 });
      await db.write(async (tx) => tx.announce('after'));
      await vi.waitFor(() => expect(heard).toContain('after'), { timeout: 1000, interval: 5 });
      await other.close();
    } else {
      const other = await openDatabase(opened.url, { pollMs: 300 });
      const heard: string[] = [];
      other.onChange((tags) => void heard.push(...tags));
      await db.write(async (tx) => tx.announce('first'));
      await db.write(async (tx) => {
        tx.announce('second');
        await tx.run(sql`delete from changes`);
      });
      await vi.waitFor(() => expect(heard).toEqual(['everything']), { timeout: 1000, interval: 5 });
      await other.close();
    }
  });
});
