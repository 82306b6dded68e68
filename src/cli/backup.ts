import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { backupSqlite } from '../db/backup.ts';
import { classifyDatabaseError } from '../db/errors.ts';
import { isPostgresUrl, sqlitePath } from '../db/url.ts';
import { say } from './language.ts';
import { messages } from './messages.ts';
import { readSettings } from './newsroom.ts';
import { CliError, exitCodes, printResult } from './output.ts';
import { cannotWrite, writeWhole } from './write-whole.ts';

/** Copies the database of the settings to a file that is not there yet, and checks the copy. */
export async function backup(file: string, { json = false }: { json?: boolean }): Promise<void> {
  const url = readSettings().DATABASE_URL;
  if (isPostgresUrl(url)) throw new CliError(messages.useItsOwnTool);
  const source = sqlitePath(url);
  if (!existsSync(source)) throw new CliError(messages.noDatabase(source));
  const { target } = await writeWhole(file, { mode: 0o600, replaces: false }, (partial) =>
    backupSqlite(source, partial).catch((error) => {
      if (classifyDatabaseError(error)?.kind === 'full') throw cannotWrite(file, error);
      throw new CliError(messages.cannotCopy(source, file, error.message), exitCodes.failed, error);
    }),
  );
  const { size } = await stat(target);
  printResult({ file: target, bytes: size }, { json, lines: [say(messages.backedUp(target, size))] });
}
