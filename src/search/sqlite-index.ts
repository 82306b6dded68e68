import { type SQL, sql } from 'drizzle-orm';
import type { Tx } from '../db/database.ts';
import type { IndexWriter } from './search-index.ts';

/** Writes the FTS5 tables. They refuse to change some columns of a row only, so rows are replaced whole. */
export const sqliteWriter: IndexWriter = {
  async putPublications(tx, entries) {
    for (const { n, terms, facets, words } of entries) {
      await tx.run(putPublication, { n, ...terms, facets: facets.join(' ') });
      await tx.run(putHeadline, { n, words: words.join(' ') });
    }
  },

  async putArticles(tx, entries) {
    const numbers = await numbersOf(
      tx,
      articleKeys,
      entries.map(({ articleId }) => articleId),
    );
    for (const { articleId, terms } of entries) await tx.run(putArticle, { n: numbers.get(articleId), ...terms });
  },

  async putComments(tx, entries) {
    for (const entry of entries) await tx.run(putComment, entry);
  },

  // A trigger takes the rest out of the index.
  async removeArticles(tx, articleIds) {
    await tx.run(removeKeysOfArticles, { ids: JSON.stringify(articleIds) });
  },

  async removeComments(tx, numbers) {
    await tx.run(removeComments, { numbers: JSON.stringify(numbers) });
  },
};

const putPublication = insertOrReplace('search_publications', [
  'body',
  'headline',
  'lead',
  'headings',
  'names',
  'facets',
]);
const putHeadline = insertOrReplace('search_headlines', ['words']);
const putArticle = insertOrReplace('search_articles', ['body', 'headline', 'lead', 'headings', 'names']);
const putComment = insertOrReplace('search_comments', ['body', 'author']);
const articleKeys = keysOf('search_article_keys', 'article_id');
const removeKeysOfArticles = sql`delete from search_article_keys where article_id in (select value from json_each(${sql.placeholder('ids')}))`;
const removeComments = sql`delete from search_comments where rowid in (select value from json_each(${sql.placeholder('numbers')}))`;

function insertOrReplace(table: string, columns: string[]): SQL {
  const marks = sql.join(
    ['n', ...columns].map((name) => sql.placeholder(name)),
    sql`, `,
  );
  return sql`insert or replace into ${sql.raw(table)} (rowid, ${sql.raw(columns.join(', '))}) values (${marks})`;
}

type Keys = { make: SQL; find: SQL };

function keysOf(table: string, column: string): Keys {
  const ids = sql`select value from json_each(${sql.placeholder('ids')})`;
  return {
    make: sql`insert into ${sql.raw(table)} (${sql.raw(column)}) ${ids} where true on conflict do nothing`,
    find: sql`select n, ${sql.raw(column)} as id from ${sql.raw(table)} where ${sql.raw(column)} in (${ids})`,
  };
}

/**
 * The numbers by which FTS5 knows things that have UUIDs. All at once, because a statement that may fail in its middle
 * makes FTS5 write out what it has collected until then.
 */
async function numbersOf(tx: Tx, { make, find }: Keys, ids: readonly string[]): Promise<Map<string, number>> {
  const values = { ids: JSON.stringify(ids) };
  await tx.run(make, values);
  const found = await tx.rows<{ n: number; id: string }>(find, values);
  return new Map(found.map(({ n, id }) => [id, n]));
}
