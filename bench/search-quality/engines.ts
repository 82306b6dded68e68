import { spawn } from 'node:child_process';
import { once } from 'node:events';
import Database from 'better-sqlite3';
import pg from 'pg';
import type { AskedWord } from './analysers.ts';

/** An index of documents, by their numbers, and the best of them for a question. */
export type Index = { search: (words: AskedWord[], limit: number) => Promise<number[]>; close: () => Promise<void> };

/** FTS5 in memory with the columns and weights of the product; only the body is filled. */
export async function sqliteIndex(documents: string[]): Promise<Index> {
  const db = new Database(':memory:');
  db.exec(`CREATE VIRTUAL TABLE documents USING fts5(headline, lead, body, source,
    content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 0")`);
  const insert = db.prepare('INSERT INTO documents(rowid, body) VALUES (?, ?)');
  db.transaction(() => {
    for (const [number, text] of documents.entries()) insert.run(number, text);
  })();
  const select = db
    .prepare('SELECT rowid FROM documents WHERE documents MATCH ? ORDER BY bm25(documents, 10, 4, 1, 2) LIMIT ?')
    .pluck();
  return {
    search: async (words, limit) => {
      const phrases = words.flatMap(({ terms, alternatives }) => [...terms.map((term) => [term]), ...alternatives]);
      return select.all(phrases.map((phrase) => `"${phrase.join(' ')}"`).join(' OR '), limit) as number[];
    },
    close: async () => void db.close(),
  };
}

/** A throw-away PostgreSQL with the weights and the rank of the product; the body has weight D. */
export async function postgresIndex(documents: string[]): Promise<Index> {
  const server = spawn(process.execPath, ['tests/support/postgres-server.ts'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [url] = await once(server.stdout, 'data');
  const client = new pg.Client({ connectionString: String(url).trim() });
  await client.connect();
  await client.query('CREATE TABLE documents (number int PRIMARY KEY, terms tsvector NOT NULL)');
  const batch = 500;
  for (let from = 0; from < documents.length; from += batch) {
    await client.query(
      `INSERT INTO documents SELECT number + $1, setweight(to_tsvector('simple', text), 'D')
       FROM unnest($2::text[]) WITH ORDINALITY AS texts(text, number)`,
      [from - 1, documents.slice(from, from + batch)],
    );
  }
  await client.query('CREATE INDEX ON documents USING gin (terms)');
  await client.query('ANALYZE documents');
  const select = `SELECT number FROM documents, (SELECT $1::tsquery AS query) AS asked
    WHERE terms @@ query ORDER BY ts_rank(terms, query, 1) DESC, number LIMIT $2`;
  return {
    async search(words, limit) {
      const phrases = words.flatMap(({ terms, alternatives }) => [...terms.map((term) => [term]), ...alternatives]);
      const query = phrases.map((phrase) => `(${phrase.map((term) => `'${term}'`).join(' <-> ')})`).join(' | ');
      const { rows } = await client.query<{ number: number }>(select, [query, limit]);
      return rows.map(({ number }) => number);
    },
    async close() {
      await client.end();
      server.stdin.end();
      await once(server, 'exit');
    },
  };
}
