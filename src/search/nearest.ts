/** A word of those who typed, and how far the nearest known one may be: one slip in a short word, two in a long one. */
export function slipsAllowed(word: string): number {
  return word.length < 3 ? 0 : word.length < 6 ? 1 : 2;
}

/** The known word that is fewest slips away (a letter too many, too few, wrong, or two swapped); null for none near. */
export function nearestWord(word: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let least = slipsAllowed(word) + 1;
  for (const candidate of known) {
    if (candidate === word) continue;
    const slips = distance(word, candidate, least - 1);
    if (slips < least) {
      least = slips;
      best = candidate;
    }
  }
  return best;
}

/** Optimal string alignment distance (Damerau, Levenshtein), or more than `most` as soon as it is clear. */
function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let smallest = i;
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      let slips = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (isSame ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        slips = Math.min(slips, (before[j - 2] ?? 0) + 1);
      row.push(slips);
      smallest = Math.min(smallest, slips);
    }
    if (smallest > most) return most + 1;
    before = last;
    last = row;
  }
  return last[b.length] ?? most + 1;
}
