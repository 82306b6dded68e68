import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { exportNewsroom } from '../imports/export.ts';
import { say } from './language.ts';
import { messages } from './messages.ts';
import { withNewsroom } from './newsroom.ts';
import { note, printResult } from './output.ts';
import { showProgress } from './progress.ts';
import { cannotWrite, writeWhole } from './write-whole.ts';

export async function exportTo({ out, json = false }: { out?: string; json?: boolean }): Promise<void> {
  if (out === undefined) {
    const counts = await exportInto(writerOf(process.stdout));
    if (json) note(JSON.stringify(counts));
    return;
  }
  const { target, written: counts } = await writeWhole(out, { mode: 0o600, replaces: true }, async (partial) => {
    const stream = createWriteStream(partial, { flags: 'r+' });
    const counts = await exportInto(writerOf(stream, (error) => cannotWrite(out, error)));
    stream.end();
    await finished(stream).catch((error) => Promise.reject(cannotWrite(out, error)));
    return counts;
  });
  printResult({ file: target, ...counts }, { json, lines: [say(messages.exported(target, counts))] });
}

function exportInto(write: (line: string) => Promise<void>) {
  const progress = showProgress(say(messages.exporting), 0);
  const onProgress = (done: number, total: number) => progress.update(done, say(messages.articlesDone(done, total)));
  return withNewsroom((db) => exportNewsroom(db, write, onProgress), { mustExist: true }).finally(() => progress.end());
}

/** Waits whenever the stream is full, so that memory does not grow with the newsroom. Throws once it cannot be written. */
function writerOf(stream: Writable, explained: (error: Error) => Error = (error) => error) {
  // It may fail between two lines, when nobody waits for it.
  stream.on('error', () => {});
  return async (line: string): Promise<void> => {
    if (stream.errored) throw explained(stream.errored);
    if (!stream.write(`${line}\n`)) await once(stream, 'drain').catch((error) => Promise.reject(explained(error)));
  };
}
