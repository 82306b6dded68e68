import { closeSync, openSync, rmSync } from 'node:fs';
import { link, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { classifyDatabaseError } from '../db/errors.ts';
import { messages } from './messages.ts';
import { CliError, exitCodes } from './output.ts';

type Options = {
  /** Who may do what with it, unless that of other files; as in `chmod`. */
  mode?: number;
  /** Whether it may take the place of a file that is there. */
  replaces: boolean;
};

/**
 * Writes a file so that nobody ever takes half of it for the whole, after a full disk or a power cut either: `write` is
 * handed another file in the same folder, which is empty and must not be made again. Answers the path, and what `write`
 * does. Throws CliError where the file cannot be written; a failure of `write` is its own, see `cannotWrite`.
 */
export async function writeWhole<T>(
  file: string,
  { mode = 0o666, replaces }: Options,
  write: (partial: string) => Promise<T>,
): Promise<{ target: string; written: T }> {
  const target = resolve(file);
  await checkPlace(target, replaces);
  const partial = join(dirname(target), `.${basename(target)}.${process.pid}.partial`);
  const done = <R>(step: Promise<R>) => step.catch((error) => Promise.reject(cannotWrite(target, error)));
  const giveUp = (signal: NodeJS.Signals) => {
    rmSync(partial, { force: true });
    process.kill(process.pid, signal);
  };
  for (const signal of endings) process.once(signal, giveUp);
  try {
    await done(make(partial, mode));
    const written = await write(partial);
    await done(flush(partial));
    // A hard link fails where the name was taken meanwhile.
    await done(replaces ? rename(partial, target) : link(partial, target));
    await done(flush(dirname(target)));
    return { target, written };
  } finally {
    // What could not be made cannot be removed either, and was told.
    await rm(partial, { force: true }).catch(() => {});
    for (const signal of endings) process.off(signal, giveUp);
  }
}

/**
 * Makes an empty file, with no moment in which a signal could come between. Never writes into one that is there: that may
 * be another's to read, or lead to somewhere else.
 */
async function make(file: string, mode: number): Promise<void> {
  rmSync(file, { force: true });
  closeSync(openSync(file, 'wx', mode));
}

/** How people, and what watches over jobs, end a command. */
const endings: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** What went wrong with a file, as one sentence that names it. */
export function cannotWrite(name: string, cause: unknown): CliError {
  const file = resolve(name);
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  if (code === 'EEXIST') return new CliError(messages.neverOverwrites(file));
  const isFull = ['ENOSPC', 'EDQUOT'].includes(code) || classifyDatabaseError(cause)?.kind === 'full';
  return new CliError(isFull ? messages.diskFull(file) : messages.cannotWrite(file, code), exitCodes.failed, cause);
}

/** Before anything is done: to find it out afterwards may cost an hour. */
async function checkPlace(target: string, replaces: boolean): Promise<void> {
  const folder = dirname(target);
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new CliError(messages.noFolder(folder));
  const there = await stat(target).catch(() => null);
  if (there?.isDirectory()) throw new CliError(messages.isFolder(target));
  if (there && !replaces) throw new CliError(messages.neverOverwrites(target));
  if (there && !there.isFile()) throw new CliError(messages.isNoFile(target));
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
