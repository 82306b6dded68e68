import { sql } from 'drizzle-orm';
import { expect, vi } from 'vitest';
import { createAnalysers } from '../../../src/search/analysers.ts';
import { rebuildIndex } from '../../../src/search/rebuild.ts';
import { createSearchIndex } from '../../../src/search/search-index.ts';
import type { Newsroom } from '../../support/newsroom.ts';
import { settingsOf } from './twins.ts';

/** Does what a server does by itself now and then, and waits for it. */
export async function doJobs(room: Newsroom): Promise<void> {
  await room.runJobs();
  const analysers = createAnalysers(await settingsOf(room));
  const deps = { db: room.db, analysers, index: createSearchIndex(room.db, analysers) };
  await rebuildIndex(deps, { batch: 100, pauseMs: 0, isForced: false });
}

const readersBefore = new WeakMap<Newsroom, number>();

/** Has so many readers who were never there before read an article, and waits until they are written. */
export async function readBy(room: Newsroom, articleId: string, readers: number): Promise<void> {
  const before = await viewsIn(room);
  const first = readersBefore.get(room) ?? 0;
  readersBefore.set(room, first + readers);
  let counted = 0;
  for (let reader = first; reader < first + readers; reader++) {
    const answer = await room.call(`/v1/articles/${articleId}/views`, {
      ...{ method: 'POST', remoteAddress: `10.0.${reader >> 8}.${reader & 255}` },
      headers: { 'user-agent': 'Mozilla/5.0' },
    });
    if (answer.status === 204) counted++;
  }
  await vi.waitFor(async () => expect(await viewsIn(room)).toBe(before + counted), { timeout: 5000, interval: 5 });
}

async function viewsIn({ db }: Newsroom): Promise<number> {
  const [row] = await db.read.rows<{ sum: unknown }>(
    sql`select coalesce(sum(views), 0) as sum from ${db.tables.publicationViews}`,
  );
  return Number(row?.sum);
}
