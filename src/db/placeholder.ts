import { type SQL, sql } from 'drizzle-orm';

/** The value of a `sql.placeholder` among a query's parameters; other parameters are values already. */
export function fillPlaceholder(param: unknown, values: Record<string, unknown>): unknown {
  if (typeof param === 'object' && param !== null && 'name' in param && typeof param.name === 'string')
    return values[param.name];
  return param;
}

/**
 * A source of one row, `asked`, whose `ref` is the text of a placeholder, for queries that join on it. A join that
 * compares a column with a parameter directly is planned anew by SQLite each time another value is bound, which takes
 * several times as long as the query.
 */
export function askedFor(placeholder: string): SQL {
  return sql`(select cast(${sql.placeholder(placeholder)} as text) as ref) asked`;
}
