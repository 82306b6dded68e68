import type { SQL } from 'drizzle-orm';
import type { Threads } from '../threads.ts';
import { compile } from './sqlite-connection.ts';
import type { ReadTask } from './thread-reader.ts';

const reader = new URL('./thread-reader.ts', import.meta.url);

/** Answers the rows of a query, or of one that is text already. */
export type LongReads = <Row>(query: SQL | Pick<ReadTask, 'text' | 'params'>) => Promise<Row[]>;

/** Reads of a SQLite file that may take long: threads do them, each through a read-only connection of its own. */
export function createLongReads(file: string, threads: Pick<Threads, 'run'>): LongReads {
  return <Row>(query: SQL | Pick<ReadTask, 'text' | 'params'>) =>
    threads.run<ReadTask, Row[]>(reader, 'rows', { file, ...('text' in query ? query : compile(query)) });
}
