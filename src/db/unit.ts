import { AsyncLocalStorage } from 'node:async_hooks';

/** Where code runs that must not write: inside a unit of work, or in a listener whose answer a unit waits for. */
const place = new AsyncLocalStorage<'unit' | 'listener'>();

export function insideUnit<T>(work: () => T): T {
  return place.run('unit', work);
}

export function insideListener<T>(work: () => T): T {
  return place.run('listener', work);
}

/** Throws where a write would wait for itself for ever. */
export function refuseNested(): void {
  const here = place.getStore();
  if (here === 'unit') throw new Error('db.write was called inside db.write: pass the transaction down instead');
  if (here === 'listener') throw new Error('db.write was called in a change listener, which writers wait for');
}

/** A query that comes after its unit's end would run in somebody else's transaction. */
export function refuseOver(): never {
  throw new Error('the transaction is over: a query of it was not awaited');
}
