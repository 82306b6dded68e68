import { getTableColumns, getTableName } from 'drizzle-orm';
import { getTableConfig, type PgColumn, type PgTable } from 'drizzle-orm/pg-core';
import { inPieces } from '../in-pieces.ts';
import { type InsertMany, onConflict, quoted, readerOf, type Taken } from './insert-many.ts';

/** What runs a statement that the server prepares once for each connection. */
type Run = (text: string, values: unknown[]) => Promise<{ rows: Record<string, unknown>[] }>;

/** One that is too long for its memory would be refused by the server. */
const rowsAtOnce = 1000;

/**
 * For PostgreSQL, where each statement is a way to the server and back: many rows at once, in one parameter for each
 * column, so that the statement is the same for any number of rows and neither side builds or reads it anew.
 */
export function insertManyInto(run: Run): InsertMany {
  return async (table, rows, { taken, returning = [] } = {}) => {
    const inserted: Record<string, unknown>[] = [];
    for await (const part of inPieces(rows as readonly Record<string, unknown>[], rowsAtOnce)) {
      const columns = columnsGiven(table, part);
      const values = columns.map(([name, column]) => part.map(readerOf(name, column)));
      const answer = await run(textOf(table, columns, { taken, returning }), values);
      inserted.push(...answer.rows);
    }
    return inserted as never;
  };
}

/** All but numbers that the database shall count. */
function columnsGiven(table: PgTable, rows: readonly Record<string, unknown>[]): [string, PgColumn][] {
  return Object.entries(getTableColumns(table) as Record<string, PgColumn>).filter(
    ([name, column]) => column.generatedIdentity === undefined || rows.some((row) => row[name] !== undefined),
  );
}

function textOf(
  table: PgTable,
  columns: [string, PgColumn][],
  { taken, returning }: { taken: Taken | undefined; returning: readonly string[] },
): string {
  const all = getTableColumns(table) as Record<string, PgColumn>;
  const names = columns.map(([, column]) => quoted(column.name));
  const arrays = columns.map(([, column], place) => `$${place + 1}::${typeOf(column)}[]`).join();
  const asked = returning.map((name) => `${quoted(all[name]?.name ?? name)} as ${quoted(name)}`).join();
  return [
    `insert into ${quoted(getTableName(table))} (${names}) select * from unnest(${arrays})`,
    ...(taken ? [onConflict(taken, names, primaryKeyOf(table))] : []),
    ...(asked === '' ? [] : [`returning ${asked}`]),
  ].join(' ');
}

function primaryKeyOf(table: PgTable): string[] {
  const { columns, primaryKeys } = getTableConfig(table);
  const key = primaryKeys[0]?.columns ?? columns.filter(({ primary }) => primary);
  return key.map(({ name }) => quoted(name));
}

function typeOf(column: PgColumn): string {
  return column.getSQLType().replace(/ COLLATE .*$/, '');
}
