import type { Statement } from 'better-sqlite3';
import { idsIn } from '../db/change-tags.ts';
import type { ThreadReader } from '../db/thread-reader.ts';
import { varints } from './sqlite-doclists.ts';

/** So many changes are followed one by one; after more, everything is forgotten. */
const mostFollowed = 1000;
/** After so many single reads for one question, all of them are read at once: in a newsroom of so many stories. */
const mostSingle = 500;
const mostRead = 300_000;

/** One number for each publication. */
export type Column = (n: number) => number;

/** For one question each. */
export type Remembered = {
  /** When publications came out, in milliseconds. */
  times: () => Column;
  /** How many terms the index has of publications; 0 of those that it has not. */
  lengths: () => Column;
};

const known = new WeakMap<ThreadReader, Remembered>();

/**
 * What a thread remembers of publications. Of thousands that match a search every row would have to be visited for
 * nothing but its time or its length, so a thread keeps what it has read, and follows the list of changes in the file.
 */
export function rememberedBy(reader: ThreadReader): Remembered {
  const made = known.get(reader) ?? remember(reader);
  known.set(reader, made);
  return made;
}

function remember({ connection }: ThreadReader): Remembered {
  const timeOf = connection.prepare<[number], number>('select published_at from publications where n = ?').pluck();
  // FTS5 keeps the length of each column beside its index; the blob is a list of varints.
  const lengthOf = connection
    .prepare<[number], Buffer>('select sz from search_publications_docsize where id = ?')
    .pluck();
  const byArticle = connection.prepare<[string], number>('select n from publications where article_id = ?').pluck();
  const last = connection.prepare<[], number | null>('select max(seq) from changes').pluck();
  const changes = connection.prepare<[number], { seq: number; tags: string }>(
    'select seq, tags from changes where seq > ? order by seq',
  );
  const newest = connection.prepare<[], number | null>('select max(n) from publications').pluck();
  // One list of all takes a third of the time of as many rows.
  const allTimes = connection
    .prepare<[], string | null>(
      "select group_concat(n || ' ' || published_at) from publications indexed by publications_published",
    )
    .pluck();
  const allLengths = connection
    .prepare<[], string | null>("select group_concat(id || ' ' || hex(sz)) from search_publications_docsize")
    .pluck();
  const times = createColumn(
    (size) => new Float64Array(size),
    (n) => timeOf.get(n) ?? 0,
  );
  // Four bytes are enough for a length; thousands of them are read from all over the memory for one question.
  const lengths = createColumn(
    (size) => new Float32Array(size),
    (n) => sumOfVarints(lengthOf.get(n)),
  );
  const dataVersion = connection.prepare<[], number>('pragma data_version').pluck();
  let version: number | undefined;
  let seen: number | null = null;

  /** Other connections' commits move data_version; only then is there something to follow. */
  function follow(): void {
    const current = dataVersion.get();
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
    const ids = idsIn(new Set(tags.flat()), 'article');
    const isMuch = isMissing || ids.length > mostFollowed;
    const numbers = isMuch ? [] : ids.flatMap((id) => byArticle.all(id));
    for (const column of [times, lengths]) {
      if (isMuch) column.forgetAll();
      else for (const n of numbers) column.forget(n);
    }
  }

  function readAll(query: Statement<[], string | null>, column: KeptColumn, read: (text: string) => number): void {
    if ((newest.get() ?? 0) > mostRead) return;
    for (const pair of query.get()?.split(',') ?? []) {
      const space = pair.indexOf(' ');
      column.set(Number(pair.slice(0, space)), read(pair.slice(space + 1)));
    }
  }

  return {
    times() {
      follow();
      return times.reader(() => readAll(allTimes, times, Number));
    },
    lengths() {
      follow();
      return lengths.reader(() => readAll(allLengths, lengths, lengthOfHex));
    },
  };
}

type KeptColumn = ReturnType<typeof createColumn>;

/** A column of which every number is read when it is first asked for. */
function createColumn(make: (size: number) => Float64Array | Float32Array, read: (n: number) => number) {
  let kept = make(1024).fill(Number.NaN);

  function set(n: number, value: number): void {
    if (n >= kept.length) {
      const larger = make(Math.max(n + 1, kept.length * 2)).fill(Number.NaN);
      larger.set(kept);
      kept = larger;
    }
    kept[n] = value;
  }

  const isKnown = (n: number) => !Number.isNaN(kept[n] ?? Number.NaN);

  return {
    set,
    forget(n: number): void {
      if (n < kept.length) kept[n] = Number.NaN;
    },
    forgetAll(): void {
      kept.fill(Number.NaN);
    },
    /** Reads the column for one question. Where many have to be read one by one, `readAll` may set all of them. */
    reader(readAll: () => void): Column {
      let single = 0;
      return (n) => {
        if (!isKnown(n) && ++single === mostSingle) readAll();
        if (!isKnown(n)) set(n, read(n));
        return kept[n] ?? 0;
      };
    },
  };
}

function lengthOfHex(hex: string): number {
  return sumOfVarints(Buffer.from(hex, 'hex'));
}

function sumOfVarints(bytes: Uint8Array | undefined): number {
  return bytes ? varints(bytes).reduce((total, each) => total + each, 0) : 0;
}
