import { afterEach, expect, it, vi } from 'vitest';
import { createAudit } from '../../src/audit/audit.ts';
import { systemActor } from '../../src/auth/permissions.ts';
import { loadConfig } from '../../src/config.ts';
import type { Database } from '../../src/db/database.ts';
import { openDatabase } from '../../src/db/open.ts';
import { createSettings } from '../../src/settings/service.ts';
import { describeEachEngine, freshDatabase } from '../support/engines.ts';

const config = loadConfig({});
const clock = () => new Date('2025-11-11T08:00:00Z');

function settingsOf(db: Database) {
  return createSettings({ db, config, clock, audit: createAudit(db.tables, clock) });
}

describeEachEngine('settings in memory', (engine) => {
  const ending: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of ending.splice(0).reverse()) await end();
  });

  it('are those of the database from the first moment, and of every change before it is answered', async () => {
    const { db, dispose } = await freshDatabase(engine);
    ending.push(dispose);
    const first = await settingsOf(db);
    const before = first.site();
    expect(before.months).toBe('international');
    const work = { actor: systemActor, requestId: null, write: db.write };
    await first.patchSite(work, [0], { months: 'levant' });
    await first.patchSearch(work, [0], { protectedWords: ['لبنان'] });
    expect(first.site().months).toBe('levant');
    expect(first.search().protectedWords).toEqual(['لبنان']);
    expect(before.months).toBe('international');
    expect((await settingsOf(db)).site()).toEqual(first.site());
  });

  it('follow changes that another process makes', async () => {
    const { db, url, dispose } = await freshDatabase(engine);
    ending.push(dispose);
    const other = await openDatabase(url);
    ending.push(() => other.close());
    const [here, there] = [await settingsOf(db), await settingsOf(other)];
    await there.patchSite({ actor: systemActor, requestId: null, write: other.write }, [0], {
      timeZone: 'Africa/Tunis',
    });
    await vi.waitFor(() => expect(here.site().timeZone).toBe('Africa/Tunis'), { timeout: 3000 });
  });

  it('give a site one id for ever, whichever process is asked for it first', async () => {
    const { db, url, dispose } = await freshDatabase(engine);
    ending.push(dispose);
    const other = await openDatabase(url);
    ending.push(() => other.close());
    const all = await Promise.all([db, other, db, other].map(settingsOf));
    const ids = await Promise.all(all.map((each) => each.siteId()));
    expect(ids[0]).toMatch(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/);
    expect(new Set(ids).size).toBe(1);
    await all[0]?.patchSite({ actor: systemActor, requestId: null, write: db.write }, [0], { name: 'اسم آخر' });
    expect(await (await settingsOf(db)).siteId()).toBe(ids[0]);
  });
});
