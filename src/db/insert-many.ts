import { Column, getTableColumns, getTableName, is, SQL, type Table } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Connection } from './sqlite-connection.ts';

export type InsertOptions<T extends PgTable, Key extends keyof T['$inferSelect'] & string> = {
  /**
   * What becomes of rows whose place is taken; without it they are refused, and all others with them. `skip` leaves out those
   * whose place in any unique index is taken, `replace` has a row take the place of the one with the same primary key.
   */
  taken?: Taken;
  /** What to answer of each row that was inserted: columns that the rows give, and the number the database counts. */
  returning?: readonly Key[];
};

export type Taken = 'skip' | 'replace';

/** Inserts rows in one statement after another, as many at once as the engine takes, without building each anew. */
export type InsertMany = <T extends PgTable, Key extends keyof T['$inferSelect'] & string = never>(
  table: T,
  rows: readonly T['$inferInsert'][],
  options?: InsertOptions<T, Key>,
) => Promise<Pick<T['$inferSelect'], Key>[]>;

type Plan = { values: ((row: Record<string, unknown>) => unknown)[]; text: string };

const plans = new WeakMap<Table, Map<Taken | undefined, Plan>>();

/**
 * For SQLite, where a statement costs nothing to run again: one row each time, by the same prepared statement. To build
 * one statement of a hundred rows takes Drizzle ten times longer than SQLite needs to insert them.
 */
export function insertManyInto(client: Pick<Connection, 'prepare'>): InsertMany {
  return async (table, rows, { taken, returning = [] } = {}) => {
    if (rows.length === 0) return [];
    const { values, text } = planOf(table, taken);
    const statement = client.prepare(text);
    const inserted: Record<string, unknown>[] = [];
    for (const row of rows as readonly Record<string, unknown>[]) {
      const { changes, lastInsertRowid } = statement.run(values.map((valueIn) => valueIn(row)));
      // RETURNING would make SQLite keep a journal for each statement, at the price of the whole insert.
      if (changes === 1 && returning.length > 0)
        inserted.push(Object.fromEntries(returning.map((name) => [name, row[name] ?? lastInsertRowid])));
    }
    return inserted as never;
  };
}

function planOf(table: Table, taken: Taken | undefined): Plan {
  const own = plans.get(table) ?? new Map<Taken | undefined, Plan>();
  plans.set(table, own);
  const found = own.get(taken);
  if (found) return found;
  const columns = Object.entries(getTableColumns(table));
  const names = columns.map(([, column]) => quoted(column.name));
  const insert = `insert into ${quoted(getTableName(table))} (${names}) values (${names.map(() => '?')})`;
  const text = [insert, ...(taken ? [onConflict(taken, names, [])] : [])].join(' ');
  const plan = { values: columns.map(([name, column]) => readerOf(name, column)), text };
  own.set(taken, plan);
  return plan;
}

/** What is said of taken places; SQLite needs no `key`. */
export function onConflict(taken: Taken, names: readonly string[], key: readonly string[]): string {
  if (taken === 'skip') return 'on conflict do nothing';
  const target = key.length === 0 ? '' : `(${key}) `;
  return `on conflict ${target}do update set ${names.map((name) => `${name} = excluded.${name}`)}`;
}

/** Reads a column's value of a row, as the driver takes it. What can be asked of the column alone is asked here, once. */
export function readerOf(name: string, column: Column): Plan['values'][number] {
  const fallback = is(column.default, SQL) ? undefined : column.default;
  const isPlain = column.mapToDriverValue === Column.prototype.mapToDriverValue;
  return (row) => {
    const value = row[name];
    const given = value === undefined ? fallback : value;
    if (given === undefined || given === null) return null;
    return isPlain ? given : column.mapToDriverValue(given);
  };
}

export function quoted(name: string): string {
  return `"${name}"`;
}
