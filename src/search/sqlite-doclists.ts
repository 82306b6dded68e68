import type { ThreadReader } from '../db/thread-reader.ts';

// Where a term stands, read from the pages of FTS5's index themselves. FTS5 hands out one place at a time, through
// virtual tables, which takes a hundred times as long as reading a page. The format is written down at the head of
// fts5_index.c in SQLite's source; files say which version of it they are of, and an unknown one is not read.

/** Where a term or a phrase stands: the stories that have it, from low numbers to high. */
export type Doclist = {
  numbers: Float64Array;
  /** How often the story at an index of `numbers` has it, each place weighed by its column. */
  frequency: (index: number) => number;
};
type TermDoclist = Doclist & {
  /** The places in the story at an index, in their order: the column above `positionBits`, the position below. */
  places: (index: number) => number[];
};

/** What one version of the index says of itself. */
export type IndexState = {
  stories: number;
  terms: number;
  segments: readonly Segment[];
  /** Number and first page of each segment, as JSON. */
  places: string;
};

type Segment = { id: number; first: number; last: number; oldest: number; tombstonePages: number };

const formatVersion = 4;
/** Marks a structure record of a table from which rows without content can be deleted. */
const structureMark = 0xff000001;
/** Numbers of a segment in the structure record. */
const fieldsOfSegment = 8;
/** What terms of the whole index, as opposed to one of prefixes, begin with. */
const mainIndex = '0';
/** More than the words of a text that are indexed. */
const positionBits = 24;
const pageHeader = 4;
const tombstoneHeader = 8;
/** Rows of pages are numbered by the segment, shifted by so many bits, and the page. */
const segmentBits = 37;
/** What stands for a segment there where its page is one of tombstones. */
const tombstoneSegments = 2 ** 16;

const statements = new WeakMap<ThreadReader, ReturnType<typeof prepare>>();

function prepare({ connection }: ThreadReader) {
  return {
    state: connection.prepare<[], { version: number; averages: Buffer; structure: Buffer }>(
      `select (select v from search_publications_config where k = 'version') as version,
        (select block from search_publications_data where id = 1) as averages,
        (select block from search_publications_data where id = 10) as structure`,
    ),
    /** Of each segment, the page that has a term if any has, and its bytes. */
    leaves: connection
      .prepare<[Buffer, string], [index: number, page: number, leaf: Buffer | null]>(
        `with found as materialized (
          select s.key as at, s.value ->> 0 as segment, max(s.value ->> 1, coalesce((select pgno from search_publications_idx
            where segid = s.value ->> 0 and term <= ? order by term desc limit 1) >> 1, 0)) as page
          from json_each(?) s)
        select at, page, (select block from search_publications_data where id = (segment << ${segmentBits}) + page)
        from found`,
      )
      .raw(),
    /** The last page of a segment whose terms may begin before those after a term. */
    lastPage: connection
      .prepare<[number, Buffer], number>(
        'select pgno >> 1 from search_publications_idx where segid = ? and term > ? order by term limit 1',
      )
      .pluck(),
    // Their numbers are larger than JavaScript's may be.
    pages: connection
      .prepare<{ segment: number; first: number; last: number }, Buffer>(
        `select block from search_publications_data
          where id between (@segment << ${segmentBits}) + @first and (@segment << ${segmentBits}) + @last`,
      )
      .pluck(),
  };
}

function statementsOf(reader: ThreadReader) {
  const made = statements.get(reader) ?? prepare(reader);
  statements.set(reader, made);
  return made;
}

/** The state of the index of stories; null where it is in a format that is not known here. */
export function indexState(reader: ThreadReader): IndexState | null {
  const found = statementsOf(reader).state.get();
  if (found?.version !== formatVersion || found.structure.readUInt32BE(4) !== structureMark) return null;
  const [stories = 0, ...columns] = varints(found.averages);
  const fields = varints(found.structure.subarray(8));
  const segments: Segment[] = [];
  const [levels = 0] = fields;
  let at = 3;
  for (let level = 0; level < levels; level++) {
    const count = fields[at + 1] ?? 0;
    at += 2;
    for (let number = 0; number < count; number++, at += fieldsOfSegment) {
      const [id = 0, first = 0, last = 0, oldest = 0, , tombstonePages = 0] = fields.slice(at, at + fieldsOfSegment);
      segments.push({ id, first, last, oldest, tombstonePages });
    }
  }
  // Stories come mostly in the order of their numbers, and so do segments then.
  segments.sort((one, other) => one.oldest - other.oldest);
  const places = JSON.stringify(segments.map(({ id, first }) => [id, first]));
  return { stories, terms: columns.reduce((total, each) => total + each, 0), segments, places };
}

/**
 * Where a phrase of one term or several stands, of which the tokenizer must not cut any. `weights` are those of the
 * columns. Null where something is not as it is expected to be.
 */
export function doclistOf(
  reader: ThreadReader,
  state: IndexState,
  phrase: readonly string[],
  weights: Float64Array,
): Doclist | null {
  const lists: TermDoclist[] = [];
  for (const term of phrase) {
    const list = termDoclist(reader, state, term, weights);
    if (!list) return null;
    lists.push(list);
  }
  const [only] = lists;
  return lists.length === 1 && only ? only : phraseDoclist(lists, weights);
}

/** The stories in which terms stand side by side. */
function phraseDoclist(lists: readonly TermDoclist[], weights: Float64Array): Doclist {
  const rarest = lists.reduce((least, list) => (list.numbers.length < least.numbers.length ? list : least));
  const at = lists.map(() => 0);
  const numbers: number[] = [];
  const frequencies: number[] = [];
  for (const n of rarest.numbers) {
    const isInAll = lists.every(({ numbers: some }, list) => {
      let index = at[list] ?? 0;
      while ((some[index] ?? n) < n) index++;
      at[list] = index;
      return some[index] === n;
    });
    if (!isInAll) continue;
    const [first = [], ...others] = lists.map(({ places }, list) => places(at[list] ?? 0));
    const following = others.map((places) => new Set(places));
    const starts = first.filter((place) => following.every((places, index) => places.has(place + index + 1)));
    if (starts.length === 0) continue;
    numbers.push(n);
    frequencies.push(starts.reduce((total, place) => total + (weights[place >> positionBits] ?? 0), 0));
  }
  return { numbers: Float64Array.from(numbers), frequency: (index) => frequencies[index] ?? 0 };
}

function termDoclist(reader: ThreadReader, state: IndexState, term: string, weights: Float64Array): TermDoclist | null {
  const key = Buffer.from(mainIndex + term);
  const parts: Part[] = [];
  for (const [index, page, leaf] of statementsOf(reader).leaves.all(key, state.places)) {
    const segment = state.segments[index];
    if (!segment || !leaf) return null;
    const found = seek(leaf, key);
    if (found) parts.push(partOf(reader, segment, key, page, leaf, found));
  }
  const bytes = Buffer.concat(parts.flatMap(({ pieces }) => pieces));
  const stories = storiesOf(bytes, parts);
  return (
    stories && {
      numbers: stories.numbers,
      frequency(index) {
        let total = 0;
        eachPlace(bytes, stories.places[index] ?? 0, (column) => {
          total += weights[column] ?? 0;
        });
        return total;
      },
      places(index) {
        const places: number[] = [];
        eachPlace(bytes, stories.places[index] ?? 0, (column, position) => {
          places.push((column << positionBits) + position);
        });
        return places;
      },
    }
  );
}

/** What one segment says of a term: pieces of pages, and where in them the number of a story does not add to the last. */
type Part = { pieces: Buffer[]; length: number; whole: number[]; tombstones: Buffer[] };
type Found = { start: number; end: number; isLast: boolean };

function partOf(reader: ThreadReader, segment: Segment, key: Buffer, page: number, leaf: Buffer, found: Found): Part {
  const pieces = [leaf.subarray(found.start, found.end)];
  const whole = [0];
  let length = found.end - found.start;
  for (const next of found.isLast ? pagesAfter(reader, segment, key, page) : []) {
    const size = next.readUInt16BE(2);
    const isFull = size === next.length;
    const end = isFull ? size : varintAt(next, size);
    const first = length + next.readUInt16BE(0) - pageHeader;
    if (next.readUInt16BE(0) > 0 && first > 0) whole.push(first);
    pieces.push(next.subarray(pageHeader, end));
    length += end - pageHeader;
    if (!isFull) break;
  }
  return { pieces, length, whole, tombstones: tombstonesOf(reader, segment) };
}

/** The pages on which the doclist of a term may go on. */
function pagesAfter(reader: ThreadReader, { id, last }: Segment, key: Buffer, page: number): Buffer[] {
  const { lastPage, pages } = statementsOf(reader);
  return pages.all({ segment: id, first: page + 1, last: lastPage.get(id, key) ?? last });
}

/** Where the doclist of a term begins and ends on a page, and whether it is the last one there. */
function seek(leaf: Buffer, key: Buffer): Found | null {
  const size = leaf.readUInt16BE(2);
  let footer = size;
  let offset = 0;
  let shared = 0;
  while (footer < leaf.length) {
    const isFirst = offset === 0;
    offset += varintAt(leaf, footer);
    footer = afterVarint(leaf, footer);
    // Every term but the first says how many bytes it has in common with the one before.
    const kept = isFirst ? 0 : varintAt(leaf, offset);
    let at = isFirst ? offset : afterVarint(leaf, offset);
    const added = varintAt(leaf, at);
    at = afterVarint(leaf, at);
    if (kept < shared) return null;
    if (kept > shared) continue;
    let same = 0;
    while (same < added && shared + same < key.length && leaf[at + same] === key[shared + same]) same++;
    const isWhole = shared + same === key.length;
    if (isWhole && same === added) {
      const isLast = footer >= leaf.length;
      return { start: at + added, end: isLast ? size : offset + varintAt(leaf, footer), isLast };
    }
    if (isWhole || (same < added && (leaf[at + same] ?? 0) > (key[shared + same] ?? 0))) return null;
    shared += same;
  }
  return null;
}

function storiesOf(bytes: Buffer, parts: readonly Part[]): { numbers: Float64Array; places: Int32Array } | null {
  // A story takes three bytes at least: its number, how long its places are, and one of them.
  const numbers = new Float64Array(Math.ceil(bytes.length / 3));
  const places = new Int32Array(numbers.length);
  let count = 0;
  let isInOrder = true;
  let at = 0;
  for (const { length, whole, tombstones } of parts) {
    const start = at;
    const end = start + length;
    let next = 0;
    let n = 0;
    while (at < end) {
      if (at - start === whole[next]) {
        n = 0;
        next++;
      }
      n += varintAt(bytes, at);
      at = afterVarint(bytes, at);
      const place = at;
      const size = varintAt(bytes, at);
      // Marks what is to be taken out of older segments, which does not happen in tables without content.
      if ((size & 1) === 1) return null;
      at = afterVarint(bytes, at) + (size >> 1);
      if (tombstones.length > 0 && isDeleted(tombstones, n)) continue;
      if (count > 0 && n <= (numbers[count - 1] ?? 0)) isInOrder = false;
      numbers[count] = n;
      places[count] = place;
      count++;
    }
  }
  const found = { numbers: numbers.subarray(0, count), places: places.subarray(0, count) };
  return isInOrder ? found : inOrder(found);
}

function inOrder({ numbers, places }: { numbers: Float64Array; places: Int32Array }) {
  const order = Uint32Array.from(numbers, (_, index) => index).sort(
    (one, other) => (numbers[one] ?? 0) - (numbers[other] ?? 0),
  );
  return {
    numbers: Float64Array.from(order, (index) => numbers[index] ?? 0),
    places: Int32Array.from(order, (index) => places[index] ?? 0),
  };
}

/**
 * Tells the places of a story, from a list that begins with its length. Each position is told as how far it is from the
 * last in the column, plus two.
 */
function eachPlace(bytes: Buffer, start: number, take: (column: number, position: number) => void): void {
  let at = afterVarint(bytes, start);
  const end = at + varintAt(bytes, start) / 2;
  let column = 0;
  let position = 0;
  while (at < end) {
    const value = varintAt(bytes, at);
    at = afterVarint(bytes, at);
    if (value === 1) {
      column = varintAt(bytes, at);
      position = 0;
      at = afterVarint(bytes, at);
    } else {
      position += value - 2;
      take(column, position);
    }
  }
}

/** The pages of the hash table of what was deleted from a segment. */
function tombstonesOf(reader: ThreadReader, { id, tombstonePages }: Segment): Buffer[] {
  if (tombstonePages === 0) return [];
  return statementsOf(reader).pages.all({ segment: id + tombstoneSegments, first: 0, last: tombstonePages - 1 });
}

function isDeleted(pages: readonly Buffer[], n: number): boolean {
  const page = pages[n % pages.length];
  if (!page || page.length <= tombstoneHeader) return false;
  const keySize = page[0] === 4 ? 4 : 8;
  const slots = Math.floor((page.length - tombstoneHeader) / keySize);
  let slot = Math.floor(n / pages.length) % slots;
  for (let tried = 0; tried < slots; tried++, slot = (slot + 1) % slots) {
    const at = tombstoneHeader + slot * keySize;
    const key = keySize === 4 ? page.readUInt32BE(at) : Number(page.readBigUInt64BE(at));
    if (key === 0) return false;
    if (key === n) return true;
  }
  return false;
}

/** A number as SQLite packs it: seven bits a byte, the highest first, each byte but the last with its top bit set. */
function varintAt(bytes: Uint8Array, at: number): number {
  let byte = bytes[at] ?? 0;
  if (byte < 128) return byte;
  let value = 0;
  for (let next = at + 1; byte >= 128; next++) {
    value = value * 128 + (byte & 127);
    byte = bytes[next] ?? 0;
  }
  return value * 128 + byte;
}

function afterVarint(bytes: Uint8Array, at: number): number {
  let next = at + 1;
  while ((bytes[next - 1] ?? 0) >= 128) next++;
  return next;
}

/** All the numbers of some bytes. */
export function varints(bytes: Uint8Array): number[] {
  const numbers: number[] = [];
  for (let at = 0; at < bytes.length; at = afterVarint(bytes, at)) numbers.push(varintAt(bytes, at));
  return numbers;
}
