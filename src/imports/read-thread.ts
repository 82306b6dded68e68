// Runs in a worker thread: reads lines of an import as far as it can be done without the database. What goes back is
// copied between threads, so it is made of few pieces: bodies are JSON, and all bytes are in one buffer.
import { move } from 'piscina';
import { createAnalysers } from '../search/analysers.ts';
import type { SearchSettings } from '../settings/schemas.ts';
import type { Line } from './lines.ts';
import { type PackedItem, packItems } from './packed-items.ts';
import type { LineDefaults } from './prepare-line.ts';
import { type Item, readItem } from './read-item.ts';

export type ReadTask = {
  lines: readonly Line[];
  defaults: Pick<LineDefaults, 'locale' | 'timeZone' | 'publish'>;
  search: SearchSettings;
};
/** What each line says; `bad` where it could not be read, and why is found out by whoever asked. */
export type ReadAnswer = { items: readonly (PackedItem | null | 'bad')[]; bytes: ArrayBuffer };

let settings: SearchSettings = { synonyms: [], protectedWords: [] };
const analysers = createAnalysers({ search: () => settings });

export async function read({ lines, defaults, search }: ReadTask): Promise<ReadAnswer> {
  settings = search;
  const site = analysers.current();
  const items: (Item | null | 'bad')[] = [];
  for (const line of lines) items.push(await readItem(line, { ...defaults, site }).catch(() => 'bad' as const));
  const answer = packItems(items);
  move(answer.bytes);
  return answer;
}
