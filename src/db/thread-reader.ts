// Runs in a worker thread: reads a SQLite file through a connection of the thread's own. It loads as little as can be,
// for a thread costs memory and starts in the middle of somebody's request.
import BetterSqlite, { type Database as Connection, type Statement } from 'better-sqlite3';
import { plannedOnce } from './planned-once.ts';

export type ReadTask = { file: string; text: string; params: unknown[] };

/** A file as a thread reads it. */
export type ThreadReader = {
  connection: Connection;
  /** A prepared statement, which is kept. */
  statement: (text: string) => Statement;
  /** Does several reads as of one moment. It is also quicker, for each read alone locks and unlocks the file. */
  atOnce: <T>(read: (reader: ThreadReader) => Promise<T>) => Promise<T>;
};

const statementsKept = 100;
const readers = new Map<string, ThreadReader>();

export function rows({ file, text, params }: ReadTask): unknown[] {
  return threadReader(file)
    .statement(text)
    .all(...params);
}

/** The thread's connection to a file, and the statements that it has prepared. */
export function threadReader(file: string): ThreadReader {
  const known = readers.get(file);
  if (known) return known;
  const connection = new BetterSqlite(file, { readonly: true, fileMustExist: true, timeout: 1000 });
  connection.pragma('cache_size = -8000');
  connection.pragma('temp_store = MEMORY');
  connection.pragma('mmap_size = 2147418112');
  const begin = connection.prepare('begin');
  const commit = connection.prepare('commit');
  const kept = new Map<string, Statement>();
  const opened: ThreadReader = {
    connection,
    statement(text) {
      const found = kept.get(text) ?? connection.prepare(plannedOnce(text));
      // The one used last comes last, so that the first is the one to forget.
      kept.delete(text);
      kept.set(text, found);
      if (kept.size > statementsKept) kept.delete(kept.keys().next().value ?? '');
      return found;
    },
    async atOnce(read) {
      begin.run();
      try {
        return await read(opened);
      } finally {
        commit.run();
      }
    },
  };
  readers.set(file, opened);
  return opened;
}
