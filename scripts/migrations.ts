// Makes the next migration of both engines from src/db/tables.ts.
import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const usage = `Usage: npm run migrations -- <name>            make a new migration; <name> is in kebab-case
       npm run migrations -- --custom <name>   make a new migration from scripts/sql/<name>.<engine>.sql
       npm run migrations -- --check           fail when the tables and the migrations differ
       npm run migrations -- --fresh           start over with the foundation and scripts/sql; only before the first release`;
const engines = { sqlite: 'sqlite', postgres: 'postgresql' } as const;
/** Tables that are found by their primary key, or have short rows: kept in its order, so that it needs no own tree. */
const inKeyOrder = [
  'publication_facets',
  'publication_views',
  'likeness_bands',
  'article_authors',
  'article_tags',
  'article_imports',
  'article_slugs',
  'former_term_slugs',
  'sections',
];
const [argument = '', customName = ''] = process.argv.slice(2);
const kebabCase = /^[a-z][a-z0-9-]*$/;

if (argument === '--help' || argument === '-h') console.log(usage);
else if (argument === '--check') check();
else if (argument === '--fresh') {
  for (const engine of Object.keys(engines)) rmSync(`migrations/${engine}`, { recursive: true, force: true });
  generate('foundation', 'migrations');
  addChangesTable();
  addCustom('search');
} else if (argument === '--custom' && kebabCase.test(customName)) addCustom(customName);
else if (kebabCase.test(argument)) generate(argument, 'migrations');
else {
  const given = argument === '--custom' ? customName : argument;
  console.error(given === '' ? 'The migration needs a name.' : `No name of a migration: ${given}`);
  console.error(usage);
  process.exitCode = 2;
}

function generate(name: string, out: string): void {
  for (const [engine, dialect] of Object.entries(engines)) {
    const before = sqlFiles(`${out}/${engine}`);
    execFileSync(
      'node_modules/.bin/drizzle-kit',
      [
        'generate',
        '--dialect',
        dialect,
        '--schema',
        `./src/db/schema-${engine}.ts`,
        '--out',
        `./${out}/${engine}`,
        '--name',
        name,
      ],
      { stdio: out === 'migrations' ? 'inherit' : 'pipe' },
    );
    for (const file of sqlFiles(`${out}/${engine}`).filter((each) => !before.includes(each)))
      if (engine === 'sqlite') makeStrict(`${out}/${engine}/${file}`);
  }
}

/**
 * Drizzle cannot say STRICT, which makes SQLite refuse values of another type than the column's, nor WITHOUT ROWID.
 */
function makeStrict(path: string): void {
  const text = readFileSync(path, 'utf8').replace(
    /(CREATE TABLE `([^`]+)` \([\s\S]*?\n\));/g,
    (_, statement: string, name: string) => `${statement} STRICT${inKeyOrder.includes(name) ? ', WITHOUT ROWID' : ''};`,
  );
  writeFileSync(path, text);
}

/** A migration of what Drizzle has no words for, such as full-text indexes: the SQL of scripts/sql, as it stands there. */
function addCustom(name: string): void {
  for (const [engine, dialect] of Object.entries(engines)) {
    const before = sqlFiles(`migrations/${engine}`);
    execFileSync(
      'node_modules/.bin/drizzle-kit',
      ['generate', '--custom', '--dialect', dialect, '--schema', `./src/db/schema-${engine}.ts`].concat([
        '--out',
        `./migrations/${engine}`,
        '--name',
        name,
      ]),
      { stdio: 'inherit' },
    );
    const [made] = sqlFiles(`migrations/${engine}`).filter((each) => !before.includes(each));
    cpSync(`scripts/sql/${name}.${engine}.sql`, `migrations/${engine}/${made}`);
  }
}

/** The one table that only SQLite has: PostgreSQL tells other processes of changes by NOTIFY. */
function addChangesTable(): void {
  const [file] = sqlFiles('migrations/sqlite');
  const path = `migrations/sqlite/${file}`;
  const table =
    'CREATE TABLE `changes` (\n\t`seq` integer PRIMARY KEY AUTOINCREMENT,\n\t`origin` text NOT NULL,\n\t`tags` text NOT NULL\n) STRICT;';
  writeFileSync(path, `${readFileSync(path, 'utf8')}\n--> statement-breakpoint\n${table}\n`);
}

function check(): void {
  const relative = `.tmp/migrations-${process.pid}`;
  try {
    assertInStep();
    cpSync('migrations', relative, { recursive: true });
    generate('drift', relative);
    for (const engine of Object.keys(engines))
      if (sqlFiles(`${relative}/${engine}`).length !== sqlFiles(`migrations/${engine}`).length)
        throw new Error(`src/db/tables.ts and migrations/${engine} differ: run npm run migrations -- <name>`);
    console.log('migrations: in step with src/db/tables.ts');
  } finally {
    rmSync(relative, { recursive: true, force: true });
  }
}

/** Both engines have the same migrations, each younger than the one before: Drizzle passes over those that are not. */
function assertInStep(): void {
  const journals = Object.keys(engines).map((engine) => {
    const text = readFileSync(`migrations/${engine}/meta/_journal.json`, 'utf8');
    return (JSON.parse(text) as { entries: { tag: string; when: number }[] }).entries;
  });
  const [first = [], ...others] = journals.map((entries) => entries.map((entry) => entry.tag));
  if (others.some((tags) => tags.join() !== first.join())) throw new Error('the engines have different migrations');
  for (const entries of journals)
    for (const [n, { tag, when }] of entries.entries())
      if (when <= (entries[n - 1]?.when ?? 0)) throw new Error(`${tag} is older than the migration before it`);
}

function sqlFiles(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.sql'));
  } catch {
    return [];
  }
}
