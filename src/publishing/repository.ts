import { and, eq, sql } from 'drizzle-orm';
import type { Tx } from '../db/database.ts';
import type { Tables } from '../db/tables.ts';
import type { ExpectedVersions } from '../http/etag.ts';
import { hasVersion } from '../versioned.ts';

/** What publishing changes of working copies. */
export function createPublishingRepository({ articles }: Tables) {
  return {
    /** The article's new row, or undefined when its version is another one by now. */
    async mark(tx: Tx, id: string, expected: ExpectedVersions, changes: Partial<Tables['articles']['$inferInsert']>) {
      const [row] = await tx
        .update(articles)
        .set({ ...changes, version: sql`${articles.version} + 1` })
        .where(and(eq(articles.id, id), hasVersion(articles.version, expected)))
        .returning();
      return row;
    },
  };
}
