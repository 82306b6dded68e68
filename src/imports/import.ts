import type { Database } from '../db/database.ts';
import { tidyIndex } from '../search/tidy.ts';
import type { Work } from '../work.ts';
import type { Line } from './lines.ts';
import { type Readers, readAhead } from './read-ahead.ts';
import type { Item } from './read-item.ts';
import type { Outcome } from './restore.ts';
import type { RestoredSettings } from './settings.ts';
import { createWriter, isFatal, type Result, type WriterDeps } from './writer.ts';

export type ImportDeps = WriterDeps & {
  /** The language of articles that name none. */
  locale: string;
  /** Where dates that name no time zone were written. */
  timeZone: string;
  /** Reads long imports ahead; without, every line is read when its turn comes. */
  readers?: Readers;
};

export type ImportOptions = {
  /** Publish articles whose lines do not say. */
  publish: boolean;
  /** Take the settings of the file also where the newsroom has its own. */
  takeSettings: boolean;
  /** Check every line and write nothing. */
  dryRun: boolean;
  onProblem: (line: number, error: unknown) => void;
  onProgress: (done: Line) => void;
};

export type ImportCounts = Record<Outcome, number> & {
  /** All but the header of an export, which brings nothing. */
  lines: number;
  failed: number;
  /** What became of the settings in the file; `valid` where they were only checked, null where there were none. */
  settings: RestoredSettings['outcome'] | 'valid' | null;
};

const itemsAtOnce = 400;
const bytesAtOnce = 4 * 1024 * 1024;
const batchesAtOnce = 2;
/** An import that wrote so many articles, which are at least such a share of all, leaves the search index tidied. */
const worthTidying = 1000;
const shareWorthTidying = 0.1;
/** In one transaction of tidying. */
const pagesMerged = 200;

/**
 * Imports lines of NDJSON. Each line is written whole or not at all, and a bad one stops no other. Rejects only when
 * the database cannot be written any more; what was counted until then is written.
 */
export async function importLines(
  deps: ImportDeps,
  work: Work,
  lines: AsyncIterable<Line>,
  options: ImportOptions,
): Promise<ImportCounts> {
  const counts: ImportCounts = { lines: 0, created: 0, updated: 0, unchanged: 0, failed: 0, settings: null };
  const write = options.dryRun ? null : createWriter(deps, work, options);
  const defaults = { locale: deps.locale, timeZone: deps.timeZone, publish: options.publish };
  const running = new Set<Promise<void>>();
  const busy = new Set<string>();
  let broken: { error: unknown } | null = null;
  let batch: Item[] = [];
  let named = new Set<string>();
  let size = 0;

  function fail(line: number, error: unknown): void {
    counts.failed++;
    options.onProblem(line, error);
  }

  function tell({ outcome, settings }: Result): void {
    counts[outcome]++;
    if (settings) counts.settings = settings.outcome;
  }

  async function flush(): Promise<void> {
    const [items, names] = [batch, [...named]];
    batch = [];
    named = new Set();
    size = 0;
    if (items.length === 0 || write === null) return;
    // Settings and terms come before what they count for, and two lines of one article keep their order.
    const goesFirst = items[0]?.kind === 'settings' || items[0]?.kind === 'term';
    if (goesFirst || names.some((name) => busy.has(name))) await allWritten();
    for (const name of names) busy.add(name);
    const task = write(items, tell, fail)
      .catch((error) => {
        broken ??= { error };
      })
      .finally(() => {
        running.delete(task);
        for (const name of names) busy.delete(name);
      });
    running.add(task);
    if (goesFirst) await task;
    while (running.size >= batchesAtOnce) await Promise.race(running);
    throwBroken();
  }

  async function allWritten(): Promise<void> {
    await Promise.all(running);
    throwBroken();
  }

  /** Batches tell nobody else that they could not be written. */
  function throwBroken(): void {
    if (broken) throw broken.error;
  }

  try {
    for await (const { line, outcome } of readAhead(lines, defaults, deps.readers)) {
      const isHeader = 'item' in outcome && outcome.item === null;
      if (!isHeader) counts.lines++;
      try {
        if ('error' in outcome) throw outcome.error;
        const { item } = outcome;
        if (item === null) continue;
        // What comes again is about what the first one has made: it may publish, or bring more comments.
        if (batch.length > 0 && (batch[0]?.kind !== item.kind || named.has(nameOf(item)))) await flush();
        batch.push(item);
        named.add(nameOf(item));
        size += item.size;
        if (options.dryRun) counts.unchanged++;
        if (options.dryRun && item.kind === 'settings') counts.settings = 'valid';
      } catch (error) {
        if (isFatal(error)) throw error;
        fail(line.number, error);
      }
      if (batch.length >= itemsAtOnce || size >= bytesAtOnce) await flush();
      options.onProgress(line);
    }
    await flush();
  } finally {
    await Promise.all(running);
  }
  throwBroken();
  await tidyAfter(deps.db, counts.created + counts.updated);
  return counts;
}

/** Many small writes leave the index in pieces, and each search looks into all of them. */
async function tidyAfter(db: Database, written: number): Promise<void> {
  if (written < worthTidying) return;
  const all = await db.read.$count(db.tables.articles);
  if (written >= all * shareWorthTidying) await tidyIndex(db, { pages: pagesMerged, pauseMs: 0 });
}

function nameOf(item: Item): string {
  if (item.kind === 'settings') return item.kind;
  if (item.kind === 'term') return item.term.id;
  return item.kind === 'record' ? item.record.id : (item.article.prepared.columns.externalId ?? '');
}
