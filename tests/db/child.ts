// What tests run in a process of its own: node child.ts <what> <url>. Prints one line for each thing done.
import { setTimeout as sleep } from 'node:timers/promises';
import BetterSqlite from 'better-sqlite3';
import { migrateDatabase } from '../../src/db/migrate.ts';
import { openDatabase } from '../../src/db/open.ts';
import { sqlitePath } from '../../src/db/url.ts';

const [what, url = ''] = process.argv.slice(2);
const say = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`);

if (what === 'migrate') say(await migrateDatabase(url));
else if (what === 'hold-lock') {
  const connection = new BetterSqlite(sqlitePath(url));
  connection.exec('BEGIN IMMEDIATE');
  say('held');
  await sleep(60_000);
} else if (what === 'write-many') {
  // Several at a time, as a server does; each is acknowledged as soon as `write` answers.
  const db = await openDatabase(url);
  let next = 0;
  const writeOn = async () => {
    while (next < 1000) {
      const name = `n${next++}`;
      await db.write((tx) => tx.insert(db.tables.settings).values({ name, value: 1, updatedAt: new Date(0) }));
      say(name);
    }
  };
  await Promise.all(Array.from({ length: 8 }, writeOn));
  say('all');
} else throw new Error(`cannot ${what}`);
