import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createThreads, type Threads } from '../../src/db/threads.ts';
import { describeEachEngine, freshDatabase } from '../support/engines.ts';
import { setting } from './rows.ts';

describeEachEngine('worker threads', (engine) => {
  let fresh: Awaited<ReturnType<typeof freshDatabase>>;
  let threads: Threads;
  beforeEach(async () => {
    fresh = await freshDatabase(engine);
    threads = createThreads(fresh.db);
  });
  afterEach(async () => {
    await threads.close();
    await fresh.dispose();
  });

  const module = new URL('./thread-tasks.ts', import.meta.url);

  it('read what was committed a moment ago', async () => {
    for (let n = 0; n < 3; n++) {
      await fresh.db.write((tx) => setting(fresh.db, tx, `name-${n}`));
      const rows = await threads.rows<{ name: string }>(sql`select name from settings where name = ${`name-${n}`}`);
      expect(rows).toEqual([{ name: `name-${n}` }]);
    }
  });

  it('tell of a wrong query, and go on', async () => {
    await expect(threads.rows(sql`select nothing from nowhere`)).rejects.toThrow();
    expect(await threads.rows(sql`select 1 as one`)).toEqual([{ one: 1 }]);
  });

  it('take only their own task with them when they die', async () => {
    const [death, life] = await Promise.allSettled([
      threads.run<null, never>(module, 'die', null),
      threads.run<number, number>(module, 'double', 21),
    ]);
    expect(death.status).toBe('rejected');
    expect(life).toEqual({ status: 'fulfilled', value: 42 });
    expect(await threads.run<number, number>(module, 'double', 4)).toBe(8);
  });

  it('end with the app, also in the middle of a task', async () => {
    const endless = threads.run<null, never>(module, 'spin', null).catch(() => 'given up');
    await threads.run<number, number>(module, 'double', 1);
    await threads.close();
    expect(await endless).toBe('given up');
  });
});
