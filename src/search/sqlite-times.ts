import type { ThreadReader } from '../db/thread-reader.ts';

/** So many changes are followed one by one; after more, all times are forgotten. */
const mostFollowed = 1000;
/** After so many single reads for one question, all times are read from an index: in a newsroom of so many stories. */
const mostSingle = 500;
const mostRead = 300_000;

export type Times = (numbers: readonly number[]) => Float64Array;

const known = new WeakMap<ThreadReader, Times>();

/**
 * When publications came out, by their numbers. Of thousands that match a search every row would have to be visited for
 * nothing but its time, so a thread remembers the times that it has read, and follows the list of changes in the file.
 */
export function timesOf(reader: ThreadReader): Times {
  const made = known.get(reader) ?? rememberTimes(reader);
  known.set(reader, made);
  return made;
}

function rememberTimes({ connection }: ThreadReader): Times {
  const timeOf = connection.prepare<[number], number>('select published_at from publications where n = ?').pluck();
  const byArticle = connection.prepare<[string], { n: number; at: number }>(
    'select n, published_at as at from publications where article_id = ?',
  );
  const last = connection.prepare<[], number | null>('select max(seq) from changes').pluck();
  const changes = connection.prepare<[number], { seq: number; tags: string }>(
    'select seq, tags from changes where seq > ? order by seq',
  );
  const newest = connection.prepare<[], number | null>('select max(n) from publications').pluck();
  const all = connection
    .prepare<[], [n: number, at: number]>('select n, published_at from publications indexed by publications_published')
    .raw();
  let kept = new Float64Array(1024).fill(Number.NaN);
  let version: unknown;
  let seen: number | null = null;

  /** Other connections' commits move data_version; only then is there something to follow. */
  function follow(): void {
    const current = connection.pragma('data_version', { simple: true });
    if (current === version) return;
    version = current;
    if (seen === null) {
      seen = last.get() ?? 0;
      return;
    }
    const rows = changes.all(seen);
    const isMissing = rows[0] !== undefined && rows[0].seq > seen + 1;
    seen = rows.at(-1)?.seq ?? seen;
    const tags = rows.map((row) => JSON.parse(row.tags) as string[]).filter((some) => some.includes('list'));
    const ids = [...new Set(tags.flat())].filter((tag) => tag.startsWith('article:')).map((tag) => tag.slice(8));
    if (isMissing || ids.length > mostFollowed) kept.fill(Number.NaN);
    else for (const id of ids) for (const { n, at } of byArticle.all(id)) if (n < kept.length) kept[n] = at;
  }

  function readAll(): void {
    const last = newest.get() ?? 0;
    if (last > mostRead) return;
    if (last >= kept.length) kept = grown(kept, last);
    for (const [n, at] of all.iterate()) kept[n] = at;
  }

  return (numbers) => {
    follow();
    let single = 0;
    const times = new Float64Array(numbers.length);
    for (const [index, n] of numbers.entries()) {
      let at = kept[n];
      if (at === undefined || Number.isNaN(at)) {
        single++;
        if (single === mostSingle) readAll();
        at = timeOf.get(n) ?? 0;
        if (n >= kept.length) kept = grown(kept, n);
        kept[n] = at;
      }
      times[index] = at;
    }
    return times;
  };
}

function grown(times: Float64Array, n: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(Math.max(n + 1, times.length * 2)).fill(Number.NaN);
  larger.set(times);
  return larger;
}
