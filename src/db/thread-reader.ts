// Runs in a worker thread: reads a SQLite file through a connection of the thread's own. It loads as little as can be,
// for a thread costs memory and starts in the middle of somebody's request.
import BetterSqlite, { type Database as Connection, type Statement } from 'better-sqlite3';

export type ReadTask = { file: string; text: string; params: unknown[] };

const statementsKept = 100;
const connections = new Map<string, { connection: Connection; statements: Map<string, Statement> }>();

export function rows({ file, text, params }: ReadTask): unknown[] {
  const { connection, statements } = open(file);
  const statement = statements.get(text) ?? connection.prepare(text);
  // The one used last comes last, so that the first is the one to forget.
  statements.delete(text);
  statements.set(text, statement);
  if (statements.size > statementsKept) statements.delete(statements.keys().next().value ?? '');
  return statement.all(...params);
}

function open(file: string) {
  const known = connections.get(file);
  if (known) return known;
  const connection = new BetterSqlite(file, { readonly: true, fileMustExist: true, timeout: 1000 });
  connection.pragma('cache_size = -8000');
  connection.pragma('temp_store = MEMORY');
  connection.pragma('mmap_size = 268435456');
  const opened = { connection, statements: new Map<string, Statement>() };
  connections.set(file, opened);
  return opened;
}
