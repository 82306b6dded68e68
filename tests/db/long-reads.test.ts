import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLongReads, type LongReads } from '../../src/db/long-reads.ts';
import { createThreads, type Threads } from '../../src/threads.ts';
import { freshDatabase } from '../support/engines.ts';
import { setting } from './rows.ts';

let fresh: Awaited<ReturnType<typeof freshDatabase>>;
let threads: Threads;
let read: LongReads;
beforeEach(async () => {
  fresh = await freshDatabase('sqlite');
  threads = createThreads();
  read = createLongReads(fresh.db.file ?? '', threads);
});
afterEach(async () => {
  await threads.close();
  await fresh.dispose();
});

it('long reads find what was committed a moment ago', async () => {
  for (let n = 0; n < 3; n++) {
    await fresh.db.write((tx) => setting(fresh.db, tx, `name-${n}`));
    const rows = await read<{ name: string }>(sql`select name from settings where name = ${`name-${n}`}`);
    expect(rows).toEqual([{ name: `name-${n}` }]);
  }
});

it('long reads tell of a wrong query, and go on', async () => {
  await expect(read(sql`select id from nowhere`)).rejects.toThrow('nowhere');
  expect(await read({ text: 'select ? as one', params: [1] })).toEqual([{ one: 1 }]);
});
