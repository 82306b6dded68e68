import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { numberOfArticle } from '../articles/numbers.ts';
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
    for (const { articleId, terms } of entries) await tx.run(putArticle, { articleId, ...terms });
  },

  async putComments(tx, entries) {
    for (const entry of entries) await tx.run(putComment, entry);
  },

  async removeArticles(tx, articleIds) {
    await tx.run(removeArticles, { ids: JSON.stringify(articleIds) });
  },

  async removeComments(tx, numbers) {
    await tx.run(removeComments, { numbers: JSON.stringify(numbers) });
  },

  async leavePieces(tx) {
    for (const name of tablesOfStories) {
      await tx.run(mergeByItself(name, 0));
      tx.share(writePieces, { name, pages: 0 });
    }
  },

  async mergeEvenly(tx, stage, documents) {
    for (const name of stage === 'publications' ? tablesOfStories : [`search_${stage}`]) {
      await tx.run(mergeByItself(name, 0));
      tx.share(writePieces, { name, pages: documents * pagesForEach });
    }
  },
};

const tablesOfStories = ['search_publications', 'search_headlines'];
/** FTS5 merges pieces of one size by itself once there are so many, where nobody says otherwise. */
const mergedAtOnce = 4;

/** What a document leaves behind is merged several times, into larger and larger pieces: about three pages for one of 6 KB. */
const pagesForEach = 6;

/**
 * Writes what was indexed, and merges some pages. The setting is one of the file, so it is put back before the commit:
 * no death of a process can leave it behind.
 */
async function writePieces(tx: Tx, wishes: readonly { name: string; pages: number }[]): Promise<void> {
  for (const [name, wished] of Map.groupBy(wishes, (wish) => wish.name)) {
    const table = sql.raw(name);
    const pages = wished.reduce((sum, wish) => sum + wish.pages, 0);
    await tx.run(sql`insert into ${table} (${table}) values ('flush')`);
    if (pages > 0) await tx.run(sql`insert into ${table} (${table}, rank) values ('merge', ${sql.raw(String(pages))})`);
    await tx.run(mergeByItself(name, mergedAtOnce));
  }
}

function mergeByItself(name: string, pieces: number): SQL {
  const table = sql.raw(name);
  // A number that is bound comes as a fraction, which FTS5 refuses.
  return sql`insert into ${table} (${table}, rank) values ('automerge', ${sql.raw(String(pieces))})`;
}

const putPublication = insertOrReplace('search_publications', [
  'body',
  'headline',
  'lead',
  'headings',
  'names',
  'facets',
]);
const putHeadline = insertOrReplace('search_headlines', ['words']);
const putArticle = insertOrReplace(
  'search_articles',
  ['body', 'headline', 'lead', 'headings', 'names'],
  numberOfArticle(sql.placeholder('articleId')),
);
const putComment = insertOrReplace('search_comments', ['body', 'author']);
const removeArticles = sql`delete from search_articles where rowid in (select n from articles where id in (select value from json_each(${sql.placeholder('ids')})))`;
const removeComments = sql`delete from search_comments where rowid in (select value from json_each(${sql.placeholder('numbers')}))`;

function insertOrReplace(table: string, columns: string[], n: SQLWrapper = sql.placeholder('n')): SQL {
  const marks = sql.join([n, ...columns.map((name) => sql.placeholder(name))], sql`, `);
  return sql`insert or replace into ${sql.raw(table)} (rowid, ${sql.raw(columns.join(', '))}) values (${marks})`;
}
