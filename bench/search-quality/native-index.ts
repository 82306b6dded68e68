import Database from 'better-sqlite3';
import type { AskedWord } from './analysers.ts';

/** An index of documents, by their numbers, and the best of them for a question. */
export type Index = { search: (words: AskedWord[], limit: number) => Promise<number[]>; close: () => Promise<void> };

/** FTS5 in memory with the weights of the product; only the body is filled. */
export async function nativeIndex(documents: string[]): Promise<Index> {
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
