import type { SearchSettingsSource } from '../search/analysers.ts';
import type { Threads } from '../threads.ts';
import type { Line } from './lines.ts';
import { unpackItem } from './packed-items.ts';
import type { LineDefaults } from './prepare-line.ts';
import { type Item, readItem } from './read-item.ts';
import type { ReadAnswer, ReadTask } from './read-thread.ts';

/** Threads for reading lines, and the search settings that they analyse with, which the file itself may bring. */
export type Readers = { threads: Pick<Threads, 'run'>; settings: SearchSettingsSource };

/** A line, and what it says or why it does not. */
export type ReadLine = { line: Line; outcome: { item: Item | null } | { error: unknown } };

const readThread = new URL('./read-thread.ts', import.meta.url);
/** So many lines are read at once where they come in: a thread would only begin when they are done. */
const linesBefore = 150;
const linesAtOnce = 200;
const bytesAtOnce = 1024 * 1024;
const chunksAhead = 4;

/**
 * Reads lines in their order. Where there are many, and threads to read them, the next ones are read while the last are
 * written.
 */
export async function* readAhead(
  lines: AsyncIterable<Line>,
  defaults: LineDefaults,
  readers: Readers | undefined,
): AsyncGenerator<ReadLine> {
  const ahead: Promise<ReadLine[]>[] = [];
  let chunk: Line[] = [];
  let size = 0;
  let count = 0;
  for await (const line of lines) {
    if (readers === undefined || count++ < linesBefore) {
      yield await readHere(line, defaults);
      continue;
    }
    chunk.push(line);
    size += 'text' in line ? line.text.length : 0;
    if (chunk.length < linesAtOnce && size < bytesAtOnce) continue;
    ahead.push(readThere(chunk, defaults, readers));
    chunk = [];
    size = 0;
    if (ahead.length >= chunksAhead) yield* (await ahead.shift()) ?? [];
  }
  for (const read of ahead) yield* await read;
  for (const line of chunk) yield await readHere(line, defaults);
}

async function readHere(line: Line, defaults: LineDefaults): Promise<ReadLine> {
  try {
    return { line, outcome: { item: await readItem(line, defaults) } };
  } catch (error) {
    return { line, outcome: { error } };
  }
}

/** Never rejects: what a thread could not do is done here, and what is wrong with a line is found out here. */
async function readThere(lines: Line[], defaults: LineDefaults, { threads, settings }: Readers): Promise<ReadLine[]> {
  const { locale, timeZone, publish } = defaults;
  const task = { lines, defaults: { locale, timeZone, publish }, search: settings.search() };
  const answer = await threads.run<ReadTask, ReadAnswer>(readThread, 'read', task).catch(() => null);
  const read: ReadLine[] = [];
  for (const [index, line] of lines.entries()) {
    const item = answer?.items[index] ?? (answer ? null : 'bad');
    if (item === 'bad') read.push(await readHere(line, defaults));
    else read.push({ line, outcome: { item: item && unpackItem(item, answer?.bytes ?? new ArrayBuffer(0)) } });
  }
  return read;
}
