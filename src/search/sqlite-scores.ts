import type { ThreadReader } from '../db/thread-reader.ts';
import type { Scored } from './best.ts';
import type { Window } from './finder.ts';
import { rememberedBy, varints } from './sqlite-memory.ts';
import { weights } from './sqlite-queries.ts';

// Scores as bm25() of FTS5 has them, lower is better. That function reads the length of each story by a query of its own
// and finds the places of each term anew: two microseconds for each match. Walking through the places of a term in the
// index takes a sixth of that, if it is not a term that nearly every story has.

/** The constants of bm25() in FTS5. */
const k1 = 1.2;
const b = 0.75;
const leastRarity = 1e-6;

/** Where a term stands in so many times more stories than are ranked, bm25() is as fast. */
const worthWalking = 3;
/** So many matches are quickly counted. */
const countedWhole = 1000;

/** Every place of a term as one number: eight times that of the story and that of the column, in the order of the stories. */
const placesQuery = `select group_concat(doc * 8 + case col ${Object.keys(weights)
  .map((name, column) => `when '${name}' then ${column}`)
  .join(' ')} end) from temp.search_places where term = ?`;
const weightOf = Float64Array.from(Object.values(weights));

/**
 * The newest stories that have one term: `most` of them, up to the number `top`. Null where it is too common for that to
 * be worth while.
 */
export function scoredByTerm(
  reader: ThreadReader,
  term: string,
  { top, most }: Pick<Window, 'top' | 'most'>,
): Scored | null {
  if (!isWhole(term) || !isWorthWalking(reader, [term], most)) return null;
  const { numbers, frequencies } = storiesOf(reader, term);
  let end = numbers.length;
  while (end > 0 && (numbers[end - 1] ?? 0) > top) end--;
  const start = Math.max(0, end - most);
  const newest = numbers.slice(start, end).reverse();
  const scores = new Float64Array(newest.length);
  addScores(scores, frequencies.slice(start, end).reverse(), numbers.length, measures(reader, newest));
  return { numbers: newest, scores };
}

/**
 * The scores of stories, which are named by their numbers from high to low, by some phrases. Null where phrases are of
 * several terms, or terms too common.
 */
export function scoresOf(
  reader: ThreadReader,
  phrases: readonly (readonly string[])[],
  numbers: Float64Array,
): Float64Array | null {
  const counts = new Map<string, number>();
  for (const [term = '', ...others] of phrases) {
    if (others.length > 0 || !isWhole(term)) return null;
    counts.set(term, (counts.get(term) ?? 0) + 1);
  }
  if (!isWorthWalking(reader, [...counts.keys()], numbers.length)) return null;
  const measured = measures(reader, numbers);
  const scores = new Float64Array(numbers.length);
  for (const [term, count] of counts) {
    const found = storiesOf(reader, term);
    const frequencies = new Float64Array(numbers.length);
    let index = numbers.length - 1;
    for (let at = 0; at < found.numbers.length; at++) {
      const n = found.numbers[at] ?? 0;
      while (index >= 0 && (numbers[index] ?? 0) < n) index--;
      if (numbers[index] === n) frequencies[index] = found.frequencies[at] ?? 0;
    }
    addScores(scores, frequencies, found.numbers.length, measured, count);
  }
  return scores;
}

/** The tokenizer does not cut it. */
function isWhole(term: string): boolean {
  return /^(?:[0-9a-z]|[^\0-\x7f])+$/.test(term);
}

/** Many are reckoned from the newest part of all stories: a wrong answer costs time and nothing else. */
function isWorthWalking(reader: ThreadReader, terms: readonly string[], ranked: number): boolean {
  const most = ranked * worthWalking;
  const part = most > countedWhole ? 1 / 8 : 1;
  const newest = reader.statement('select max(n) from publications').pluck().get() as number | null;
  const after = Math.floor((newest ?? 0) * (1 - part));
  const count = reader
    .statement(
      'select count(*) from (select 1 from search_publications where search_publications match ? and rowid > ? limit ?)',
    )
    .pluck();
  let left = Math.ceil(most * part);
  for (const term of terms) {
    left -= count.get(`"${term}"`, after, left + 1) as number;
    if (left < 0) return false;
  }
  return true;
}

type Measures = { stories: number; average: number; lengths: Float64Array };

/** How many stories the index has, how long they are on average, and how long some are. */
function measures(reader: ThreadReader, numbers: Float64Array): Measures {
  const block = reader.statement('select block from search_publications_data where id = 1').pluck().get();
  const [stories = 0, ...columns] = varints((block as Buffer | undefined) ?? Buffer.alloc(0));
  const average = columns.reduce((total, each) => total + each, 0) / stories;
  return { stories, average, lengths: rememberedBy(reader).lengths(numbers) };
}

function addScores(
  scores: Float64Array,
  frequencies: Float64Array,
  found: number,
  { stories, average, lengths }: Measures,
  count = 1,
): void {
  const rarity = Math.max(leastRarity, Math.log((stories - found + 0.5) / (found + 0.5)));
  for (let index = 0; index < scores.length; index++) {
    const frequency = frequencies[index] ?? 0;
    if (frequency === 0) continue;
    const damping = k1 * (1 - b + (b * (lengths[index] ?? average)) / average);
    scores[index] = (scores[index] ?? 0) - (count * rarity * frequency * (k1 + 1)) / (frequency + damping);
  }
}

const ready = new WeakSet<ThreadReader>();

/** The stories that have a term, from low numbers to high, and how often each has it, by the weights of the places. */
function storiesOf(reader: ThreadReader, term: string): { numbers: Float64Array; frequencies: Float64Array } {
  if (!ready.has(reader)) {
    reader.connection.exec(
      "create virtual table if not exists temp.search_places using fts5vocab('main', 'search_publications', 'instance')",
    );
    ready.add(reader);
  }
  const places = numbersOf(reader.statement(placesQuery).pluck().get(term) as string | null);
  const numbers = new Float64Array(places.length);
  const frequencies = new Float64Array(places.length);
  let last = -1;
  for (const place of places) {
    const n = Math.floor(place / 8);
    if (numbers[last] !== n) numbers[++last] = n;
    frequencies[last] = (frequencies[last] ?? 0) + (weightOf[place % 8] ?? 0);
  }
  return { numbers: numbers.subarray(0, last + 1), frequencies: frequencies.subarray(0, last + 1) };
}

const comma = 44;
const zero = 48;

/** The whole numbers of a list as `group_concat` makes it. */
export function numbersOf(list: string | null): Float64Array {
  if (list === null || list === '') return new Float64Array(0);
  let count = 1;
  for (let at = list.indexOf(','); at >= 0; at = list.indexOf(',', at + 1)) count++;
  const numbers = new Float64Array(count);
  let number = 0;
  let next = 0;
  for (let at = 0; at < list.length; at++) {
    const unit = list.charCodeAt(at);
    if (unit === comma) {
      numbers[next++] = number;
      number = 0;
    } else {
      number = number * 10 + (unit - zero);
    }
  }
  numbers[next] = number;
  return numbers;
}
