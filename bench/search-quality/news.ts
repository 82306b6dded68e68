import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';

/** What articles for measuring speed are made of. */
export type Texts = { headlines: string[]; paragraphs: string[] };

/** The news of the ANT corpus. */
export async function newsTexts(path: string): Promise<Texts> {
  const items = gunzipSync(await readFile(path))
    .toString()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { title?: string | null; text?: string | null });
  const headlines = items.flatMap(({ title }) => title?.trim().slice(0, 300) || []);
  const paragraphs = items.flatMap(({ text }) => text?.trim() || []);
  return { headlines, paragraphs };
}

/** Words that nobody says, as frequent as words are: the n-th most frequent is n times rarer than the first (Zipf). */
export function generatedTexts(): Texts {
  const letters = 'ابتثجحخدذرزسشصضطظعغفقكلمنهوي';
  let state = 42;
  const random = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  const words = Array.from({ length: 50_000 }, () =>
    Array.from({ length: 3 + Math.floor(random() * 4) }, () => letters[Math.floor(random() * letters.length)]).join(''),
  );
  const word = () => words[Math.floor(words.length ** random()) - 1] ?? '';
  const text = (length: number) => Array.from({ length }, word).join(' ');
  return {
    headlines: Array.from({ length: 10_000 }, () => text(9)),
    paragraphs: Array.from({ length: 10_000 }, () => text(100)),
  };
}
