import type { ThreadReader } from '../db/thread-reader.ts';
import type { Scored } from './best.ts';
import type { Window } from './finder.ts';
import { type Doclist, doclistOf, type IndexState, indexState } from './sqlite-doclists.ts';
import { type Column, rememberedBy } from './sqlite-memory.ts';
import { weights } from './sqlite-queries.ts';

// Scores as bm25() of FTS5 has them, lower is better. That function reads the length of each story by a query of its own
// and finds the places of each term anew: two microseconds for each match.

/** The constants of bm25() in FTS5. */
const k1 = 1.2;
const b = 0.75;
const leastRarity = 1e-6;

const weightOf = Float64Array.from(Object.values(weights));

/**
 * The newest stories that have one term: `most` of them, up to the number `top`. Null where the tokenizer cuts it, or
 * the index cannot be read.
 */
export function scoredByTerm(
  reader: ThreadReader,
  term: string,
  { top, most }: Pick<Window, 'top' | 'most'>,
): Scored | null {
  const index = indexState(reader);
  const doclist = index && isWhole(term) ? doclistOf(reader, index, [term], weightOf) : null;
  if (!index || !doclist) return null;
  const { numbers } = doclist;
  let end = numbers.length;
  while (end > 0 && (numbers[end - 1] ?? 0) > top) end--;
  const newest = numbers.slice(Math.max(0, end - most), end).reverse();
  const scores = new Float64Array(newest.length);
  addScores(scores, newest, doclist, measured(reader, index));
  return { numbers: newest, scores };
}

/**
 * The scores of stories, which are named by their numbers from high to low, by some phrases. Null where the tokenizer
 * cuts one of their terms, or the index cannot be read.
 */
export function scoresOf(
  reader: ThreadReader,
  phrases: readonly (readonly string[])[],
  numbers: Float64Array,
): Float64Array | null {
  if (!phrases.every((phrase) => phrase.every(isWhole))) return null;
  const counts = new Map<string, { phrase: readonly string[]; count: number }>();
  for (const phrase of phrases) {
    const key = phrase.join(' ');
    counts.set(key, { phrase, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  const index = indexState(reader);
  if (!index) return null;
  const measures = measured(reader, index);
  const scores = new Float64Array(numbers.length);
  for (const { phrase, count } of counts.values()) {
    const doclist = doclistOf(reader, index, phrase, weightOf);
    if (!doclist) return null;
    addScores(scores, numbers, doclist, measures, count);
  }
  return scores;
}

/** The tokenizer does not cut it. */
function isWhole(term: string): boolean {
  return /^(?:[0-9a-z]|[^\0-\x7f])+$/.test(term);
}

type Measures = Pick<IndexState, 'stories'> & { average: number; lengthOf: Column };

/** How many stories the index has, how long they are on average, and how long each is. */
function measured(reader: ThreadReader, { stories, terms }: IndexState): Measures {
  return { stories, average: terms / stories, lengthOf: rememberedBy(reader).lengths() };
}

/** Adds what a phrase that is asked for `count` times is worth to the scores of stories, from high numbers to low. */
function addScores(
  scores: Float64Array,
  numbers: Float64Array,
  doclist: Doclist,
  { stories, average, lengthOf }: Measures,
  count = 1,
): void {
  const found = doclist.numbers;
  const rarity = Math.max(leastRarity, Math.log((stories - found.length + 0.5) / (found.length + 0.5)));
  let at = found.length - 1;
  for (let index = 0; index < numbers.length; index++) {
    const n = numbers[index] ?? 0;
    while (at >= 0 && (found[at] ?? 0) > n) at--;
    if (found[at] !== n) continue;
    const frequency = doclist.frequency(at);
    const damping = k1 * (1 - b + (b * lengthOf(n)) / average);
    scores[index] = (scores[index] ?? 0) - (count * rarity * frequency * (k1 + 1)) / (frequency + damping);
  }
}
