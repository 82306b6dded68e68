import { setTimeout as sleep } from 'node:timers/promises';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/db/open.ts';
import { enginesToTest } from '../support/engines-setup.ts';
import { heldWrite } from '../support/held-write.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { type Readers, readersOf } from './readers.ts';

// A file has one writer, and whoever reads needs nothing that writers hold.
describe.runIf(enginesToTest(process.env).includes('postgres'))('comments that wait for an import', () => {
  // Those who wait for a lock.
  const waiting = sql`select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  let room: Newsroom;
  let readers: Readers;
  const author = { name: 'أبو أحمد' };
  beforeAll(async () => {
    room = await openNewsroom('postgres', { KHABAR_CACHE_MB: '0' });
    readers = readersOf(room);
  });
  afterAll(() => room.close());

  it('leave room for readers and other writers, and are taken when it is done', async () => {
    const { id } = await readers.article();
    const elsewhere = await readers.article();
    const reads = [
      `/v1/articles/${elsewhere.id}`,
      '/v1/articles',
      `/v1/articles/${id}/comments`,
      encodeURI('/v1/search?q=سوريا'),
    ];
    // The first search of a process loads what it needs.
    await room.call(reads[3] ?? '');
    const importing = await openDatabase(room.url);
    const held = heldWrite(importing);
    const { publications } = room.db.tables;
    const batch = held.write((tx) =>
      tx.update(publications).set({ commentCount: 0 }).where(eq(publications.articleId, id)),
    );
    await held.stored;
    const said = Promise.all(Array.from({ length: 60 }, (_, n) => readers.send(id, { body: `انتظار ${n}`, author })));
    const beside = readers.send(elsewhere.id, { body: 'في اللحظة نفسها', author });
    try {
      await expect.poll(async () => (await importing.read.rows(waiting)).length).toBeGreaterThan(1);
      for (const url of reads) {
        const answer = await Promise.race([room.call(url), sleep(2000)]);
        expect([url, answer?.status]).toEqual([url, 200]);
      }
      const other = { body: 'في مكان آخر', author };
      const saying = await Promise.race([readers.send(elsewhere.id, other), sleep(2000)]);
      expect(saying?.status).toBe(201);
      expect((await Promise.race([beside, sleep(5000)]))?.status).toBe(201);
    } finally {
      held.release();
    }
    await batch;
    expect(new Set((await said).map(({ status }) => status))).toEqual(new Set([201]));
    expect(await readers.counts(id)).toEqual({ shown: 60, approved: 60 });
    await importing.close();
  });
});
