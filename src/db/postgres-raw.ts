import { hash } from 'node:crypto';
import { type SQL, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { PgDialect } from 'drizzle-orm/pg-core';
import type pg from 'pg';
import type { Lookup, Reader, Values } from './database.ts';
import { fillPlaceholder } from './placeholder.ts';

export type Queryable = pg.Pool | pg.PoolClient;
type Prepared = { name: string; text: string; params: unknown[] };

const dialect = new PgDialect();

export function readerOf(client: Queryable): Reader {
  return Object.assign(drizzle(client) as unknown as Reader, {
    rows: async <Row>(query: SQL, values?: Values) => {
      // Asked for other values it may be better planned otherwise: the server shall look at them each time.
      const { text, params } = values === undefined ? compile(query) : prepared(query);
      return (await client.query(text, filled(params, values ?? {}))).rows as Row[];
    },
    lookUp: <Row>(lookup: Lookup, values: readonly Values[]) => lookUp<Row>(client, lookup, values),
  });
}

/** Past Drizzle, which would hand out instants as text. With `values` the server prepares it once for each connection. */
export function runRaw(client: Queryable, query: SQL, values?: Values): Promise<pg.QueryResult> {
  if (values !== undefined) return runPrepared(client, prepared(query), values);
  const { text, params } = compile(query);
  return client.query(text, params);
}

/** As many questions as there are sets of values, in one: each column of `asked` is one parameter. */
export async function lookUp<Row>(
  client: Queryable,
  lookup: Lookup,
  values: readonly Values[],
): Promise<(Row | undefined)[]> {
  const columns: Record<string, unknown[]> = {};
  for (const name in lookup.asked) columns[name] = values.map((each) => each[name]);
  const { rows } = await runPrepared(client, prepared(queryOfMany(lookup)), columns);
  const found: (Row | undefined)[] = new Array(values.length);
  for (const row of rows) found[row.place - 1] = row;
  return found;
}

const queries = new WeakMap<Lookup, SQL>();

function queryOfMany(lookup: Lookup): SQL {
  const known = queries.get(lookup);
  if (known) return known;
  const asked = Object.entries(lookup.asked);
  const arrays = asked.map(([name, type]) => sql`${sql.placeholder(name)}::${sql.raw(type)}[]`);
  const names = asked.map(([name]) => sql.identifier(name));
  const source = sql`unnest(${sql.join(arrays, sql`, `)}) with ordinality asked (${sql.join(names, sql`, `)}, place)`;
  const query = sql`select asked.place::integer, ${lookup.columns} from ${source} ${lookup.joined}`;
  queries.set(lookup, query);
  return query;
}

/** A statement that the server prepares once for each connection: for texts of which there are few. */
export function runText(client: Queryable, text: string, values: unknown[]): Promise<pg.QueryResult> {
  const name = names.get(text) ?? nameOf(text);
  names.set(text, name);
  return client.query({ name, text, values });
}

const names = new Map<string, string>();

/** The server keeps prepared statements by name, per connection: another text must have another one. */
function nameOf(text: string): string {
  return hash('sha256', text, 'base64url');
}

export function prepareRaw<Row>(pool: pg.Pool, query: SQL) {
  const known = prepared(query);
  return async (values: Values = {}) => (await runPrepared(pool, known, values)).rows as Row[];
}

const known = new WeakMap<SQL, Prepared>();

/** A query that is kept, compiled once. */
function prepared(query: SQL): Prepared {
  const found = known.get(query);
  if (found) return found;
  const { text, params } = compile(query);
  const made = { name: nameOf(text), text, params };
  known.set(query, made);
  return made;
}

function compile(query: SQL): Pick<Prepared, 'text' | 'params'> {
  const { sql: text, params } = dialect.sqlToQuery(query);
  return { text, params };
}

function runPrepared(client: Queryable, { name, text, params }: Prepared, values: Values): Promise<pg.QueryResult> {
  return client.query({ name, text, values: filled(params, values) });
}

function filled(params: readonly unknown[], values: Values): unknown[] {
  return params.map((param) => fillPlaceholder(param, values));
}
