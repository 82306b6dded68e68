import { and, asc, eq, gt, or, sql } from 'drizzle-orm';
import type { Reader, Tx } from '../db/database.ts';
import type { Tables } from '../db/tables.ts';
import type { ExpectedVersions } from '../http/etag.ts';
import { hasVersion } from '../versioned.ts';

/** The tables of terms that articles are described by: they share name, slug, alphabetical order and version. */
export type TermTable = Tables['categories'] | Tables['tags'] | Tables['authors'];

export function createTermRepository<Table extends TermTable>(termTable: Table) {
  type Row = Table['$inferSelect'];
  type Insert = Table['$inferInsert'];
  // Drizzle cannot type a query over one of several tables; the columns used here are those that all of them have.
  const table = termTable as unknown as Tables['tags'];
  const matching = (id: string, expected: ExpectedVersions) =>
    and(eq(table.id, id), hasVersion(table.version, expected));

  return {
    /** Terms in alphabetical order, from the one after `after` (sort key and id). */
    async list(read: Reader, after: readonly [string, string] | null, limit: number): Promise<Row[]> {
      const start = after
        ? or(gt(table.sortKey, after[0]), and(eq(table.sortKey, after[0]), gt(table.id, after[1])))
        : undefined;
      return read.select().from(table).where(start).orderBy(asc(table.sortKey), asc(table.id)).limit(limit);
    },

    async find(read: Reader, id: string): Promise<Row | undefined> {
      const [row] = await read.select().from(table).where(eq(table.id, id));
      return row;
    },

    async findBySlugKey(read: Reader, slugKey: string): Promise<Row | undefined> {
      const [row] = await read.select().from(table).where(eq(table.slugKey, slugKey));
      return row;
    },

    /** A term that nobody else changes from now on before this transaction ends. */
    async lock(tx: Tx, id: string): Promise<Row | undefined> {
      const [row] = await tx
        .update(table)
        .set({ slug: sql`${table.slug}` })
        .where(eq(table.id, id))
        .returning();
      return row;
    },

    async insert(tx: Tx, row: Insert): Promise<Row> {
      const [inserted] = await tx
        .insert(table)
        .values(row as Tables['tags']['$inferInsert'])
        .returning();
      return inserted as Row;
    },

    /** The new row, or undefined when no row has that id and version. */
    async update(tx: Tx, id: string, expected: ExpectedVersions, changes: Partial<Insert>): Promise<Row | undefined> {
      const [row] = await tx
        .update(table)
        .set({ ...(changes as object), version: sql`${table.version} + 1` })
        .where(matching(id, expected))
        .returning();
      return row;
    },

    async remove(tx: Tx, id: string, expected: ExpectedVersions): Promise<boolean> {
      const removed = await tx.delete(table).where(matching(id, expected)).returning({ id: table.id });
      return removed.length === 1;
    },
  };
}
