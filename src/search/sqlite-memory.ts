import type { Statement } from 'better-sqlite3';
import type { ThreadReader } from '../db/thread-reader.ts';

/** So many changes are followed one by one; after more, everything is forgotten. */
const mostFollowed = 1000;
/** After so many single reads for one question, all of them are read at once: in a newsroom of so many stories. */
const mostSingle = 500;
const mostRead = 300_000;

export type Remembered = {
  /** When publications came out, by their numbers, in milliseconds. */
  times: (numbers: ArrayLike<number>) => Float64Array;
  /** How many terms the index has of publications, by their numbers; 0 of those that it has not. */
  lengths: (numbers: ArrayLike<number>) => Float64Array;
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
  const times = createColumn((n) => timeOf.get(n) ?? 0);
  const lengths = createColumn((n) => sumOfVarints(lengthOf.get(n)));
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
    const ids = [...new Set(tags.flat())].filter((tag) => tag.startsWith('article:')).map((tag) => tag.slice(8));
    const isMuch = isMissing || ids.length > mostFollowed;
    const numbers = isMuch ? [] : ids.flatMap((id) => byArticle.all(id));
    for (const column of [times, lengths]) {
      if (isMuch) column.forgetAll();
      else for (const n of numbers) column.forget(n);
    }
  }

  function readAll(query: Statement<[], string | null>, column: Column, read: (text: string) => number): void {
    if ((newest.get() ?? 0) > mostRead) return;
    for (const pair of query.get()?.split(',') ?? []) {
      const space = pair.indexOf(' ');
      column.set(Number(pair.slice(0, space)), read(pair.slice(space + 1)));
    }
  }

  return {
    times(numbers) {
      follow();
      return times.of(numbers, () => readAll(allTimes, times, Number));
    },
    lengths(numbers) {
      follow();
      return lengths.of(numbers, () => readAll(allLengths, lengths, lengthOfHex));
    },
  };
}

type Column = ReturnType<typeof createColumn>;

/** One number for each publication, read when it is first asked for. */
function createColumn(read: (n: number) => number) {
  let kept = new Float64Array(1024).fill(Number.NaN);

  function set(n: number, value: number): void {
    if (n >= kept.length) {
      const larger = new Float64Array(Math.max(n + 1, kept.length * 2)).fill(Number.NaN);
      larger.set(kept);
      kept = larger;
    }
    kept[n] = value;
  }

  const isKnown = (n: number) => n < kept.length && !Number.isNaN(kept[n]);

  return {
    set,
    forget(n: number): void {
      if (n < kept.length) kept[n] = Number.NaN;
    },
    forgetAll(): void {
      kept.fill(Number.NaN);
    },
    /** The values of some publications. Where many had to be read one by one, `readAll` may set all of them. */
    of(numbers: ArrayLike<number>, readAll: () => void): Float64Array {
      const values = new Float64Array(numbers.length);
      let single = 0;
      for (let index = 0; index < values.length; index++) {
        const n = numbers[index] ?? 0;
        if (!isKnown(n)) {
          single++;
          if (single === mostSingle) readAll();
          if (!isKnown(n)) set(n, read(n));
        }
        values[index] = kept[n] ?? 0;
      }
      return values;
    },
  };
}

/** Numbers as SQLite packs them: seven bits a byte, the highest first, each byte but the last with its top bit set. */
export function varints(bytes: Uint8Array): number[] {
  const numbers: number[] = [];
  let value = 0;
  for (const byte of bytes) {
    value = value * 128 + (byte & 127);
    if (byte >= 128) continue;
    numbers.push(value);
    value = 0;
  }
  return numbers;
}

function lengthOfHex(hex: string): number {
  return sumOfVarints(Buffer.from(hex, 'hex'));
}

function sumOfVarints(bytes: Uint8Array | undefined): number {
  return bytes ? varints(bytes).reduce((total, each) => total + each, 0) : 0;
}
