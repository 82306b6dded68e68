import { type SQL, sql } from 'drizzle-orm';
import { numberOfArticle } from '../articles/numbers.ts';
import type { Tx } from '../db/database.ts';
import { lexeme } from './postgres-expression.ts';
import type { IndexWriter } from './search-index.ts';
import type { Terms } from './texts.ts';

/** Writes tables of text search vectors. Whatever refers to nothing any more is deleted by its reference. */
export const postgresWriter: IndexWriter = {
  async putPublications(tx, entries) {
    await upsert(
      tx,
      sql`search_publications (n, terms, words)`,
      sql`n`,
      sql`terms = excluded.terms, words = excluded.words`,
      entries.map(
        ({ n, terms, words }) =>
          sql`(${n}::integer, ${storyVector(terms)}::tsvector, ${words.map(lexeme).join(' ')}::tsvector)`,
      ),
    );
  },

  async putArticles(tx, entries) {
    await upsert(
      tx,
      sql`search_articles (n, terms)`,
      sql`n`,
      sql`terms = excluded.terms`,
      entries.map(({ articleId, terms }) => sql`(${numberOfArticle(articleId)}, ${storyVector(terms)}::tsvector)`),
    );
  },

  async putComments(tx, entries) {
    const terms = entries.map(({ body, author }) =>
      vector([
        [body, 'A'],
        [author, 'D'],
      ]),
    );
    await tx.run(putComments, { numbers: entries.map(({ n }) => n), terms });
  },

  async removeArticles(tx, articleIds) {
    const ids = sql`any(${sql.param([...articleIds])}::text[])`;
    await tx.run(sql`delete from search_articles where n in (select n from articles where id = ${ids})`);
  },

  async removeComments(tx, numbers) {
    await tx.run(sql`delete from search_comments where n = any(${sql.param([...numbers])}::integer[])`);
  },

  async leavePieces() {},

  async mergeEvenly() {},
};

const putComments = sql`insert into search_comments (n, terms) select n, terms::tsvector from unnest(${sql.placeholder('numbers')}::integer[], ${sql.placeholder('terms')}::text[]) given (n, terms) on conflict (n) do update set terms = excluded.terms`;

const rowsAtOnce = 500;

async function upsert(tx: Tx, into: SQL, key: SQL, replaced: SQL, rows: readonly SQL[]): Promise<void> {
  for (let start = 0; start < rows.length; start += rowsAtOnce) {
    const values = sql.join(rows.slice(start, start + rowsAtOnce), sql`, `);
    await tx.run(sql`insert into ${into} values ${values} on conflict (${key}) do update set ${replaced}`);
  }
}

function storyVector({ headline, lead, headings, body, names }: Terms): string {
  return vector([
    [headline, 'A'],
    [lead, 'B'],
    [headings, 'C'],
    [body.toString(), 'D'],
    [names, 'D'],
  ]);
}

/** The last place that a vector knows, and how many places of a term it keeps. */
const lastPosition = 16_383;
const mostPositions = 255;

/**
 * Terms with their places and weights, written as PostgreSQL reads a tsvector. A gap lies between two parts, so that no
 * phrase spans them.
 */
function vector(parts: readonly (readonly [terms: string, weight: string])[]): string {
  const places = new Map<string, string[]>();
  let position = 0;
  for (const [terms, weight] of parts) {
    for (const term of terms.split(' ')) {
      if (term === '') continue;
      position++;
      const own = places.get(term) ?? [];
      if (own.length < mostPositions) own.push(`${Math.min(position, lastPosition)}${weight}`);
      places.set(term, own);
    }
    position++;
  }
  return [...places].map(([term, own]) => `${lexeme(term)}:${own.join()}`).join(' ');
}
