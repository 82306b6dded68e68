import { createArticleStore } from '../../src/articles/store.ts';
import { systemActor } from '../../src/auth/permissions.ts';
import type { Database } from '../../src/db/database.ts';
import { exportNewsroom } from '../../src/imports/export.ts';
import { type ImportCounts, type ImportOptions, importLines } from '../../src/imports/import.ts';
import { readLines } from '../../src/imports/lines.ts';
import type { Readers } from '../../src/imports/read-ahead.ts';
import { createBulkPublisher } from '../../src/publishing/bulk.ts';
import { createPublicationStore } from '../../src/publishing/publication-store.ts';
import { createAnalysers, noSearchSettings, type SearchSettingsSource } from '../../src/search/analysers.ts';
import { createSearchIndex } from '../../src/search/search-index.ts';

export const clock = () => new Date('2026-01-15T08:00:00.000Z');

type Options = Partial<ImportOptions> & { now?: () => Date; settings?: SearchSettingsSource };
export type Imported = ImportCounts & { problems: [line: number, error: Error][] };

/** Imports lines (objects, or texts that may be broken) as the command line does. */
export async function importInto(
  db: Database,
  lines: readonly (object | string)[],
  options: Options = {},
  readers?: Readers,
): Promise<Imported> {
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  return importBytes(db, [Buffer.from(text)], options, readers);
}

export async function importBytes(
  db: Database,
  chunks: Iterable<Uint8Array>,
  { now = clock, settings = noSearchSettings, ...options }: Options = {},
  readers?: Readers,
): Promise<Imported> {
  const problems: Imported['problems'] = [];
  const index = createSearchIndex(db, createAnalysers(settings));
  const publications = createPublicationStore(db.tables, index);
  const deps = {
    ...{ db, clock: now, publications, index, locale: 'ar', timeZone: 'Asia/Damascus' },
    store: createArticleStore(db.tables, now),
    publisher: createBulkPublisher(db.tables, now, publications),
    ...(readers ? { readers } : {}),
  };
  const work = { actor: systemActor, requestId: 'import', write: db.write };
  const counts = await importLines(deps, work, readLines(streamOf(chunks)), {
    publish: false,
    takeSettings: false,
    dryRun: false,
    onProblem: (line, error) => problems.push([line, error as Error]),
    onProgress: () => {},
    ...options,
  });
  return { ...counts, problems };
}

export async function exportOf(db: Database): Promise<string> {
  let text = '';
  await exportNewsroom(db, (line) => {
    text += `${line}\n`;
  });
  return text;
}

/** The article lines of an export, as objects. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into records of every shape
export async function articlesOf(db: Database): Promise<any[]> {
  const lines = (await exportOf(db)).trim().split('\n');
  return lines.map((line) => JSON.parse(line)).filter((line) => line.type === 'article');
}

async function* streamOf(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
