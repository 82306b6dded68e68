import { eq, sql } from 'drizzle-orm';
import { createArticleRepository } from '../articles/repository.ts';
import type { ArticleStore, Stored } from '../articles/store.ts';
import { isCurrent } from '../articles/view.ts';
import type { WorkingCopy } from '../articles/working-copy.ts';
import type { Tx } from '../db/database.ts';
import { isAmong } from '../db/is-among.ts';
import type { Tables } from '../db/tables.ts';
import type { AppError } from '../errors.ts';
import { rememberImported } from '../likeness/likeness.ts';
import type { BulkPublisher } from '../publishing/bulk.ts';
import type { SearchIndex } from '../search/search-index.ts';
import type { Work } from '../work.ts';
import { type PreparedLine, shownUpdate } from './prepare-line.ts';
import type { Outcome } from './restore.ts';
import { pathKey, type TermIds, type TermNeeds } from './terms.ts';

export type LineOutcome = { outcome: Outcome; id: string } | { outcome: 'refused'; error: AppError };

type UpsertDeps = { tables: Tables; store: ArticleStore; publisher: BulkPublisher; index: SearchIndex; now: Date };

export function needsOf(lines: readonly PreparedLine[]): TermNeeds {
  return {
    categories: lines.flatMap(({ category }) => (category === null ? [] : [category])),
    tags: [...new Set(lines.flatMap(({ tags }) => tags))],
    authors: [...new Set(lines.flatMap(({ authors }) => authors.map(({ name }) => name)))],
  };
}

/** Stores lines, each of another article, and publishes those that ask for it; answers one outcome for each, in order. */
export async function upsertLines(
  tx: Tx,
  { tables, store, publisher, index, now }: UpsertDeps,
  work: Work,
  lines: readonly PreparedLine[],
  terms: TermIds,
): Promise<LineOutcome[]> {
  const before = await loadImported(tx, tables, lines);
  const outcomes: (LineOutcome | undefined)[] = lines.map(({ prepared, digest }) => {
    const old = before.get(prepared.columns.externalId ?? '');
    return old?.digest === digest ? { outcome: 'unchanged', id: old.id } : undefined;
  });
  const changed = [...lines.entries()].flatMap(([index, line]) => {
    if (outcomes[index]) return [];
    const old = before.get(line.prepared.columns.externalId ?? '');
    return [{ index, line: withTerms(line, terms, old?.publishedAt ?? null) }];
  });
  const stored = await store.upsertArticles(
    tx,
    work.actor.id,
    changed.map(({ line }) => line.prepared),
  );
  const digests = new Map<string, string>();
  const stories: Parameters<typeof rememberImported>[2][number][] = [];
  // What no publication says.
  const working: WorkingCopy[] = [];
  const toPublish: { copy: WorkingCopy; updatedAt: Date | null }[] = [];
  for (const [at, { index, line }] of changed.entries()) {
    const done = stored[at] as Stored;
    outcomes[index] = outcomeOf(done);
    if (done.outcome === 'refused') continue;
    const { id } = done.copy.article;
    digests.set(id, line.digest);
    const age = shownUpdate(line, done.outcome) ?? done.copy.article.updatedAt;
    if (done.outcome !== 'unchanged') stories.push({ ...done.copy, id, at: age });
    if (line.publish && (await isToPublish(tx, tables, done))) {
      toPublish.push({ copy: done.copy, updatedAt: shownUpdate(line, done.outcome) });
      // The same words as in the working copy before: readers see them now.
      if (done.outcome === 'unchanged') outcomes[index] = { outcome: 'updated', id };
    } else if (done.outcome !== 'unchanged') {
      working.push(done.copy);
    }
  }
  await publisher.publishMany(tx, work, toPublish);
  await index.putArticles(tx, working);
  await rememberImported(tx, tables, stories, now);
  await rememberDigests(tx, tables, digests);
  return outcomes as LineOutcome[];
}

/** Whether publishing would change what readers see: the words may be those of a working copy that they have not seen. */
async function isToPublish(tx: Tx, tables: Tables, { outcome, copy }: Exclude<Stored, { outcome: 'refused' }>) {
  const { id, status } = copy.article;
  // What was withdrawn for good stays so, whatever a feed says again tomorrow.
  if (status === 'killed') return false;
  if (outcome !== 'unchanged' || status !== 'published') return true;
  const publication = await createArticleRepository(tables).findPublication(tx, id);
  return publication !== null && !isCurrent(copy, publication);
}

function outcomeOf(stored: Stored): LineOutcome {
  if (stored.outcome === 'refused') return stored;
  const outcome = { created: 'created', replaced: 'updated', unchanged: 'unchanged' } as const;
  return { outcome: outcome[stored.outcome], id: stored.copy.article.id };
}

type Imported = { id: string; digest: string | null; publishedAt: Date | null };

async function loadImported(
  tx: Tx,
  { articles, articleImports }: Tables,
  lines: readonly PreparedLine[],
): Promise<Map<string, Imported>> {
  const names = lines.map((line) => line.prepared.columns.externalId ?? '');
  const rows = await tx
    .select({
      id: articles.id,
      externalId: articles.externalId,
      publishedAt: articles.publishedAt,
      digest: articleImports.digest,
    })
    .from(articles)
    .leftJoin(articleImports, eq(articleImports.articleId, articles.id))
    .where(isAmong(articles.externalId, names));
  return new Map(rows.map(({ externalId, ...row }) => [externalId ?? '', row]));
}

/** A line that names no date keeps the date that its article has been published under. */
function withTerms(line: PreparedLine, terms: TermIds, publishedAt: Date | null): PreparedLine {
  const { columns } = line.prepared;
  const categoryId = line.category === null ? null : (terms.category.get(pathKey(line.category)) ?? null);
  const authors = line.authors.map(({ name, role }) => ({ id: terms.author.get(name) ?? '', role }));
  const tagIds = [...new Set(line.tags.map((name) => terms.tag.get(name) ?? ''))];
  const unique = authors.filter(({ id }, index) => authors.findIndex((other) => other.id === id) === index);
  return {
    ...line,
    prepared: {
      ...line.prepared,
      columns: { ...columns, categoryId, publishedAt: columns.publishedAt ?? publishedAt },
      authors: unique,
      tagIds,
    },
  };
}

/** Remembers which lines articles were imported from. */
export async function rememberDigests(
  tx: Tx,
  { articleImports }: Tables,
  digests: ReadonlyMap<string, string>,
): Promise<void> {
  const rows = [...digests].map(([articleId, digest]) => ({ articleId, digest }));
  const made = await tx.insertMany(articleImports, rows, { taken: 'skip', returning: ['articleId'] });
  if (made.length === rows.length) return;
  const fresh = new Set(made.map((row) => row.articleId));
  await tx
    .insert(articleImports)
    .values(rows.filter((row) => !fresh.has(row.articleId)))
    .onConflictDoUpdate({ target: articleImports.articleId, set: { digest: sql`excluded.digest` } });
}
