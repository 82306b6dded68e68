import { eq, inArray, sql } from 'drizzle-orm';
import { deleteBylinesAndTags, insertBylinesAndTags } from '../articles/bylines-and-tags.ts';
import { numberOfArticle, numbersOf } from '../articles/numbers.ts';
import { takenSlug } from '../articles/slugs.ts';
import { loadWorkingCopies, lockArticles } from '../articles/working-copy.ts';
import { countApprovedBelow } from '../comments/moderation.ts';
import type { Tx } from '../db/database.ts';
import { isAmong } from '../db/is-among.ts';
import type { Tables } from '../db/tables.ts';
import type { PublicationStore } from '../publishing/publication-store.ts';
import type { PublicationRows } from '../publishing/rows.ts';
import type { SearchIndex } from '../search/search-index.ts';
import { LineError } from './lines.ts';
import { loadArticleRecords, type TermNames } from './load-records.ts';
import type { ArticleRecord } from './records.ts';
import {
  articleRow,
  bylinesAndTagsOf,
  commentRows,
  restoredPublication,
  sectionRows,
  slugRows,
} from './restore-rows.ts';
import { mergeViews, restoreViews, withViews } from './restore-views.ts';
import { rememberDigests } from './upsert.ts';

export type Outcome = 'created' | 'updated' | 'unchanged';
export type RestoreDeps = { tables: Tables; publications: PublicationStore; index: SearchIndex; at: Date };

/**
 * Makes articles exactly what their records say, ids, versions and times included, and answers what became of each.
 * Comments, former slugs and views that are here and not in the record stay, and a slug that readers have seen stays
 * seen: they may have written, linked and read since. A constraint that a record breaks rejects, and then nothing of
 * this transaction may stay.
 */
export async function restoreArticles(tx: Tx, deps: RestoreDeps, lines: readonly ArticleRecord[]): Promise<Outcome[]> {
  const { tables, at } = deps;
  const { articles } = tables;
  const ids = lines.map((record) => record.id);
  const rows = await lockArticles(tx, tables, isAmong(articles.id, ids));
  const before = new Map((await loadArticleRecords(tx, tables, rows, noNames)).map((record) => [record.id, record]));
  const records = lines.map((record) =>
    withViews(record, mergeViews(before.get(record.id)?.publication?.views, record.publication?.views, at)),
  );
  const outcomes = records.map((record): Outcome => {
    const old = before.get(record.id);
    if (!old) return 'created';
    const counted = withViews(old, mergeViews(old.publication?.views, [], at));
    return comparable(withoutNewer(counted, record)) === comparable(record) ? 'unchanged' : 'updated';
  });
  const changed = records.filter((_, index) => outcomes[index] !== 'unchanged');
  const replaced = changed.filter((record) => before.has(record.id));
  await removeParts(tx, deps, replaced);
  for (const record of replaced) {
    const { id, ...row } = articleRow(record);
    await tx.update(articles).set(row).where(eq(articles.id, id));
  }
  const created = changed.filter((record) => !before.has(record.id));
  await tx.insertMany(articles, created.map(articleRow));
  await insertParts(tx, deps, changed, new Set(before.keys()));
  const digests = changed.flatMap(({ id, importDigest }) =>
    importDigest === undefined ? [] : [[id, importDigest] as const],
  );
  await rememberDigests(tx, tables, new Map(digests));
  for (const { id } of changed) tx.announce(`article:${id}`, `comments:${id}`);
  if (changed.length > 0) tx.announce('list');
  return outcomes;
}

const noNames: TermNames = { categories: new Map(), tags: new Map(), authors: new Map() };

/** Terms are what their ids say; their names are in a record for people. */
function comparable(record: ArticleRecord): string {
  return JSON.stringify(record, (key, value) => {
    if (key === 'category') return value === null ? null : value.id;
    if (key === 'tags') return value.map((tag: { id: string }) => tag.id);
    if (key === 'authors') return value.map(({ id, role }: { id: string; role: string }) => [id, role]);
    return value;
  });
}

/**
 * The record of what is here, without what the line knows nothing of: comments, former slugs, and that readers have seen
 * a slug; in old files digests.
 */
function withoutNewer(old: ArticleRecord, record: ArticleRecord): ArticleRecord {
  const comments = new Set(record.comments.map((comment) => comment.id));
  const slugs = new Map(record.slugs.map(({ slug, wasPublic }) => [slug, wasPublic]));
  return {
    ...old,
    importDigest: record.importDigest === undefined ? undefined : old.importDigest,
    slugs: old.slugs.flatMap((each) => {
      const wasPublic = slugs.get(each.slug);
      return wasPublic === undefined ? [] : [{ ...each, wasPublic: each.wasPublic && wasPublic }];
    }),
    comments: old.comments.filter((comment) => comments.has(comment.id)),
  };
}

async function removeParts(
  tx: Tx,
  { tables, publications }: RestoreDeps,
  records: readonly ArticleRecord[],
): Promise<void> {
  if (records.length === 0) return;
  const { sections } = tables;
  const ids = records.map((record) => record.id);
  await deleteBylinesAndTags(tx, tables, ids);
  await tx.delete(sections).where(inArray(sections.articleId, ids));
  await publications.remove(tx, ids);
}

async function insertParts(
  tx: Tx,
  deps: RestoreDeps,
  records: readonly ArticleRecord[],
  replaced: ReadonlySet<string>,
): Promise<void> {
  const { tables, publications, index, at } = deps;
  await restoreSlugs(tx, tables, records.flatMap(slugRows), replaced);
  await insertBylinesAndTags(tx, tables, records.map(bylinesAndTagsOf));
  await tx.insertMany(tables.sections, records.flatMap(sectionRows));
  const counts = await restoreComments(tx, deps, records, replaced);
  const published = records
    .map((record) => restoredPublication(record, counts.get(record.id) ?? 0))
    .filter((rows): rows is PublicationRows => rows !== null);
  const stored = await publications.store(tx, published);
  const views = new Map(records.map(({ id, publication }) => [id, publication?.views]));
  await restoreViews(tx, tables, stored, (id) => views.get(id), at);
  const differing = records.filter(({ publication }) => publication === null || publication.snapshot !== null);
  const rows = differing.map(({ id }) => id);
  const copies = await tx.select().from(tables.articles).where(inArray(tables.articles.id, rows));
  await index.putArticles(tx, await loadWorkingCopies(tx, tables, copies));
}

async function restoreSlugs(
  tx: Tx,
  { articleSlugs }: Tables,
  rows: (typeof articleSlugs.$inferInsert)[],
  replaced: ReadonlySet<string>,
): Promise<void> {
  const fresh = rows.filter((row) => !replaced.has(row.articleId));
  await tx.insertMany(articleSlugs, fresh);
  for (const row of rows.filter((each) => replaced.has(each.articleId))) {
    const { articleId, slugKey: _key, ...rest } = row;
    // What readers have seen since is not unseen.
    const set = { ...rest, wasPublic: sql`${articleSlugs.wasPublic} or excluded.was_public` };
    const [stored] = await tx
      .insert(articleSlugs)
      .values(row)
      .onConflictDoUpdate({ target: articleSlugs.slugKey, set, setWhere: eq(articleSlugs.articleId, articleId) })
      .returning({ slug: articleSlugs.slug });
    if (!stored) throw takenSlug();
  }
}

/** Inserts or updates comments, and indexes them; answers how many of each article are approved now. */
async function restoreComments(
  tx: Tx,
  { tables, index }: RestoreDeps,
  records: readonly ArticleRecord[],
  replaced: ReadonlySet<string>,
): Promise<Map<string, number>> {
  const { comments } = tables;
  const discussed = records.filter((record) => record.comments.length > 0).map((record) => record.id);
  const numbers = await numbersOf(tx, tables.articles, discussed);
  const rows = records.flatMap(commentRows).map((row) => ({ ...row, articleN: numbers.get(row.articleId) as number }));
  const approved = new Map<string, number>();
  for (const { articleId, status } of rows)
    if (status === 'approved') approved.set(articleId, (approved.get(articleId) ?? 0) + 1);
  const fresh = rows.filter((row) => !replaced.has(row.articleId));
  const inserted = await tx.insertMany(comments, fresh, { returning: ['id', 'n'] });
  const stored = new Map(inserted.map((row) => [row.id, row.n]));
  const merged = records.filter((record) => replaced.has(record.id)).map((record) => record.id);
  for (const row of rows.filter((each) => replaced.has(each.articleId))) {
    const { id, articleId: _, articleN, approvedReplies: _counted, ...set } = row;
    const [own] = await tx
      .insert(comments)
      .values(row)
      .onConflictDoUpdate({ target: comments.id, set, setWhere: eq(comments.articleN, articleN) })
      .returning({ n: comments.n });
    if (!own)
      throw new LineError({
        en: `comments: ${id} is a comment on another article`,
        ar: `comments: ${id} تعليق على مقال آخر.`,
      });
    stored.set(id, own.n);
  }
  await index.putComments(
    tx,
    rows.map((row) => ({ ...row, n: stored.get(row.id) as number })),
  );
  for (const articleId of merged) approved.set(articleId, await recount(tx, tables, articleId));
  return approved;
}

/** Counts the approved comments of an article, and those below each comment, where old and restored ones have met. */
async function recount(tx: Tx, { comments }: Tables, articleId: string): Promise<number> {
  const { id, parentId, status, approvedReplies } = comments;
  const rows = await tx
    .select({ id, parentId, status, approvedReplies })
    .from(comments)
    .where(eq(comments.articleN, numberOfArticle(articleId)));
  const below = countApprovedBelow(rows);
  for (const row of rows) {
    const counted = below.get(row.id) ?? 0;
    if (counted !== row.approvedReplies)
      await tx.update(comments).set({ approvedReplies: counted }).where(eq(comments.id, row.id));
  }
  return rows.filter((row) => row.status === 'approved').length;
}
