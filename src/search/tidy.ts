import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { Database } from '../db/database.ts';

const indexes = ['search_publications', 'search_headlines', 'search_articles', 'search_comments'];
/** More steps than any index needs. */
const mostSteps = 100_000;

export type TidyOptions = {
  /** How many pages are merged in one transaction: a hundred take some ten milliseconds. */
  pages: number;
  /** How long others have the database to themselves between two transactions. */
  pauseMs: number;
  signal?: AbortSignal | undefined;
};

/** Merges what many small writes have left in pieces, in small transactions. PostgreSQL does it by itself. */
export async function tidyIndex(db: Database, { pages: pagesAtOnce, pauseMs, signal }: TidyOptions): Promise<void> {
  if (db.engine !== 'sqlite') return;
  for (const name of indexes) {
    const table = sql.identifier(name);
    // A negative number begins a merge of everything; positive ones go on with it until nothing changes any more.
    let pages = -pagesAtOnce;
    for (let step = 0; step < mostSteps && !signal?.aborted; step++) {
      const changed = await db.write(async (tx) => {
        const before = await changesOf(tx);
        await tx.run(sql`insert into ${table} (${table}, rank) values ('merge', ${pages})`);
        return (await changesOf(tx)) - before;
      });
      // SQLite's manual: less than two changes mean that there was nothing to merge.
      if (changed < 2) break;
      pages = pagesAtOnce;
      if (pauseMs > 0) await sleep(pauseMs);
    }
  }
}

async function changesOf(tx: { rows: Database['read']['rows'] }): Promise<number> {
  const [row] = await tx.rows<{ total: number }>(sql`select total_changes() as total`);
  return row?.total ?? 0;
}
