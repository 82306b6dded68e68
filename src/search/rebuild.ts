import { setTimeout as sleep } from 'node:timers/promises';
import { inArray, type SQL, sql } from 'drizzle-orm';
import { ANALYSER_VERSION } from '../arabic/analyse.ts';
import { isCurrent } from '../articles/view.ts';
import { loadWorkingCopies, type WorkingCopy } from '../articles/working-copy.ts';
import type { Database, Reader, Tx } from '../db/database.ts';
import type { Tables } from '../db/tables.ts';
import type { PortableText } from '../portable-text/schema.ts';
import { toText } from '../portable-text/to-text.ts';
import { joinDocument } from '../publishing/document.ts';
import { ensureFacets, facetsOf } from '../publishing/facets.ts';
import type { Analysers, SiteAnalyser } from './analysers.ts';
import type { SearchIndex } from './search-index.ts';
import { numbersFrom, type Place } from './spread-order.ts';
import {
  finishRebuild,
  lockRebuild,
  type Rebuild,
  readAnalyser,
  readRebuild,
  type Stage,
  writeRebuild,
} from './state.ts';
import type { Texts } from './texts.ts';
import { tidyIndex } from './tidy.ts';

export type RebuildDeps = { db: Database; index: SearchIndex; analysers: Pick<Analysers, 'current'> };
export type RebuildOptions = {
  /** How many documents are indexed in one transaction. */
  batch: number;
  /** How long others have the database to themselves between two transactions. */
  pauseMs: number;
  /** Begins anew even where the index is up to date. */
  isForced: boolean;
  signal?: AbortSignal;
  onProgress?: (done: number, stage: Stage) => void;
};
export type RebuildReport = { indexed: number; resumed: boolean; finished: boolean };

/** To merge so many pages takes about as long as to index a document. */
const pagesTidied = 10;

const stages: readonly Stage[] = ['publications', 'articles', 'comments'];

/**
 * Whether the index is made with another analyser than the one in use. What a newer version of this program has made, or is
 * making, is not: where several machines are upgraded one after the other, an old one that starts would undo it.
 */
export async function isOutdated(read: Reader, { fingerprint }: SiteAnalyser): Promise<boolean> {
  const indexedWith = await readAnalyser(read);
  if (indexedWith === 'none') return false;
  const rebuild = await readRebuild(read);
  if (Math.max(indexedWith?.version ?? 0, rebuild?.version ?? 0) > ANALYSER_VERSION) return false;
  return indexedWith?.fingerprint !== fingerprint || rebuild !== null;
}

/**
 * Indexes everything anew, in place and in small transactions, each of which also notes how far it is: killed at any
 * moment, it goes on from there the next time. Searches find what is there meanwhile, old or new, and what is published
 * meanwhile is indexed by whoever publishes it. Several processes at once share the work.
 */
export async function rebuildIndex(deps: RebuildDeps, options: RebuildOptions): Promise<RebuildReport> {
  const { db, analysers } = deps;
  const { pauseMs, signal, onProgress } = options;
  const site = analysers.current();
  const { rebuild: started, resumed } = await begin(deps, site, options.isForced);
  let rebuild: Rebuild | null = started;
  let done = started?.done ?? 0;
  while (rebuild) {
    if (signal?.aborted) return { indexed: done, resumed, finished: false };
    rebuild = await db.write((tx) => step(deps, tx, site, options.batch));
    if (rebuild) {
      done = rebuild.done;
      onProgress?.(done, rebuild.stage);
    }
    if (pauseMs > 0) await sleep(pauseMs);
  }
  if (started) await tidyIndex(db, { pages: options.batch * pagesTidied, pauseMs, signal });
  // Another one may have taken its place, with words that became protected meanwhile.
  return { indexed: done, resumed, finished: !(await isOutdated(db.read, site)) };
}

/** The rebuild to go on with: one that was broken off, a new one, or none where nothing is to be done. */
async function begin({ db }: RebuildDeps, site: SiteAnalyser, isForced: boolean) {
  return db.write(async (tx): Promise<{ rebuild: Rebuild | null; resumed: boolean }> => {
    const before = await readRebuild(tx);
    if (before?.fingerprint === site.fingerprint) return { rebuild: before, resumed: true };
    if (!isForced && !(await isOutdated(tx, site))) return { rebuild: null, resumed: false };
    const { fingerprint } = site;
    const rebuild: Rebuild = { fingerprint, version: ANALYSER_VERSION, stage: 'publications', place: null, done: 0 };
    await writeRebuild(tx, rebuild);
    return { rebuild, resumed: false };
  });
}

/** One transaction of a rebuild; null when it was the last, or when the rebuild is another one by now. */
async function step(deps: RebuildDeps, tx: Tx, site: SiteAnalyser, batch: number): Promise<Rebuild | null> {
  const rebuild = await lockRebuild(tx);
  if (rebuild?.fingerprint !== site.fingerprint) return null;
  const { stage } = rebuild;
  const { numbers, place } = await lockNext(deps.db, tx, stage, rebuild.place, batch);
  if (numbers.length > 0) {
    await deps.index.mergeEvenly(tx, stage, numbers.length);
    await indexStage[stage](deps, tx, numbers);
  }
  const done = rebuild.done + numbers.length;
  const nextStage = place ? stage : stages[stages.indexOf(stage) + 1];
  if (nextStage) {
    const next = { ...rebuild, stage: nextStage, place, done };
    await writeRebuild(tx, next);
    return next;
  }
  await finishRebuild(tx, site);
  tx.announce('list');
  return null;
}

/** Numbers have gaps, one for each time that something was published again: so many are looked for at once. */
const lookedForAtOnce = 64;
const mostLooks = 16;

/**
 * The numbers of the next rows, which nobody changes until the transaction ends: whoever changes one of them now indexes
 * it after us. And the place behind them; null when there is no more. What comes while others are indexed follows on them.
 */
async function lockNext({ engine, tables }: Database, tx: Tx, stage: Stage, before: Place | null, batch: number) {
  const table = tables[stage];
  const numbersAmong = async (wanted: readonly number[], lock: SQL) => {
    const rows = await tx.rows<{ n: unknown }>(sql`select n from ${table} where n in ${[...wanted]} ${lock}`);
    const there = new Set(rows.map(({ n }) => Number(n)));
    return wanted.filter((n) => there.has(n));
  };
  let place = before ?? { from: 0, to: await lastOf(tx, table), after: null };
  for (let look = 0; look < mostLooks; look++) {
    const next = [...numbersFrom(place).take(Math.max(batch, lookedForAtOnce))];
    if (next.length === 0) {
      const last = await lastOf(tx, table);
      if (last <= place.to) return { numbers: [], place: null };
      place = { from: place.to, to: last, after: null };
      continue;
    }
    const found = (await numbersAmong(next, sql.empty())).slice(0, batch);
    place = { ...place, after: (found.length === batch ? found.at(-1) : next.at(-1)) ?? null };
    const numbers = engine === 'postgres' && found.length > 0 ? await numbersAmong(found, sql`for update`) : found;
    if (numbers.length > 0) return { numbers, place };
  }
  return { numbers: [], place };
}

async function lastOf(tx: Tx, table: Tables[Stage]): Promise<number> {
  const [row] = await tx.rows<{ last: unknown }>(sql`select max(n) as last from ${table}`);
  return Number(row?.last ?? 0);
}

const indexStage: Record<Stage, (deps: RebuildDeps, tx: Tx, numbers: number[]) => Promise<void>> = {
  async publications({ db, index }, tx, numbers) {
    const { tables } = db;
    const { publications, publicationDocuments } = tables;
    const rows = await tx.select().from(publications).where(inArray(publications.n, numbers));
    const documents = await tx.select().from(publicationDocuments).where(inArray(publicationDocuments.n, numbers));
    const byNumber = new Map(documents.map((row) => [row.n, row.rest]));
    const facets = await ensureFacets(tx, tables, rows.flatMap(facetsOf));
    await index.putPublications(
      tx,
      rows.map((row) => ({
        ...{ n: row.n, source: row.sourceKey, refs: row.refs, publishedAt: row.publishedAt },
        searched: { texts: () => textsOfDocument(row.card, byNumber.get(row.n)) },
        facets: facetsOf(row).map((name) => facets.get(name) ?? 0),
      })),
    );
  },

  async articles({ db, index }, tx, numbers) {
    const { tables } = db;
    const { articles, publications, publicationDocuments } = tables;
    const rows = await tx.select().from(articles).where(inArray(articles.n, numbers));
    const ids = rows.map(({ id }) => id);
    const published = await tx
      .select({ publication: publications, documentHash: publicationDocuments.documentHash })
      .from(publications)
      .innerJoin(publicationDocuments, sql`${publicationDocuments.n} = ${publications.n}`)
      .where(inArray(publications.articleId, ids));
    const states = new Map(
      published.map(({ publication, documentHash }) => [publication.articleId, { ...publication, documentHash }]),
    );
    const copies = await loadWorkingCopies(tx, tables, rows);
    const isPublic = (copy: WorkingCopy) => {
      const state = states.get(copy.article.id);
      return state !== undefined && isCurrent(copy, state);
    };
    await index.putArticles(
      tx,
      copies.filter((copy) => !isPublic(copy)),
    );
    await index.removeArticles(
      tx,
      copies.filter(isPublic).map(({ article }) => article.id),
    );
  },

  async comments({ db, index }, tx, numbers) {
    const { n, body, authorName, status } = db.tables.comments;
    const rows = await tx.select({ n, body, authorName, status }).from(db.tables.comments).where(inArray(n, numbers));
    await index.putComments(tx, rows);
  },
};

/** What is searched in a publication, from its card and the rest of its document. */
function textsOfDocument(card: Buffer, rest: Buffer | undefined): Texts {
  if (!rest) return { headline: '', lead: '', headings: '', body: '' };
  const { headline, lead, sections } = JSON.parse(joinDocument(card, rest).toString()) as {
    headline: string;
    lead: string | null;
    sections: { heading: string | null; body: PortableText }[];
  };
  return {
    headline,
    lead: lead ?? '',
    headings: sections.map(({ heading }) => heading ?? '').join('\n'),
    body: sections.map(({ body }) => toText(body)).join('\n\n'),
  };
}
