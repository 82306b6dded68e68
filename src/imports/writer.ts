import type { ArticleStore } from '../articles/store.ts';
import type { Database, Tx } from '../db/database.ts';
import { classifyDatabaseError } from '../db/errors.ts';
import { AppError } from '../errors.ts';
import { rememberImported } from '../likeness/likeness.ts';
import type { BulkPublisher } from '../publishing/bulk.ts';
import type { PublicationStore } from '../publishing/publication-store.ts';
import type { SearchIndex } from '../search/search-index.ts';
import { uuid } from '../uuid.ts';
import type { Work } from '../work.ts';
import { LineError } from './lines.ts';
import type { Item } from './read-item.ts';
import type { SettingsRecord } from './records.ts';
import { type Aliases, resolveReferences } from './references.ts';
import { type Outcome, restoreArticles } from './restore.ts';
import { type RestoredSettings, restoreSettings } from './settings.ts';
import { ensureTerms, noTerms, restoreTerm, type TermIds } from './terms.ts';
import { needsOf, upsertLines } from './upsert.ts';

export type WriterDeps = {
  db: Database;
  clock: () => Date;
  store: ArticleStore;
  publications: PublicationStore;
  publisher: BulkPublisher;
  index: SearchIndex;
};

type Tell = (result: Result) => void;
type Fail = (line: number, error: unknown) => void;
export type Result = { outcome: Outcome; id: string; settings?: RestoredSettings };
type AuditEntry = { type: string; id: string; action: string; detail: Record<string, unknown> };

/** Writes batches: in one transaction when all is well, and in halves to find the bad ones when it is not. */
export function createWriter(
  { db, clock, store, publications, publisher, index }: WriterDeps,
  work: Work,
  { takeSettings }: { takeSettings: boolean },
) {
  const { tables } = db;
  const importId = uuid();
  const known = noTerms();
  const aliases: Aliases = new Map();

  return async function write(items: readonly Item[], tell: Tell, fail: Fail): Promise<void> {
    const refused = await attempt(items, tell);
    if (refused === null) return;
    // A term that was found before may have been deleted since.
    Object.assign(known, noTerms());
    const middle = Math.floor(items.length / 2);
    if (middle > 0) {
      await write(items.slice(0, middle), tell, fail);
      return write(items.slice(middle), tell, fail);
    }
    // Somebody else may have stored in that very moment what the line is about, and now it is seen.
    const again = await attempt(items, tell);
    if (again !== null) fail(items[0]?.line ?? 0, again.error);
  };

  /** Writes items, and answers why that was refused where it was. Rejects where the next ones would be, too. */
  async function attempt(items: readonly Item[], tell: Tell): Promise<{ error: unknown } | null> {
    try {
      for (const result of await writeTogether(items)) tell(result);
      return null;
    } catch (error) {
      if (isFatal(error)) throw error;
      return { error };
    }
  }

  async function writeTogether(items: readonly Item[]): Promise<Result[]> {
    const terms: TermIds = noTerms();
    const renamed: Aliases = new Map();
    const results = await work.write(async (tx) => {
      clear(terms, renamed);
      const at = clock();
      await index.leavePieces(tx);
      const outcomes = await writeItems(tx, items, terms, renamed, at);
      await auditImport(tx, items, outcomes, at);
      return outcomes;
    });
    for (const kind of ['category', 'tag', 'author'] as const)
      for (const [name, id] of terms[kind]) known[kind].set(name, id);
    for (const [from, to] of renamed) aliases.set(from, to);
    return results;
  }

  async function writeItems(
    tx: Tx,
    items: readonly Item[],
    terms: TermIds,
    renamed: Aliases,
    at: Date,
  ): Promise<Result[]> {
    const records = items.flatMap((item) => (item.kind === 'record' ? [item.record] : []));
    if (records.length > 0) {
      const resolved = await resolveReferences(tx, tables, records, aliases, at);
      const outcomes = await restoreArticles(tx, { tables, publications, index, at }, resolved);
      const changed = records.filter((_, at) => outcomes[at] !== 'unchanged');
      const stories = changed.map(({ sections, ...article }) => ({
        ...article,
        article,
        sections,
        at: article.updatedAt,
      }));
      await rememberImported(tx, tables, stories, at);
      return outcomes.map((outcome, index) => ({ outcome, id: records[index]?.id ?? '' }));
    }
    const articles = items.flatMap((item) => (item.kind === 'article' ? [item.article] : []));
    if (articles.length > 0) {
      const found = await ensureTerms(tx, tables, needsOf(articles), known, at);
      for (const kind of ['category', 'tag', 'author'] as const)
        terms[kind] = new Map([...known[kind], ...found[kind]]);
      const outcomes = await upsertLines(tx, { tables, store, publisher, index, now: at }, work, articles, terms);
      return outcomes.map((result) => {
        // Its categories and tags are there by now; of a line that is refused nothing may stay.
        if (result.outcome === 'refused') throw result.error;
        return result;
      });
    }
    const results: Result[] = [];
    for (const item of items) {
      if (item.kind === 'settings') results.push(await writeSettings(tx, item.settings, at));
      if (item.kind !== 'term') continue;
      const parentId = item.term.type === 'category' ? item.term.parentId : null;
      const parent = parentId === null ? null : (renamed.get(parentId) ?? aliases.get(parentId) ?? parentId);
      const term = item.term.type === 'category' ? { ...item.term, parentId: parent } : item.term;
      const { outcome, id } = await restoreTerm(tx, tables, term, at);
      if (id !== term.id) renamed.set(term.id, id);
      results.push({ outcome, id });
    }
    return results;
  }

  async function writeSettings(tx: Tx, record: SettingsRecord, at: Date): Promise<Result> {
    const settings = await restoreSettings(tx, tables, record, { take: takeSettings, at });
    return { outcome: settings.outcome === 'taken' ? 'updated' : 'unchanged', id: 'settings', settings };
  }

  async function auditImport(tx: Tx, items: readonly Item[], results: readonly Result[], at: Date): Promise<void> {
    const created: Record<string, number> = {};
    const rows = items.flatMap((item, index): AuditEntry[] => {
      const { outcome, id, settings } = results[index] ?? { outcome: 'unchanged' };
      if (outcome === 'unchanged') return [];
      if (settings)
        return settings.changed.map(({ name, detail }) => ({
          ...{ type: 'settings', id: name, action: 'settings.imported' },
          detail: { line: item.line, ...detail },
        }));
      const type = item.kind === 'term' ? item.term.type : 'article';
      if (type === 'article' && outcome === 'created') {
        created[id ?? ''] = item.line;
        return [];
      }
      return [{ type, id: id ?? '', action: `${type}.imported`, detail: { outcome, line: item.line } }];
    });
    // New articles share one entry, which a million of them would otherwise have each: their ids with their lines.
    if (Object.keys(created).length > 0)
      rows.push({ type: 'import', id: importId, action: 'articles.imported', detail: { created } });
    if (rows.length === 0) return;
    await tx.insertMany(
      tables.auditLog,
      rows.map(({ type, id, action, detail }) => ({
        ...{ id: uuid(), at, actorKind: work.actor.kind, actorId: work.actor.id, requestId: work.requestId },
        ...{ action, subjectType: type, subjectId: id, detail },
      })),
    );
  }
}

/** An error that the next line would meet too. */
export function isFatal(error: unknown): boolean {
  const kind = classifyDatabaseError(error)?.kind;
  if (kind !== undefined) return kind === 'busy' || kind === 'full' || kind === 'unavailable';
  return !(error instanceof AppError || error instanceof LineError);
}

function clear(terms: TermIds, renamed: Aliases): void {
  Object.assign(terms, noTerms());
  renamed.clear();
}
