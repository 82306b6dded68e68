import { setImmediate as nextTick } from 'node:timers/promises';
import { inPieces } from '../in-pieces.ts';

/** So many are sorted, or merged, before others have their turn: some milliseconds. */
const atOnce = 4000;

/** The same texts in the order of their UTF-16 units, as `sort` would put them; others have their turn in between. */
export async function sortInTurns(texts: readonly string[]): Promise<string[]> {
  let runs: string[][] = [];
  for await (const piece of inPieces(texts, atOnce)) runs.push(piece.sort());
  while (runs.length > 1) {
    const merged: string[][] = [];
    for (let at = 0; at < runs.length; at += 2) merged.push(await merge(runs[at] ?? [], runs[at + 1] ?? []));
    runs = merged;
  }
  return runs[0] ?? [];
}

async function merge(one: readonly string[], other: readonly string[]): Promise<string[]> {
  const merged: string[] = [];
  for (let i = 0, j = 0; i < one.length || j < other.length; ) {
    const [a, b] = [one[i], other[j]];
    if (b === undefined || (a !== undefined && a <= b)) {
      merged.push(a as string);
      i++;
    } else {
      merged.push(b);
      j++;
    }
    if (merged.length % atOnce === 0) await nextTick();
  }
  return merged;
}
