import { inArray } from 'drizzle-orm';
import type { Tx } from '../db/database.ts';
import type { Tables } from '../db/tables.ts';
import { numbersOf } from './numbers.ts';
import { vanishedReference } from './references.ts';

/** The bylines and tags of an article, in order. */
export type BylinesAndTags = {
  articleId: string;
  authors?: readonly { id: string; role: string }[];
  tagIds?: readonly string[];
};

/**
 * Inserts bylines and tags of articles that have none. `known` are numbers of articles that the caller has. Throws
 * AppError `unprocessable` where an author or a tag does not exist any more.
 */
export async function insertBylinesAndTags(
  tx: Tx,
  tables: Tables,
  all: readonly BylinesAndTags[],
  known?: ReadonlyMap<string, number>,
): Promise<void> {
  const { articles, authors, tags, articleAuthors, articleTags } = tables;
  const bylines = all.flatMap(({ articleId, authors = [] }) =>
    authors.map(({ id, role }, position) => ({ articleId, id, position, role })),
  );
  const tagged = all.flatMap(({ articleId, tagIds = [] }) =>
    tagIds.map((id, position) => ({ articleId, id, position })),
  );
  const articleIds = [...bylines, ...tagged].map((row) => row.articleId);
  const ofArticle = known ?? (await numbersOf(tx, articles, articleIds));
  const ofAuthor = await numbersOf(tx, authors, bylines.map(idOf));
  const ofTag = await numbersOf(tx, tags, tagged.map(idOf));
  const bylineRows = bylines.map(({ articleId, id, position, role }) => {
    return { articleN: numberIn(ofArticle, articleId), position, authorN: numberIn(ofAuthor, id), role };
  });
  const tagRows = tagged.map(({ articleId, id, position }) => {
    return { articleN: numberIn(ofArticle, articleId), position, tagN: numberIn(ofTag, id) };
  });
  await tx.insertMany(articleAuthors, bylineRows);
  await tx.insertMany(articleTags, tagRows);
}

/** Deletes the bylines and the tags of articles. */
export async function deleteBylinesAndTags(tx: Tx, tables: Tables, articleIds: readonly string[]): Promise<void> {
  const { articles, articleAuthors, articleTags } = tables;
  if (articleIds.length === 0) return;
  const numbers = tx
    .select({ n: articles.n })
    .from(articles)
    .where(inArray(articles.id, [...articleIds]));
  await tx.delete(articleAuthors).where(inArray(articleAuthors.articleN, numbers));
  await tx.delete(articleTags).where(inArray(articleTags.articleN, numbers));
}

function idOf(row: { id: string }): string {
  return row.id;
}

function numberIn(numbers: ReadonlyMap<string, number>, id: string): number {
  const n = numbers.get(id);
  if (n === undefined) throw vanishedReference();
  return n;
}
