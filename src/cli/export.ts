import { once } from 'node:events';
import { createWriteStream, existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { exportNewsroom } from '../imports/export.ts';
import { say } from './language.ts';
import { messages } from './messages.ts';
import { withNewsroom } from './newsroom.ts';
import { CliError, note, printResult } from './output.ts';
import { showProgress } from './progress.ts';

export async function exportTo({ out, json = false }: { out?: string; json?: boolean }): Promise<void> {
  const target = out === undefined ? null : resolve(out);
  if (target && !existsSync(dirname(target))) throw new CliError(messages.noFolder(dirname(target)));
  const partial = target && join(dirname(target), `.${basename(target)}.${process.pid}.partial`);
  const stream = partial ? createWriteStream(partial, { mode: 0o600, flush: true }) : process.stdout;
  const write = writerOf(stream);
  const progress = showProgress(say(messages.exporting), 0);
  try {
    const counts = await withNewsroom(
      (db) =>
        exportNewsroom(db, write, (done, total) => progress.update(done, say(messages.articlesDone(done, total)))),
      { mustExist: true },
    );
    progress.end();
    if (!target || !partial) {
      if (json) note(JSON.stringify(counts));
      return;
    }
    stream.end();
    await finished(stream);
    await rename(partial, target);
    const line = say(messages.exported(target, counts));
    printResult({ file: target, ...counts }, { json, lines: [line] });
  } finally {
    if (partial) await rm(partial, { force: true });
  }
}

/** Waits whenever the stream is full, so that memory does not grow with the newsroom. Throws once it cannot be written. */
function writerOf(stream: Writable) {
  // It may fail between two lines, when nobody waits for it.
  stream.on('error', () => {});
  return async (line: string): Promise<void> => {
    if (stream.errored) throw stream.errored;
    if (!stream.write(`${line}\n`)) await once(stream, 'drain');
  };
}
