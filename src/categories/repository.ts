import { and, asc, eq, gt, or, sql } from 'drizzle-orm';
import type { Reader, Tx } from '../db/database.ts';
import type { Tables } from '../db/tables.ts';
import type { ExpectedVersion } from '../http/etag.ts';

export type CategoryRow = Tables['categories']['$inferSelect'];
export type CategoryChanges = Partial<Tables['categories']['$inferInsert']>;

export function createCategoryRepository({ categories }: Tables) {
  return {
    async list(read: Reader, after: [string, string] | null, limit: number): Promise<CategoryRow[]> {
      const start = after
        ? or(gt(categories.sortKey, after[0]), and(eq(categories.sortKey, after[0]), gt(categories.id, after[1])))
        : undefined;
      return read
        .select()
        .from(categories)
        .where(start)
        .orderBy(asc(categories.sortKey), asc(categories.id))
        .limit(limit);
    },

    async find(read: Reader, id: string): Promise<CategoryRow | undefined> {
      const [row] = await read.select().from(categories).where(eq(categories.id, id));
      return row;
    },

    async insert(tx: Tx, row: Tables['categories']['$inferInsert']): Promise<CategoryRow> {
      const [inserted] = await tx.insert(categories).values(row).returning();
      return inserted as CategoryRow;
    },

    /** The new row, or undefined when no row has that id and version. */
    async update(tx: Tx, id: string, expected: ExpectedVersion, changes: CategoryChanges) {
      const [row] = await tx
        .update(categories)
        .set({ ...changes, version: sql`${categories.version} + 1` })
        .where(and(eq(categories.id, id), expected === 'any' ? undefined : eq(categories.version, expected)))
        .returning();
      return row;
    },

    async remove(tx: Tx, id: string, expected: ExpectedVersion): Promise<boolean> {
      const removed = await tx
        .delete(categories)
        .where(and(eq(categories.id, id), expected === 'any' ? undefined : eq(categories.version, expected)))
        .returning({ id: categories.id });
      return removed.length === 1;
    },

    /** Locks every category against other moves, so that two moves at once cannot close a circle. */
    async lockTree(tx: Tx): Promise<Map<string, string | null>> {
      const rows = await tx
        .update(categories)
        .set({ parentId: sql`${categories.parentId}` })
        .returning({ id: categories.id, parentId: categories.parentId });
      return new Map(rows.map((row) => [row.id, row.parentId]));
    },
  };
}
