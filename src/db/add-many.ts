import { getTableColumns, getTableName } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { quoted } from './insert-many.ts';
import type { Connection } from './sqlite-connection.ts';

type Addition<T extends PgTable, Key extends keyof T['$inferSelect'] & string> = {
  /** The unique column of text that rows are found by. */
  key: keyof T['$inferSelect'] & string;
  /** The number that is added to. */
  number: keyof T['$inferSelect'] & string;
  /** How much, by the row's key. */
  amounts: ReadonlyMap<string, number>;
  /** What to answer of each row that is there, as the driver gives it. */
  returning: readonly Key[];
};

/**
 * Adds to a number of many rows. They are locked in the order of their keys until the transaction ends: of two who add to
 * the same rows one waits for the other, and never both.
 */
export type AddMany = <T extends PgTable, Key extends keyof T['$inferSelect'] & string>(
  table: T,
  addition: Addition<T, Key>,
) => Promise<Pick<T['$inferSelect'], Key>[]>;

/** For SQLite, which has one writer and runs a statement again for nothing: one row after another. */
export function addOnePerStatement(client: Pick<Connection, 'prepare'>): AddMany {
  return async (table, { amounts, ...asked }) => {
    const { name, key, number, answered } = namesOf(table, asked);
    const text = `update ${name} set ${number} = ${number} + ? where ${key} = ? returning ${answered}`;
    return [...amounts].flatMap(([value, amount]) => client.prepare(text).all(amount, value)) as never;
  };
}

/** For PostgreSQL: all rows at once. An update alone would lock them in whatever order it comes upon them. */
export function addAllAtOnce(run: (text: string, values: unknown[]) => Promise<{ rows: unknown[] }>): AddMany {
  return async (table, { amounts, ...asked }) => {
    if (amounts.size === 0) return [];
    const { name, key, number, answered } = namesOf(table, asked);
    const row = `${name}.${key}`;
    const text = `with locked as (
        select ${row} as key, asked.amount from ${name}
        join unnest($1::text[], $2::integer[]) asked (key, amount) on asked.key = ${row}
        order by ${row} for no key update of ${name})
      update ${name} set ${number} = ${name}.${number} + locked.amount from locked where ${row} = locked.key
      returning ${answered}`;
    return (await run(text, [[...amounts.keys()], [...amounts.values()]])).rows as never;
  };
}

function namesOf(table: PgTable, asked: { key: string; number: string; returning: readonly string[] }) {
  const columns = getTableColumns(table);
  const columnOf = (property: string) => quoted(columns[property]?.name ?? property);
  const name = quoted(getTableName(table));
  const answered = asked.returning.map((each) => `${name}.${columnOf(each)} as ${quoted(each)}`).join();
  return { name, key: columnOf(asked.key), number: columnOf(asked.number), answered };
}
