import { eq } from 'drizzle-orm';
import type { Reader, Tx } from '../db/database.ts';
import type { Tables } from '../db/tables.ts';
import { searchInput, storedSite } from '../settings/schemas.ts';
import { changeTags, findRow, type GroupName, knownFields, lockRow, type RowName } from '../settings/stored.ts';
import type { SettingsRecord } from './records.ts';

const fieldsOf = { site: storedSite, search: searchInput };
const groups = ['site', 'search'] as const;

/** The record of the settings: what was set here, not what the environment or a default says. Null where nothing was. */
export async function loadSettingsRecord(read: Reader, tables: Tables): Promise<SettingsRecord | null> {
  const siteId = await findRow(read, tables, 'site-id');
  const record: SettingsRecord = {
    type: 'settings',
    siteId: siteId ? String(siteId.value) : null,
    site: await loadGroup(read, tables, 'site'),
    search: await loadGroup(read, tables, 'search'),
  };
  return record.siteId || record.site || record.search ? record : null;
}

async function loadGroup(read: Reader, tables: Tables, name: GroupName) {
  const row = await findRow(read, tables, name);
  if (!row) return null;
  return { ...knownFields(fieldsOf[name], row.value), version: row.version, updatedAt: row.updatedAt };
}

export type RestoredSettings = {
  /** `kept` are those that were here, where the record says others. */
  outcome: 'taken' | 'kept' | 'unchanged';
  /** Rows that were written, each with what the audit log says of it. */
  changed: { name: RowName; detail: Record<string, unknown> }[];
};

/**
 * Makes the settings what their record says, where nobody has set anything yet and no article was written, or where that
 * is asked for (`take`). A newsroom in use keeps all of its own, since its name, addresses and feeds are known to readers.
 * What the record does not say stays in any case.
 */
export async function restoreSettings(
  tx: Tx,
  tables: Tables,
  record: SettingsRecord,
  { take, at }: { take: boolean; at: Date },
): Promise<RestoredSettings> {
  const rows = { site: await lockRow(tx, tables, 'site', at), search: await lockRow(tx, tables, 'search', at) };
  const siteId = await findRow(tx, tables, 'site-id');
  const others = groups.flatMap((name) => {
    const said = record[name];
    return saysOther(said, name, rows[name]) ? [{ name, said }] : [];
  });
  const isOtherId = record.siteId !== null && record.siteId !== siteId?.value;
  if (others.length === 0 && !isOtherId) return { outcome: 'unchanged', changed: [] };
  const isUntouched = rows.site.version === 0 && rows.search.version === 0 && !(await hasArticles(tx, tables));
  if (!isUntouched && !take) return { outcome: 'kept', changed: [] };

  const changed: RestoredSettings['changed'] = [];
  for (const { name, said } of others) {
    const fields = await writeGroup(tx, tables, name, said, rows[name]);
    changed.push({ name, detail: { fields } });
  }
  if (isOtherId) {
    const row = { name: 'site-id', value: record.siteId, updatedAt: at };
    await tx.insert(tables.settings).values(row).onConflictDoUpdate({ target: tables.settings.name, set: row });
    changed.push({ name: 'site-id', detail: { before: siteId?.value ?? null, after: record.siteId } });
  }
  for (const { name } of changed) tx.announce(...changeTags[name]);
  return { outcome: 'taken', changed };
}

type GroupRecord = NonNullable<SettingsRecord[GroupName]>;
type GroupRow = { value: unknown; version: number };

function saysOther(record: GroupRecord | null, name: GroupName, row: GroupRow): record is GroupRecord {
  return record !== null && (row.version === 0 || differing(name, row.value, record).length > 0);
}

async function hasArticles(tx: Tx, { articles }: Tables): Promise<boolean> {
  return (await tx.select({ id: articles.id }).from(articles).limit(1)).length > 0;
}

/** Answers the fields that changed. Of two versions the later counts, so that nobody saves over what they have not seen. */
async function writeGroup(
  tx: Tx,
  { settings }: Tables,
  name: GroupName,
  record: GroupRecord,
  row: GroupRow,
): Promise<string[]> {
  const next = { version: Math.max(record.version, row.version + 1), updatedAt: record.updatedAt };
  const value = knownFields(fieldsOf[name], record);
  await tx
    .update(settings)
    .set({ value, ...next })
    .where(eq(settings.name, name));
  return differing(name, row.value, record);
}

/** The fields that two values say differently. */
function differing(name: GroupName, one: unknown, other: unknown): string[] {
  const [before, after] = [knownFields(fieldsOf[name], one), knownFields(fieldsOf[name], other)];
  return Object.keys(fieldsOf[name]).filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));
}
