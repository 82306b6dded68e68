import type { ChangeListener } from './database.ts';

/** Who listens for committed changes, and how they are told. */
export function createChangeBus() {
  const listeners = new Set<ChangeListener>();
  return {
    onChange(listener: ChangeListener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    /** Tells every listener, and waits for those that take time. */
    async tell(tags: ReadonlySet<string>): Promise<void> {
      if (tags.size === 0) return;
      for (const listener of listeners) await listener(tags);
    },
  };
}
