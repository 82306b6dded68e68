import { existsSync } from 'node:fs';
import { link, open, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { backupSqlite } from '../db/backup.ts';
import { isPostgresUrl, sqlitePath } from '../db/url.ts';
import { say } from './language.ts';
import { messages } from './messages.ts';
import { readSettings } from './newsroom.ts';
import { CliError, exitCodes, printResult } from './output.ts';

/** Copies the database of the settings to a file that is not there yet, and checks the copy. */
export async function backup(file: string, { json = false }: { json?: boolean }): Promise<void> {
  const url = readSettings().DATABASE_URL;
  if (isPostgresUrl(url)) throw new CliError(messages.useItsOwnTool);
  const source = sqlitePath(url);
  if (!existsSync(source)) throw new CliError(messages.noDatabase(source));
  const target = resolve(file);
  if (existsSync(target)) throw alreadyThere(target);
  if (!existsSync(dirname(target))) throw new CliError(messages.noFolder(dirname(target)), exitCodes.usage);
  // Until it is whole and checked the copy has another name, so nobody takes half a backup for one.
  const partial = join(dirname(target), `.${basename(target)}.${process.pid}.partial`);
  try {
    await backupSqlite(source, partial);
    await flush(partial);
    // A hard link fails when the name was taken meanwhile; a rename would overwrite it.
    await link(partial, target).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'EEXIST' ? alreadyThere(target) : error;
    });
  } finally {
    await rm(partial, { force: true });
  }
  await flush(dirname(target));
  const { size } = await stat(target);
  printResult({ file: target, bytes: size }, { json, lines: [say(messages.backedUp(target, size))] });
}

/** A backup that a power cut takes away was none. */
async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function alreadyThere(file: string): CliError {
  return new CliError(messages.neverOverwrites(file));
}
