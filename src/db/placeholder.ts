import { type SQL, sql } from 'drizzle-orm';

/** The value of a `sql.placeholder` among a query's parameters; other parameters are values already. */
export function fillPlaceholder(param: unknown, values: Record<string, unknown>): unknown {
  if (typeof param === 'object' && param !== null && 'name' in param && typeof param.name === 'string')
    return values[param.name];
  return param;
}

/**
 * A source of one row, `asked`, whose columns are the values of placeholders of the same names, for queries that join on
 * it or ask for one of them several times. A join that compares a column with a parameter directly is planned anew by
 * SQLite each time another value is bound, which takes several times as long as the query.
 */
export function askedFor(columns: Record<string, 'text' | 'integer'>): SQL {
  const values = Object.entries(columns).map(
    ([name, type]) => sql`cast(${sql.placeholder(name)} as ${sql.raw(type)}) as ${sql.identifier(name)}`,
  );
  return sql`(select ${sql.join(values, sql`, `)}) asked`;
}
