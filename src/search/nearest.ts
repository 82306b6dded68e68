import { inPieces } from '../in-pieces.ts';

/** A word of those who typed, and how far the nearest known one may be: one slip in a short word, two in a long one. */
export function slipsAllowed(word: string): number {
  return word.length < 3 ? 0 : word.length < 6 ? 1 : 2;
}

/** So many words are compared before others have their turn: about a millisecond. */
const comparedAtOnce = 2000;

/** The known word that is fewest slips away (a letter too many, too few, wrong, or two swapped); null for none near. */
export async function nearestWord(word: string, known: readonly string[]): Promise<string | null> {
  let best: string | null = null;
  let least = slipsAllowed(word) + 1;
  for await (const piece of inPieces(known, comparedAtOnce))
    for (const candidate of piece) {
      if (candidate === word) continue;
      const slips = distance(word, candidate, least - 1);
      if (slips < least) {
        least = slips;
        best = candidate;
      }
    }
  return best;
}

/** Rows of the table of distances, the last two and the one that is being made: lent to one call, which never waits. */
let rows = [new Uint16Array(64), new Uint16Array(64), new Uint16Array(64)] as const;

/** Optimal string alignment distance (Damerau, Levenshtein), or more than `most` as soon as it is clear. */
function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  if (b.length >= rows[0].length) rows = [roomFor(b), roomFor(b), roomFor(b)];
  let [before, last, row] = rows;
  for (let j = 0; j <= b.length; j++) last[j] = j;
  for (let i = 1; i <= a.length; i++) {
    row[0] = i;
    let smallest = i;
    const letter = a.charCodeAt(i - 1);
    for (let j = 1; j <= b.length; j++) {
      const other = b.charCodeAt(j - 1);
      const replaced = (last[j - 1] as number) + (letter === other ? 0 : 1);
      let slips = Math.min((last[j] as number) + 1, (row[j - 1] as number) + 1, replaced);
      if (i > 1 && j > 1 && letter === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === other)
        slips = Math.min(slips, (before[j - 2] as number) + 1);
      row[j] = slips;
      if (slips < smallest) smallest = slips;
    }
    if (smallest > most) return most + 1;
    [before, last, row] = [last, row, before];
  }
  return last[b.length] as number;
}

function roomFor(word: string): Uint16Array<ArrayBuffer> {
  return new Uint16Array(2 * word.length);
}
