import { getTableColumns } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Tx } from './database.ts';
import type { InsertMany } from './insert-many.ts';

/** PostgreSQL takes 65,535 parameters. */
const parametersAtOnce = 32_000;

/** For PostgreSQL, where each statement is a way to the server and back: as many rows at once as it takes. */
export function insertManyInto(tx: Pick<Tx, 'insert'>): InsertMany {
  return async (table, rows, { skipTaken = false, returning = [] } = {}) => {
    const columns = getTableColumns(table) as Record<string, PgColumn>;
    const size = Math.floor(parametersAtOnce / Object.keys(columns).length);
    const inserted: unknown[] = [];
    for (let start = 0; start < rows.length; start += size) {
      const insert = tx.insert(table).values(rows.slice(start, start + size) as never);
      const query = skipTaken ? insert.onConflictDoNothing() : insert;
      if (returning.length === 0) await query;
      else
        inserted.push(
          ...(await query.returning(Object.fromEntries(returning.map((name) => [name, columns[name] as PgColumn])))),
        );
    }
    return inserted as never;
  };
}
