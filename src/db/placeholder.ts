/** The value of a `sql.placeholder` among a query's parameters; other parameters are values already. */
export function fillPlaceholder(param: unknown, values: Record<string, unknown>): unknown {
  if (typeof param === 'object' && param !== null && 'name' in param && typeof param.name === 'string')
    return values[param.name];
  return param;
}
