import { sql } from 'drizzle-orm';
import type { Tx } from '../db/database.ts';
import type { IndexWriter } from './search-index.ts';

/** Writes the FTS5 tables. They refuse to change some columns of a row only, so rows are replaced whole. */
export const sqliteWriter: IndexWriter = {
  async putPublications(tx, entries) {
    for (const { n, terms, facets, words } of entries) {
      const { body, headline, lead, headings, names } = terms;
      await tx.run(
        sql`insert or replace into search_publications (rowid, body, headline, lead, headings, names, facets) values (${n}, ${body}, ${headline}, ${lead}, ${headings}, ${names}, ${facets.join(' ')})`,
      );
      await tx.run(sql`insert or replace into search_headlines (rowid, words) values (${n}, ${words.join(' ')})`);
    }
  },

  async putArticles(tx, entries) {
    for (const { articleId, terms } of entries) {
      const { body, headline, lead, headings, names } = terms;
      const n = await numberOf(tx, 'article', articleId);
      await tx.run(
        sql`insert or replace into search_articles (rowid, body, headline, lead, headings, names) values (${n}, ${body}, ${headline}, ${lead}, ${headings}, ${names})`,
      );
    }
  },

  async putComments(tx, entries) {
    for (const { id, body, author } of entries) {
      const n = await numberOf(tx, 'comment', id);
      await tx.run(sql`insert or replace into search_comments (rowid, body, author) values (${n}, ${body}, ${author})`);
    }
  },

  // Triggers take the rest out of the index.
  async removeArticles(tx, articleIds) {
    await tx.run(
      sql`delete from search_article_keys where article_id in (select value from json_each(${JSON.stringify(articleIds)}))`,
    );
  },

  async removeComments(tx, ids) {
    await tx.run(
      sql`delete from search_comment_keys where comment_id in (select value from json_each(${JSON.stringify(ids)}))`,
    );
  },
};

/** The number by which FTS5 knows something that has a UUID. */
async function numberOf(tx: Tx, kind: 'article' | 'comment', id: string): Promise<number> {
  const table = sql.raw(`search_${kind}_keys`);
  const column = sql.raw(`${kind}_id`);
  const [made] = await tx.rows<{ n: number }>(
    sql`insert into ${table} (${column}) values (${id}) on conflict do nothing returning n`,
  );
  if (made) return made.n;
  const [found] = await tx.rows<{ n: number }>(sql`select n from ${table} where ${column} = ${id}`);
  if (!found) throw new Error(`the search index has no number for ${kind} ${id}`);
  return found.n;
}
