import type { ChangeBus } from './changes.ts';
import type { Connection } from './sqlite-connection.ts';

/** How many changes are kept for processes that look seldom; one that missed more is told of everything. */
const changesKept = 10_000;

/** Notes in the running transaction, for the other processes on the file, what it changes. */
export function recordChanges(writer: Connection, origin: string, tags: ReadonlySet<string>): void {
  if (tags.size === 0) return;
  const { lastInsertRowid } = writer
    .prepare('INSERT INTO changes (origin, tags) VALUES (?, ?)')
    .run(origin, JSON.stringify([...tags]));
  writer.prepare('DELETE FROM changes WHERE seq <= ?').run(Number(lastInsertRowid) - changesKept);
}

/** Tells `bus` what other processes commit, within `pollMs`. Answers a function that stops it. */
export function watchChanges(reader: Connection, origin: string, bus: ChangeBus, pollMs: number): () => void {
  // In this order: a commit between the two is read once more, not missed.
  let dataVersion = reader.pragma('data_version', { simple: true });
  let seen = lastChange(reader);

  function poll(): void {
    try {
      // Another connection's commit moves data_version; only then is the table read.
      const current = reader.pragma('data_version', { simple: true });
      if (current === dataVersion) return;
      const rows = reader
        .prepare<[number], { seq: number; origin: string; tags: string }>(
          'SELECT seq, origin, tags FROM changes WHERE seq > ? ORDER BY seq',
        )
        .all(seen);
      dataVersion = current;
      const first = rows[0];
      const isMissing = first !== undefined && first.seq > seen + 1;
      seen = rows.at(-1)?.seq ?? seen;
      const tags = rows.filter((row) => row.origin !== origin).flatMap((row) => JSON.parse(row.tags) as string[]);
      if (isMissing) void bus.tellEverything();
      else if (tags.length > 0) void bus.tell(tags);
    } catch (error) {
      process.emitWarning(`Other processes' changes could not be read, and are looked for again: ${String(error)}`);
    }
  }

  const timer = setInterval(poll, pollMs).unref();
  return () => clearInterval(timer);
}

function lastChange(reader: Connection): number {
  const row = reader.prepare<[], { seq: number | null }>('SELECT max(seq) AS seq FROM changes').get();
  return row?.seq ?? 0;
}
