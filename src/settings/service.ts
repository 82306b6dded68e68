import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import type { Audit } from '../audit/audit.ts';
import type { Config } from '../config.ts';
import type { Database } from '../db/database.ts';
import { loadAndFollow } from '../db/load-and-follow.ts';
import type { ExpectedVersions } from '../http/etag.ts';
import { uuid } from '../uuid.ts';
import { demandVersion } from '../versioned.ts';
import type { Work } from '../work.ts';
import {
  type SearchSettings,
  type SearchSettingsPatch,
  type SiteSettings,
  type SiteSettingsPatch,
  searchInput,
  storedSite,
} from './schemas.ts';
import { changeTags, findRow, type GroupName, isObject, knownFields, lockRow } from './stored.ts';

export type SettingsConfig = Pick<
  Config,
  'KHABAR_SITE_NAME' | 'KHABAR_BASE_URL' | 'KHABAR_LOCALE' | 'KHABAR_TIME_ZONE'
>;
export type SettingsDeps = { db: Database; config: SettingsConfig; clock: () => Date; audit: Audit };
export type Settings = Awaited<ReturnType<typeof createSettings>>;

type Versioned = { version: number; updatedAt: Date | null };
type Group<Value extends object> = {
  name: GroupName;
  fields: Record<keyof Value, z.ZodType>;
  defaults: Value;
};

/**
 * The settings that people edit while the server runs. Only what was ever set is stored; for the rest the environment
 * and the defaults hold. Both groups are kept in memory, fresh after every commit that changes them, so that anything
 * may ask for them at any time; the objects are frozen, and others only after a change.
 */
export async function createSettings({ db, config, clock, audit }: SettingsDeps) {
  const { settings } = db.tables;
  const siteGroup = siteGroupOf(config);
  let id: Promise<string> | null = null;
  let site: SiteSettings;
  let search: SearchSettings;

  const stop = await loadAndFollow(db, (tags) => {
    if (tags.has('settings') || tags.has('everything')) return load();
  });

  async function load(): Promise<void> {
    const rows = await db.read.select().from(settings);
    site = filledIn(siteGroup, rows.find((row) => row.name === 'site')?.value);
    search = filledIn(searchGroup, rows.find((row) => row.name === 'search')?.value);
    id = null;
  }

  async function get<Value extends object>(group: Group<Value>): Promise<Value & Versioned> {
    const row = await findRow(db.read, db.tables, group.name);
    return { ...filledIn(group, row?.value), version: row?.version ?? 0, updatedAt: row?.updatedAt ?? null };
  }

  async function patch<Value extends object>(
    work: Work,
    group: Group<Value>,
    expected: ExpectedVersions,
    changes: object,
  ): Promise<Value & Versioned> {
    return work.write(async (tx) => {
      const row = await lockRow(tx, db.tables, group.name, clock());
      demandVersion(row.version, expected);
      const value = { ...(isObject(row.value) ? row.value : {}), ...changes };
      const next = { value, version: row.version + 1, updatedAt: clock() };
      await tx.update(settings).set(next).where(eq(settings.name, group.name));
      await audit(tx, work, 'settings.updated', { type: 'settings', id: group.name }, { fields: Object.keys(changes) });
      tx.announce(...changeTags[group.name]);
      return { ...filledIn(group, value), version: next.version, updatedAt: next.updatedAt };
    });
  }

  /** The id that is stored, or a new one that is from now on. */
  async function findId(): Promise<string> {
    const known = await findRow(db.read, db.tables, 'site-id');
    if (known) return String(known.value);
    return db.write(async (tx) => {
      const row = { name: 'site-id' as const, value: uuid(), updatedAt: clock() };
      await tx.insert(settings).values(row).onConflictDoNothing();
      return String((await findRow(tx, db.tables, row.name))?.value);
    });
  }

  return {
    /** The settings of the site as they are now. */
    site: (): SiteSettings => site,
    /** What names the site for good, whatever its address: made when it is first asked for, or come with an import. */
    siteId(): Promise<string> {
      id ??= findId().catch((error: unknown) => {
        id = null;
        throw error;
      });
      return id;
    },
    /** The settings of search as they are now. */
    search: (): SearchSettings => search,
    getSite: () => get(siteGroup),
    getSearch: () => get(searchGroup),
    patchSite: (work: Work, expected: ExpectedVersions, changes: SiteSettingsPatch) =>
      patch(work, siteGroup, expected, changes),
    patchSearch: (work: Work, expected: ExpectedVersions, changes: SearchSettingsPatch) =>
      patch(work, searchGroup, expected, changes),
    /** Stops listening for changes. */
    stop,
  };
}

/** The settings of search, read once: for what runs and ends. */
export async function readSearchSettings({ read, tables }: Pick<Database, 'read' | 'tables'>): Promise<SearchSettings> {
  return filledIn(searchGroup, (await findRow(read, tables, 'search'))?.value);
}

/** What a site is like that nobody has set anything for. */
export function defaultSiteSettings(config: SettingsConfig): SiteSettings {
  return filledIn(siteGroupOf(config), {});
}

function siteGroupOf(config: SettingsConfig): Group<SiteSettings> {
  return {
    name: 'site',
    fields: storedSite,
    defaults: {
      name: config.KHABAR_SITE_NAME,
      description: null,
      baseUrl: config.KHABAR_BASE_URL ?? null,
      locale: config.KHABAR_LOCALE,
      timeZone: config.KHABAR_TIME_ZONE,
      logoUrl: null,
      socialAccounts: [],
      urlPattern: '/articles/{id}/{slug}',
      categoryUrlPattern: null,
      tagUrlPattern: null,
      authorUrlPattern: null,
      months: 'international',
      digits: 'latn',
      display: false,
      feedText: 'full',
      reservedNames: officeNames,
    },
  };
}

/** What nobody should be called who only reads a newspaper. */
const officeNames = [
  ...['الإدارة', 'إدارة الموقع', 'إدارة التحرير', 'هيئة التحرير', 'رئيس التحرير', 'مدير التحرير', 'مدير الموقع'],
  ...['المحرر', 'محرر', 'المشرف', 'مشرف', 'admin', 'administrator', 'moderator', 'editor'],
];

const searchGroup: Group<SearchSettings> = {
  name: 'search',
  fields: searchInput,
  defaults: { synonyms: [], protectedWords: [] },
};

/** A stored value with defaults for what it lacks, and for what an older or newer Khabar has written in another form. */
function filledIn<Value extends object>({ fields, defaults }: Group<Value>, stored: unknown): Value {
  return Object.freeze({ ...defaults, ...knownFields(fields, stored) });
}
