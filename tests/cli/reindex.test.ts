import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import BetterSqlite from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { workFolder } from './khabar.ts';

let folder: Awaited<ReturnType<typeof workFolder>>;
beforeEach(async () => {
  folder = await workFolder();
});
afterEach(() => folder.dispose());

const articles = 600;
const timeoutMs = 120_000;

async function fill(): Promise<BetterSqlite.Database> {
  const lines = Array.from({ length: articles }, (_, n) =>
    JSON.stringify({ externalId: `a-${n}`, headline: `خبر ${n}` }),
  );
  await writeFile(folder.path('news.ndjson'), lines.join('\n'));
  expect((await folder.khabar(['import', 'news.ndjson', '--publish'])).code).toBe(0);
  return new BetterSqlite(folder.path('data/khabar.db'));
}

const found = (db: BetterSqlite.Database) =>
  db.prepare(`select count(*) from search_publications where search_publications match '"خبر"'`).pluck().get();
/** How much of a rebuild under way is done. */
const rebuilt = (db: BetterSqlite.Database): number | undefined => {
  const state = db.prepare("select value from search_state where name = 'rebuild'").pluck().get();
  return state === undefined ? undefined : (JSON.parse(state as string) as { done: number }).done;
};

it('indexes everything anew, and goes on where it was killed', { timeout: timeoutMs }, async () => {
  const db = await fill();
  // On a quick machine it may be over, or nearly so, before it is caught in the middle, and begins anew.
  for (let attempt = 1; ; attempt++) {
    db.exec("insert into search_publications (search_publications) values ('delete-all')");
    db.exec("delete from search_state where name = 'rebuild'");
    const child = folder.start(['reindex']);
    const exited = once(child, 'exit');
    // When it has begun, the database is taken away from it: it stands still until it is killed.
    while (rebuilt(db) === undefined && child.exitCode === null) await nextTurn();
    db.exec('begin immediate');
    const done = rebuilt(db);
    child.kill('SIGKILL');
    await exited;
    db.exec('rollback');
    if (done !== undefined && done < 2 * articles) break;
    if (attempt === 20) throw new Error('it was never caught in the middle');
  }
  const { stdout } = await folder.khabar(['reindex', '--json']);
  expect(JSON.parse(stdout)).toEqual({ indexed: 2 * articles, resumed: true });
  expect(found(db)).toBe(articles);
  db.close();
});

it('refuses where there is no database', async () => {
  expect(await folder.khabar(['reindex'])).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('no database'),
  });
});
