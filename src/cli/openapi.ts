import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildApp } from '../app.ts';
import { loadConfig } from '../config.ts';
import { migrateDatabase } from '../db/migrate.ts';
import { openDatabase } from '../db/open.ts';
import { committed, openApiYaml } from '../http/openapi.ts';
import { createLogger } from '../logger.ts';
import { say } from './language.ts';
import { messages } from './messages.ts';
import { clock } from './newsroom.ts';
import { CliError, printResult } from './output.ts';
import { cannotWrite, writeWhole } from './write-whole.ts';

/** Writes or checks the description of the API. */
export async function openapi({
  check = false,
  json = false,
  out = committed,
}: {
  check?: boolean;
  json?: boolean;
  out?: string;
}) {
  const yaml = await describeApi();
  if (out === '-') {
    process.stdout.write(yaml);
    return;
  }
  const before = await readFile(out, 'utf8').catch(() => null);
  const changed = before !== yaml;
  if (check && changed) throw new CliError(messages.isOutdated(out));
  if (changed)
    await writeWhole(out, { replaces: true }, (partial) =>
      writeFile(partial, yaml, { flag: 'r+' }).catch((error) => Promise.reject(cannotWrite(out, error))),
    );
  printResult({ file: out, changed }, { json, lines: [say(changed ? messages.wrote(out) : messages.isCurrent(out))] });
}

/** The settings do not change the description, so it is made with none, over a database of its own. */
async function describeApi(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'khabar-openapi-'));
  try {
    const config = loadConfig({ DATABASE_URL: join(folder, 'empty.db'), KHABAR_LOG_LEVEL: 'silent' });
    await migrateDatabase(config.DATABASE_URL);
    const db = await openDatabase(config.DATABASE_URL);
    const app = await buildApp({ config, db, clock, logger: createLogger(config) });
    await app.ready();
    const yaml = await openApiYaml(app);
    await app.close();
    await db.close();
    return yaml;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
