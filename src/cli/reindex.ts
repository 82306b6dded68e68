import { sql } from 'drizzle-orm';
import type { Database } from '../db/database.ts';
import { createAnalysers } from '../search/analysers.ts';
import { type RebuildReport, rebuildIndex } from '../search/rebuild.ts';
import { createSearchIndex } from '../search/search-index.ts';
import type { Stage } from '../search/state.ts';
import { readSearchSettings } from '../settings/service.ts';
import { say } from './language.ts';
import { messages } from './messages.ts';
import { withNewsroom } from './newsroom.ts';
import { printResult } from './output.ts';
import { showProgress } from './progress.ts';

const batch = 100;
/** A server on the same database has its turn in between. */
const pauseMs = 1;

export async function reindex({ json = false }: { json?: boolean }): Promise<void> {
  const report = await withNewsroom(
    async (db) => {
      let report = await rebuild(db, { isForced: true });
      // Words that became protected meanwhile need a rebuild of their own, which a server may have begun.
      while (!report.finished) report = await rebuild(db, { isForced: false });
      return report;
    },
    { mustExist: true },
  );
  const { indexed, resumed } = report;
  printResult({ indexed, resumed }, { json, lines: [say(messages.indexed(indexed, resumed))] });
}

async function rebuild(db: Database, { isForced }: { isForced: boolean }): Promise<RebuildReport> {
  const settings = await readSearchSettings(db);
  const analysers = createAnalysers({ search: () => settings });
  const total = await countAll(db);
  const progress = showProgress(say(messages.indexing), total);
  const onProgress = (done: number, stage: Stage) =>
    progress.update(done, say(messages.indexedSoFar(done, total, stage)));
  const deps = { db, analysers, index: createSearchIndex(db, analysers) };
  return rebuildIndex(deps, { batch, pauseMs, isForced, onProgress }).finally(() => progress.end());
}

async function countAll({ read, tables }: Database): Promise<number> {
  const { publications, articles, comments } = tables;
  const [row] = await read.rows<{ total: number | string }>(
    sql`select (select count(*) from ${publications}) + (select count(*) from ${articles}) + (select count(*) from ${comments}) as total`,
  );
  return Number(row?.total ?? 0);
}
