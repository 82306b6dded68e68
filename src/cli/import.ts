import { type FileHandle, open, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { createArticleStore } from '../articles/store.ts';
import { createAudit } from '../audit/audit.ts';
import type { Config } from '../config.ts';
import type { Database } from '../db/database.ts';
import type { LocalText } from '../errors.ts';
import { type ImportCounts, type ImportDeps, importLines } from '../imports/import.ts';
import { type Line, readLines } from '../imports/lines.ts';
import { parseNewsPage } from '../imports/news-page.ts';
import { pageLine } from '../imports/page-line.ts';
import { createBulkPublisher } from '../publishing/bulk.ts';
import { createPublicationStore } from '../publishing/publication-store.ts';
import { createAnalysers, noSearchSettings, type SearchSettingsSource } from '../search/analysers.ts';
import { createSearchIndex } from '../search/search-index.ts';
import { createSettings, defaultSiteSettings } from '../settings/service.ts';
import { createThreads } from '../threads.ts';
import { joined, reasonOf } from './explain.ts';
import { say } from './language.ts';
import { messages } from './messages.ts';
import { clock, readSettings, systemWork, withNewsroom } from './newsroom.ts';
import { CliError, exitCodes, note, printResult } from './output.ts';
import { showProgress } from './progress.ts';
import { unpack, unpackStart } from './unpack.ts';

type Format = 'page' | 'ndjson';

const maxPageBytes = 1_048_576;
/** How many bad lines are told one by one; the rest is counted. */
const problemsTold = 1000;

type Options = { format?: Format; publish: boolean; takeSettings: boolean; dryRun: boolean; json: boolean };

export async function importFile(file: string, given: Partial<Options>): Promise<void> {
  const options: Options = { publish: false, takeSettings: false, dryRun: false, json: false, ...given };
  const size = file === '-' ? 0 : await sizeOf(file);
  const format = options.format ?? (await guessFormat(file));
  const { bytes, taken } = unpack(file === '-' ? process.stdin : (await openToRead(file)).createReadStream());
  if (format === 'page') return importPage(bytes, size, options);
  const progress = showProgress(say(messages.importing), size);
  const problems: { line: number; reason: string }[] = [];
  const counts = await withReaders(options.dryRun, (deps, db) =>
    importLines(deps, systemWork(db), readLines(bytes), {
      ...options,
      onProblem: (line, error) => {
        if (problems.length === problemsTold) return;
        problems.push({ line, reason: reasonOf(error).en });
        progress.interrupt(() => note(say(messages.badLine(line, reasonOf(error)))));
      },
      // Unpacked it may be more than the file has.
      onProgress: ({ bytes, number }) => progress.update(Math.min(bytes, taken()), say(messages.linesRead(number))),
    }),
  ).finally(() => progress.end());
  report(counts, problems, options);
}

async function importPage(input: AsyncIterable<Uint8Array>, size: number, options: Options): Promise<void> {
  if (size > maxPageBytes) throw new CliError(messages.pageOrNdjson(maxPageBytes));
  const text = decode(await readAll(input));
  // Whether it is a news page is known before any database is opened; when it appeared, only by the site's time zone.
  for (const warning of readPage(text, readSettings().KHABAR_TIME_ZONE).warnings) note(say(warning));
  const { page, counts } = await withDeps(options.dryRun, async (deps, db) => {
    const { page } = readPage(text, deps.timeZone);
    const line = JSON.stringify(pageLine(page));
    let failure: unknown;
    const counts = await importLines(deps, systemWork(db), oneLine(line), {
      ...options,
      onProblem: (_line, error) => {
        failure = error;
      },
      onProgress: () => {},
    });
    if (failure !== undefined) throw new CliError(messages.pageNotStored(reasonOf(failure)));
    return { page, counts };
  });
  const { headline, source, publishedAt, sections } = page;
  printResult(
    { ...summary(counts, options), headline, source, publishedAt, sections: sections.length },
    {
      json: options.json,
      lines: [
        `${outcomeOf(counts, options)}: ${headline}`,
        say(messages.pageParts(source, publishedAt.toISOString(), sections.length)),
      ],
    },
  );
}

function readPage(text: string, timeZone: string) {
  const result = parseNewsPage(text, { timeZone });
  if (result.ok) return result;
  throw new CliError(joined([messages.notAPage, ...result.problems], '\n  '));
}

function report(counts: ImportCounts, problems: { line: number; reason: string }[], options: Options): void {
  const { unchanged, failed } = counts;
  const line = options.dryRun ? messages.validLines(unchanged, failed) : messages.imported(counts);
  const lines = [line, ...settingsLines(counts, options)].map(say);
  printResult({ ...summary(counts, options), problems }, { json: options.json, lines });
  if (failed > 0) process.exitCode = exitCodes.partial;
}

function settingsLines({ settings }: ImportCounts, { takeSettings }: Options): LocalText[] {
  if (settings === 'taken') return [messages.settingsTaken];
  if (settings === 'kept') return [messages.settingsKept];
  if (settings === 'valid') return [takeSettings ? messages.settingsWouldBeTaken : messages.settingsValid];
  return [];
}

function summary(counts: ImportCounts, { dryRun }: Options) {
  const { unchanged, settings, ...rest } = counts;
  const { lines, failed } = counts;
  const told = settings === null ? {} : { settings };
  return dryRun ? { dryRun, lines, valid: unchanged, failed, ...told } : { ...rest, unchanged, ...told };
}

function outcomeOf(counts: ImportCounts, { dryRun }: Options): string {
  if (dryRun) return say(messages.canBeImported);
  if (counts.created > 0) return say(messages.created);
  return say(counts.updated > 0 ? messages.updated : messages.unchanged);
}

type Deps = ImportDeps & { settings: SearchSettingsSource };

/** A dry run looks at no database, so that it can be made anywhere. */
async function withDeps<T>(dryRun: boolean, work: (deps: Deps, db: Database) => Promise<T>): Promise<T> {
  if (dryRun) {
    const { locale, timeZone } = defaultSiteSettings(readSettings());
    return work({ locale, timeZone, settings: noSearchSettings } as Deps, {} as Database);
  }
  return withNewsroom(async (db, config) => work(await depsOf(db, config), db));
}

/** More threads that read would wait for the one that writes. */
const mostReaders = 3;

/** The same, with threads beside that start when there are many lines. */
async function withReaders<T>(dryRun: boolean, work: (deps: ImportDeps, db: Database) => Promise<T>): Promise<T> {
  return withDeps(dryRun, async (deps, db) => {
    const threads = createThreads({ most: Math.min(mostReaders, availableParallelism()) });
    try {
      return await work({ ...deps, readers: { threads, settings: deps.settings } }, db);
    } finally {
      await threads.close();
    }
  });
}

/** What an import needs of the newsroom. Its settings are followed as long as the database is open, for an import may bring them. */
export async function depsOf(db: Database, config: Config): Promise<Deps> {
  const store = createArticleStore(db.tables, clock);
  const settings = await createSettings({ db, config, clock, audit: createAudit(db.tables, clock) });
  const index = createSearchIndex(db, createAnalysers(settings));
  const publications = createPublicationStore(db.tables, index);
  const publisher = createBulkPublisher(db.tables, clock, publications);
  const { locale, timeZone } = settings.site();
  return { db, clock, store, publications, publisher, index, locale, timeZone, settings };
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch(() => null);
  if (!found) throw new CliError(messages.noFile(file));
  if (found.isDirectory()) throw new CliError(messages.isFolder(file));
  return found.size;
}

/** NDJSON begins with a brace; no news page does. */
async function guessFormat(file: string): Promise<Format> {
  if (/\.(?:ndjson|jsonl)(?:\.gz)?$/i.test(file)) return 'ndjson';
  if (file === '-') throw new CliError(messages.sayFormat, exitCodes.usage);
  const handle = await openToRead(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0);
    return /^\s*\{/.test(unpackStart(buffer.subarray(0, bytesRead)).toString()) ? 'ndjson' : 'page';
  } finally {
    await handle.close();
  }
}

async function openToRead(file: string): Promise<FileHandle> {
  return open(file).catch((error: NodeJS.ErrnoException) => {
    throw new CliError(messages.cannotRead(file, String(error.code)), exitCodes.failed, error);
  });
}

async function readAll(input: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of input) {
    length += part.length;
    if (length > maxPageBytes) throw new CliError(messages.pageTooLong(maxPageBytes));
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new CliError(messages.notUtf8);
  }
}

async function* oneLine(text: string): AsyncGenerator<Line> {
  yield { number: 1, bytes: text.length, text };
}
