import { sql } from 'drizzle-orm';
import { inPieces } from '../in-pieces.ts';
import { lexeme } from './postgres-expression.ts';
import type { IndexWriter } from './search-index.ts';
import type { Terms } from './texts.ts';

/** Writes tables of text search vectors. Whatever refers to nothing any more is deleted by its reference. */
export const postgresWriter: IndexWriter = {
  async putPublications(tx, entries) {
    for await (const part of inPieces(entries, rowsAtOnce))
      await tx.run(putPublications, {
        numbers: part.map(({ n }) => n),
        terms: part.map(({ terms }) => storyVector(terms)),
        words: part.map(({ words }) => words.map(lexeme).join(' ')),
      });
  },

  async putArticles(tx, entries) {
    for await (const part of inPieces(entries, rowsAtOnce))
      await tx.run(putArticles, {
        ids: part.map(({ articleId }) => articleId),
        terms: part.map(({ terms }) => storyVector(terms)),
      });
  },

  async putComments(tx, entries) {
    for await (const part of inPieces(entries, rowsAtOnce))
      await tx.run(putComments, {
        numbers: part.map(({ n }) => n),
        terms: part.map(({ body, author }) =>
          vector([
            [body, 'A'],
            [author, 'D'],
          ]),
        ),
      });
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

/** Many rows in one parameter for each column, so that neither side builds or reads a statement anew. */
const given = (name: string, type: string) => sql`${sql.placeholder(name)}::${sql.raw(type)}[]`;
const terms = given('terms', 'text');
const replaced = sql`on conflict (n) do update set terms = excluded.terms`;
const putPublications = sql`insert into search_publications (n, terms, words) select n, terms::tsvector, words::tsvector from unnest(${given('numbers', 'integer')}, ${terms}, ${given('words', 'text')}) given (n, terms, words) ${replaced}, words = excluded.words`;
const putArticles = sql`insert into search_articles (n, terms) select a.n, given.terms::tsvector from unnest(${given('ids', 'text')}, ${terms}) given (id, terms) join articles a on a.id = given.id ${replaced}`;
const putComments = sql`insert into search_comments (n, terms) select n, terms::tsvector from unnest(${given('numbers', 'integer')}, ${terms}) given (n, terms) ${replaced}`;

const rowsAtOnce = 500;

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
