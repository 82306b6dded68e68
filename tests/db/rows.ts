import { eq } from 'drizzle-orm';
import type { Database, Reader, Tx } from '../../src/db/database.ts';

/** Stores a setting: the smallest row there is. */
export function setting(db: Database, tx: Tx, name: string, value: unknown = 1) {
  return tx.insert(db.tables.settings).values({ name, value, updatedAt: new Date(0) });
}

/** The names of all settings, in order. */
export async function settingNames(db: Database, read: Reader = db.read): Promise<string[]> {
  const rows = await read.select({ name: db.tables.settings.name }).from(db.tables.settings);
  return rows.map((row) => row.name).sort();
}

export async function settingValue(db: Database, name: string): Promise<unknown> {
  const { settings } = db.tables;
  const [row] = await db.read.select({ value: settings.value }).from(settings).where(eq(settings.name, name));
  return row?.value;
}

/** A promise that tests settle themselves, to hold a unit of work where it stands. */
export function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}
