import type { ChangeListener, Database } from './database.ts';

/**
 * Has `load` take in everything, and from then on what changes: for what is kept in memory. A change that is told while
 * the first load runs is taken in after it, so none is missed between the two. Answers a function that stops it.
 */
export async function loadAndFollow({ onChange }: Pick<Database, 'onChange'>, load: ChangeListener) {
  const loading = Promise.withResolvers<void>();
  const stop = onChange(async (changed) => {
    await loading.promise;
    await load(changed);
  });
  try {
    await load(new Set(['everything']));
  } catch (error) {
    stop();
    throw error;
  } finally {
    loading.resolve();
  }
  return stop;
}
