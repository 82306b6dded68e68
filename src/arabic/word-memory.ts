import { maxWordLength, type Words, wordsAtOnce } from './words.ts';

/** Places for four words each; a power of two. */
const sets = 0x1_0000;
const wordsOfSet = 4;
/** What the table holds of a word: its hash, and where it stands among the units. */
const fieldsOfWord = 2;
const fieldsOfSet = wordsOfSet * fieldsOfWord;
const unitsAtFirst = 0x1_0000;
/** Eight megabytes. */
const mostUnits = 0x40_0000;
/** Before each word stand its length and that of its terms. */
const lengths = 2;
/** 0 is no word's. */
const firstPlace = 1;
const space = 0x20;

export type WordMemory = ReturnType<typeof createWordMemory>;

/**
 * Remembers which terms `read` answers for words of texts: joined by spaces, and of `longestTerms` units at most. Words
 * and terms stand side by side in one block of memory: as strings they would lie all over it, and to wait for them took
 * longer than the work. Of those with one place in the table the last four are known, and all are forgotten when the
 * block is full.
 */
export function createWordMemory(read: (word: string) => string, longestTerms: number) {
  const mostAtOnce = wordsAtOnce * (lengths + maxWordLength + longestTerms);
  const places = new Uint32Array(wordsAtOnce);
  // Made with the first text: a process that analyses none needs no memory for it.
  let table = new Int32Array(0);
  let units = new Uint16Array(0);
  let end = firstPlace;

  function learn(word: Uint16Array, hash: number): number {
    const terms = read(String.fromCharCode(...word));
    const place = end;
    makeRoom(lengths + word.length + terms.length);
    units[end++] = word.length;
    units[end++] = terms.length;
    units.set(word, end);
    end += word.length;
    for (let at = 0; at < terms.length; at++) units[end++] = terms.charCodeAt(at);
    const set = setOf(hash);
    table.copyWithin(set + fieldsOfWord, set, set + fieldsOfSet - fieldsOfWord);
    table[set] = hash;
    table[set + 1] = place;
    return place;
  }

  function findOrLearn(word: Uint16Array, hash: number): number {
    const place = placeIn(table, hash);
    return stands(units, place, word, 0, word.length) ? place : learn(word, hash);
  }

  function makeRoom(length: number): void {
    if (end + length <= units.length) return;
    const larger = new Uint16Array(Math.min(mostUnits, 2 * units.length));
    larger.set(units);
    units = larger;
  }

  return {
    /** Finds out the terms of words: for each a place, which the other functions take until this is called again. */
    find({ units: text, count, starts, ends, hashes }: Words): Uint32Array {
      if (table.length === 0) {
        table = new Int32Array(sets * fieldsOfSet);
        units = new Uint16Array(unitsAtFirst);
      }
      if (end + mostAtOnce > mostUnits) {
        table.fill(0);
        end = firstPlace;
      }
      // Where they stand is asked of all before any is looked at, so that no word waits for the one before.
      for (let n = 0; n < count; n++) places[n] = placeIn(table, hashes[n] as number);
      for (let n = 0; n < count; n++) {
        const start = starts[n] as number;
        const length = (ends[n] as number) - start;
        if (!stands(units, places[n] as number, text, start, length))
          places[n] = findOrLearn(text.subarray(start, start + length), hashes[n] as number);
      }
      return places;
    },

    /** The terms of a word. */
    terms(place: number): string {
      const start = place + lengths + (units[place] as number);
      return String.fromCharCode(...units.subarray(start, start + (units[place + 1] as number)));
    },

    /** How many units `copyTerms` writes at most. */
    roomOf(place: number): number {
      return (units[place + 1] as number) + 1;
    },

    /** Writes the terms of a word, if it has any, and a space into UTF-16 units behind `end`; answers where they end. */
    copyTerms(place: number, into: Uint16Array, end: number): number {
      // A variable of a closure would be looked up for each unit.
      const from = units;
      const start = place + lengths + (from[place] as number);
      const length = from[place + 1] as number;
      if (length === 0) return end;
      for (let at = 0; at < length; at++) into[end + at] = from[start + at] as number;
      into[end + length] = space;
      return end + length + 1;
    },
  };
}

function placeIn(table: Int32Array, hash: number): number {
  const set = setOf(hash);
  for (let at = set; at < set + fieldsOfSet; at += fieldsOfWord) if (table[at] === hash) return table[at + 1] as number;
  return 0;
}

function stands(units: Uint16Array, place: number, text: Uint16Array, start: number, length: number): boolean {
  if (place === 0 || units[place] !== length) return false;
  const word = place + lengths;
  for (let at = 0; at < length; at++) if (units[word + at] !== text[start + at]) return false;
  return true;
}

function setOf(hash: number): number {
  return ((hash ^ (hash >>> 16)) & (sets - 1)) * fieldsOfSet;
}
