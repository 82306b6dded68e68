import { and, eq, gt } from 'drizzle-orm';
import type { z } from 'zod';
import type { Reader, Tx } from '../db/database.ts';
import type { Tables } from '../db/tables.ts';

/** What people edit, each group in a row of its own. */
export type GroupName = 'site' | 'search';
export type RowName = GroupName | 'site-id';

/** What is told after a row has changed. The site's address, pattern and id are in many public answers. */
export const changeTags: Record<RowName, readonly string[]> = {
  site: ['settings', 'everything'],
  search: ['settings', 'search-settings'],
  'site-id': ['settings', 'everything'],
};

/** A row that something was ever written to; not one that was only locked. */
export async function findRow(read: Reader, { settings }: Tables, name: RowName) {
  const [row] = await read
    .select()
    .from(settings)
    .where(and(eq(settings.name, name), gt(settings.version, 0)));
  return row;
}

/** The row of a group, held until the transaction ends; made with version 0 where nothing was ever changed. */
export async function lockRow(tx: Tx, { settings }: Tables, name: GroupName, at: Date) {
  const [row] = await tx
    .insert(settings)
    .values({ name, value: {}, version: 0, updatedAt: at })
    .onConflictDoUpdate({ target: settings.name, set: { name } })
    .returning();
  if (!row) throw new Error('an upsert answered nothing');
  return row;
}

/** What a stored value says that `fields` know, in their order; not what another Khabar has written in another form. */
export function knownFields(fields: Record<string, z.ZodType>, stored: unknown): Record<string, unknown> {
  const given = isObject(stored) ? stored : {};
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, schema]) => {
      const result = name in given ? schema.safeParse(given[name]) : null;
      return result?.success ? [[name, result.data]] : [];
    }),
  );
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
