import { copyFile, readFile, rename } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { classifyDatabaseError, DatabaseBusyError } from '../../src/db/errors.ts';
import { openDatabase } from '../../src/db/open.ts';
import { freshDatabase } from '../support/engines.ts';
import { startChild } from './processes.ts';
import { setting, settingNames } from './rows.ts';

describe('the queue of SQLite writes', () => {
  let opened: Awaited<ReturnType<typeof freshDatabase>>;
  let db: Database;
  beforeEach(async () => {
    opened = await freshDatabase('sqlite');
    db = opened.db;
  });
  afterEach(() => opened.dispose());

  it('commits what waits together, and what comes one after another one by one', async () => {
    const start = await commitsIn(opened.url);
    await Promise.all(Array.from({ length: 100 }, (_, n) => db.write((tx) => setting(db, tx, `together${n}`))));
    const together = (await commitsIn(opened.url)) - start;
    for (let n = 0; n < 10; n++) await db.write((tx) => setting(db, tx, `alone${n}`));
    expect(together).toBeLessThan(10);
    expect((await commitsIn(opened.url)) - start - together).toBe(10);
  });

  it('commits together what comes in one turn of the event loop after another', async () => {
    const start = await commitsIn(opened.url);
    const writes: Promise<unknown>[] = [];
    for (let n = 0; n < 20; n++) {
      // Before the queue looks again, as requests are: they are read before what waits for the next turn is done.
      const turn = new Promise((resume) => setImmediate(resume));
      writes.push(db.write((tx) => setting(db, tx, `turn${n}`)));
      await turn;
    }
    await Promise.all(writes);
    expect((await commitsIn(opened.url)) - start).toBeLessThan(10);
  });

  it('answers nobody before the commit that holds their work', async () => {
    const events: string[] = [];
    const first = db
      .write(async (tx) => {
        await setting(db, tx, 'a');
        events.push('a done');
      })
      .then(async () => events.push(`a answered with ${await settingNames(db)} stored`));
    const second = db.write(async (tx) => {
      await setting(db, tx, 'b');
      events.push('b done');
    });
    await Promise.all([first, second]);
    expect(events).toEqual(['a done', 'b done', 'a answered with a,b stored']);
  });

  it('runs the units of a group once, and twice where one fails after it has written', async () => {
    const runs: Record<string, number> = {};
    const unit = (name: string, writes: boolean, fails = false) =>
      db.write(async (tx) => {
        runs[name] = (runs[name] ?? 0) + 1;
        await tx.rows(sql`select 1`);
        if (writes) await setting(db, tx, name);
        tx.announce(`${name} ${runs[name]}`);
        if (fails) throw new Error(`not ${name}`);
      });
    const told: string[] = [];
    db.onChange((tags) => void told.push(...tags));
    await Promise.allSettled([unit('a', true), unit('b', false, true), unit('c', true)]);
    expect(runs).toEqual({ a: 1, b: 1, c: 1 });
    const outcomes = await Promise.allSettled([unit('d', true), unit('e', true, true), unit('f', true)]);
    expect(runs).toMatchObject({ d: 2, e: 2, f: 1 });
    expect(outcomes.map((each) => each.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await expect(unit('g', true, true)).rejects.toThrow('not g');
    expect(runs).toMatchObject({ g: 1 });
    expect(told.sort()).toEqual(['a 1', 'c 1', 'd 2', 'f 1']);
    expect(await settingNames(db)).toEqual(['a', 'c', 'd', 'f']);
  });

  it('rejects all of a group whose commit fails, and goes on', async () => {
    const outcomes = await Promise.allSettled([
      db.write((tx) => setting(db, tx, 'a')),
      db.write(async (tx) => {
        await tx.run(sql`pragma defer_foreign_keys = on`);
        await tx.run(sql`insert into article_imports (article_id, digest) values ('nobody', 'x')`);
      }),
      db.write((tx) => setting(db, tx, 'b')),
    ]);
    expect(outcomes.map((each) => each.status)).toEqual(['rejected', 'rejected', 'rejected']);
    for (const each of outcomes)
      expect(each.status === 'rejected' && classifyDatabaseError(each.reason)?.kind).toBe('foreign-key');
    await db.write((tx) => setting(db, tx, 'c'));
    expect(await settingNames(db)).toEqual(['c']);
  });

  it('answers everybody when the transaction is lost in the middle of a group', async () => {
    const outcomes = await Promise.allSettled([
      db.write((tx) => setting(db, tx, 'a')),
      db.write(async (tx) => {
        // As SQLite does by itself after some faults of the disk.
        await tx.run(sql`rollback`);
        throw new Error('lost');
      }),
      db.write((tx) => setting(db, tx, 'b')),
    ]);
    expect(outcomes.slice(0, 2).map((each) => each.status)).toEqual(['rejected', 'rejected']);
    const stored = outcomes[2]?.status === 'fulfilled' ? ['b'] : [];
    expect(await settingNames(db)).toEqual(stored);
    await db.write((tx) => setting(db, tx, 'c'));
  });

  it('says that the disk is full, and takes writes again when it is not', async () => {
    await db.write((tx) => tx.rows(sql`pragma max_page_count = 1`));
    const big = 'x'.repeat(100_000);
    const writing = db.write((tx) => setting(db, tx, 'big', big));
    const error = await writing.catch((reason: unknown) => reason);
    expect(classifyDatabaseError(error)).toEqual({ kind: 'full' });
    await db.write((tx) => tx.rows(sql`pragma max_page_count = 4294967294`));
    await db.write((tx) => setting(db, tx, 'big', big));
    expect(await settingNames(db)).toEqual(['big']);
  });

  it('says that the file was removed or replaced, instead of writing what is lost, and goes on when it is back', async () => {
    const kindOf = (work: Promise<unknown>) => work.catch((error: unknown) => classifyDatabaseError(error)?.kind);
    await db.write((tx) => setting(db, tx, 'a'));
    await rename(opened.url, `${opened.url}.away`);
    expect(await kindOf(db.write((tx) => setting(db, tx, 'b')))).toBe('unavailable');
    expect(await kindOf(db.ping())).toBe('unavailable');
    await copyFile(`${opened.url}.away`, opened.url);
    expect(await kindOf(db.write((tx) => setting(db, tx, 'c')))).toBe('unavailable');
    await rename(`${opened.url}.away`, opened.url);
    await db.write((tx) => setting(db, tx, 'd'));
    await db.ping();
    expect(await settingNames(db)).toEqual(['a', 'd']);
  });

  it('makes no file where there is none: it would have no tables', async () => {
    const path = `${opened.url}.none`;
    await expect(openDatabase(path)).rejects.toThrow(/unable to open/);
    await expect(readFile(path)).rejects.toThrow(/ENOENT/);
  });

  it('lets requests in while thousands of writes wait', async () => {
    let turns = 0;
    let going = true;
    const turn = () => {
      turns++;
      if (going) setImmediate(turn);
    };
    setImmediate(turn);
    await Promise.all(Array.from({ length: 2000 }, (_, n) => db.write((tx) => setting(db, tx, `n${n}`))));
    going = false;
    expect(turns).toBeGreaterThan(5);
  });
});

describe('another process that holds the SQLite write lock', () => {
  it('delays writes without freezing the event loop, and is reported when it holds on', async () => {
    const { db: first, url, dispose } = await freshDatabase('sqlite');
    const db = await openDatabase(url, { busyTimeoutMs: 600 });
    const holder = startChild('hold-lock', url);
    try {
      await holder.lines.next();
      const delay = monitorEventLoopDelay({ resolution: 5 });
      delay.enable();
      const startedAt = performance.now();
      const error = await db.write((tx) => setting(db, tx, 'a')).catch((reason: unknown) => reason);
      const waitedMs = performance.now() - startedAt;
      delay.disable();
      expect(error).toBeInstanceOf(DatabaseBusyError);
      expect(classifyDatabaseError(error)).toEqual({ kind: 'busy' });
      expect(waitedMs).toBeGreaterThan(550);
      expect(waitedMs).toBeLessThan(3000);
      expect(delay.max / 1e6).toBeLessThan(400);
      expect(await settingNames(db)).toEqual([]);

      const patient = first.write((tx) => setting(first, tx, 'b'));
      await sleep(100);
      holder.child.kill('SIGKILL');
      await patient;
      expect(await settingNames(db)).toEqual(['b']);
    } finally {
      holder.child.kill('SIGKILL');
      await holder.ended;
      await db.close();
      await dispose();
    }
  });
});

describe('kill -9', () => {
  it('loses none of the writes that were acknowledged', async () => {
    const { db, url, dispose } = await freshDatabase('sqlite');
    const writer = startChild('write-many', url);
    const acknowledged: unknown[] = [];
    try {
      for await (const name of writer.lines) {
        acknowledged.push(name);
        if (acknowledged.length === 400) writer.child.kill('SIGKILL');
      }
      expect(acknowledged).not.toContain('all');
      expect(acknowledged.length).toBeGreaterThanOrEqual(400);
      const stored = new Set<unknown>(await settingNames(db));
      expect(acknowledged.filter((name) => !stored.has(name))).toEqual([]);
    } finally {
      writer.child.kill('SIGKILL');
      await writer.ended;
      await dispose();
    }
  });
});

/** How many commits the write-ahead log holds: its frames whose header tells the size of the database after a commit. */
async function commitsIn(path: string): Promise<number> {
  const log = await readFile(`${path}-wal`);
  if (log.length === 0) return 0;
  const pageSize = log.readUInt32BE(8);
  const salt = log.readBigUInt64BE(16);
  let commits = 0;
  for (let at = 32; at + 24 + pageSize <= log.length; at += 24 + pageSize)
    if (log.readBigUInt64BE(at + 8) === salt && log.readUInt32BE(at + 4) > 0) commits++;
  return commits;
}
