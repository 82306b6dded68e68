import { sql } from 'drizzle-orm';
import { ANALYSER_VERSION } from '../arabic/analyse.ts';
import type { Reader, Tx } from '../db/database.ts';
import type { SiteAnalyser } from './analysers.ts';
import type { Place } from './spread-order.ts';

/** How the words of an index were analysed. */
export type IndexedWith = { fingerprint: string; version: number; protectedWords: readonly string[] };

/** A rebuild that has begun: towards which analyser, and how far it is; `place` is null at the beginning of a stage. */
export type Rebuild = { fingerprint: string; version: number; stage: Stage; place: Place | null; done: number };
export type Stage = 'publications' | 'articles' | 'comments';

/** What the index was made with: null where nobody knows, `none` where nothing was ever indexed. */
export async function readAnalyser(read: Reader): Promise<IndexedWith | 'none' | null> {
  const value = await readState(read, 'analyser');
  if (value === 'none') return 'none';
  return value === null ? null : (JSON.parse(value) as IndexedWith);
}

export async function readRebuild(read: Reader): Promise<Rebuild | null> {
  const value = await readState(read, 'rebuild');
  if (value === null) return null;
  const { fingerprint, version = 0, stage, place, done } = JSON.parse(value) as Rebuild;
  // One of an older version says otherwise how far it was: it begins anew.
  return place === undefined
    ? { fingerprint, version, stage: 'publications', place: null, done: 0 }
    : { fingerprint, version, stage, place, done };
}

/** The same, and nobody else goes on with it until the transaction ends. */
export async function lockRebuild(tx: Tx): Promise<Rebuild | null> {
  await tx.run(sql`update search_state set value = value where name = ${'rebuild'}`);
  return readRebuild(tx);
}

async function readState(read: Reader, name: string): Promise<string | null> {
  const [row] = await read.rows<{ value: string }>(sql`select value from search_state where name = ${name}`);
  return row?.value ?? null;
}

/** The first thing that is ever indexed decides what the index is made with. */
export async function adoptAnalyser(tx: Tx, site: SiteAnalyser): Promise<void> {
  await tx.run(
    sql`update search_state set value = ${described(site)} where name = ${'analyser'} and value = ${'none'}`,
  );
}

/** Says that the whole index is made with an analyser by now. */
export async function finishRebuild(tx: Tx, site: SiteAnalyser): Promise<void> {
  await writeState(tx, 'analyser', described(site));
  await tx.run(sql`delete from search_state where name = ${'rebuild'}`);
}

export async function writeRebuild(tx: Tx, rebuild: Rebuild): Promise<void> {
  await writeState(tx, 'rebuild', JSON.stringify(rebuild));
}

async function writeState(tx: Tx, name: string, value: string): Promise<void> {
  await tx.run(
    sql`insert into search_state (name, value) values (${name}, ${value}) on conflict (name) do update set value = excluded.value`,
  );
}

function described({ fingerprint, protectedWords }: SiteAnalyser): string {
  const indexedWith: IndexedWith = { fingerprint, version: ANALYSER_VERSION, protectedWords };
  return JSON.stringify(indexedWith);
}
