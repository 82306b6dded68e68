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
    authors.map(({ id, role }, position) => ({ articleId, position, authorId: id, role })),
  );
  const tagged = all.flatMap(({ articleId, tagIds = [] }) =>
    tagIds.map((tagId, position) => ({ articleId, position, tagId })),
  );
  const ofArticle =
    known ??
    (await numbersOf(
      tx,
      articles,
      [...bylines, ...tagged].map(({ articleId }) => articleId),
    ));
  const ofAuthor = await numbersOf(
    tx,
    authors,
    bylines.map(({ authorId }) => authorId),
  );
  const ofTag = await numbersOf(
    tx,
    tags,
    tagged.map(({ tagId }) => tagId),
  );
  await tx.insertMany(
    articleAuthors,
    bylines.map(({ articleId, position, authorId, role }) => ({
      ...{ articleN: numberIn(ofArticle, articleId), position, authorN: numberIn(ofAuthor, authorId), role },
    })),
  );
  await tx.insertMany(
    articleTags,
    tagged.map(({ articleId, position, tagId }) => ({
      ...{ articleN: numberIn(ofArticle, articleId), position, tagN: numberIn(ofTag, tagId) },
    })),
  );
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

function numberIn(numbers: ReadonlyMap<string, number>, id: string): number {
  const n = numbers.get(id);
  if (n === undefined) throw vanishedReference();
  return n;
}
