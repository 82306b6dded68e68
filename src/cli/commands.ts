import type { Command } from 'commander';
import { permissionNames, roleNames } from '../auth/permissions.ts';
import { settingsSchema } from '../config.ts';
import { choice, choices, examples, instantOption, portOption } from './options.ts';

/**
 * Every command: what it is called, takes and is for. What it does is loaded when it runs, so that `--help` and wrong
 * usage answer at once.
 */
export function addCommands(program: Command): void {
  addServeCommand(program);
  addMigrateCommand(program);
  addAccessCommands(program);
  addImportCommand(program);
  addExportCommand(program);
  addReindexCommand(program);
  addBackupCommand(program);
  addOpenApiCommand(program);
  addDemoCommand(program);
}

function addServeCommand(program: Command): void {
  program
    .command('serve')
    .summary('start the server')
    .description(
      'Starts the server. Creates the database or brings it to this version’s schema first; refuses one that a newer ' +
        'version has written. SIGTERM and SIGINT end it after running requests are answered.',
    )
    .option('--host <address>', 'address to listen on, instead of HOST')
    .option('--port <number>', 'port to listen on, instead of PORT; 0 picks a free one', portOption)
    .addHelpText(
      'after',
      `${examples('khabar serve', 'DATABASE_URL=postgres://user:password@host/news khabar serve --port 8080')}\n\n${settingsHelp()}`,
    )
    .action(async (options) => (await import('./serve.ts')).serve(options));
}

function addMigrateCommand(program: Command): void {
  program
    .command('migrate')
    .summary('bring the database to this version’s schema')
    .description(
      'Creates the database, or brings it to this version’s schema. `serve` does it by itself; use this where only one ' +
        'of several nodes should. Running it again changes nothing.',
    )
    .option('--json', 'print { "applied", "wasEmpty" } as JSON')
    .addHelpText('after', examples('khabar migrate', 'DATABASE_URL=postgres://user:password@host/news khabar migrate'))
    .action(async (options) => (await import('./migrate.ts')).migrate(options));
}

/** `user create` and `key create`: how a newsroom gets its first admin, and programs get in. */
function addAccessCommands(program: Command): void {
  const user = program.command('user').description('manage the staff');
  user
    .command('create')
    .summary('create a user')
    .description(
      'Creates a user. The password is read from standard input with --password-stdin, asked for on a terminal, and ' +
        'otherwise made up and printed once.',
    )
    .requiredOption('--email <address>', 'e-mail address to sign in with')
    .requiredOption('--name <name>', 'name that the newsroom sees')
    .requiredOption('--role <role>', `one of ${roleNames.join(', ')}`, choice(roleNames))
    .option('--password-stdin', 'read the password from standard input')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      examples(
        'khabar user create --email layla@example.org --name "ليلى حداد" --role admin',
        'echo "$PASSWORD" | khabar user create --email omar@example.org --name Omar --role editor --password-stdin',
      ),
    )
    .action(async (options) => (await import('./access.ts')).createUser(options));

  const key = program.command('key').description('manage API keys');
  key
    .command('create')
    .summary('create an API key')
    .description('Creates an API key and prints its secret, which is shown this once and never again.')
    .requiredOption('--name <name>', 'what the key is for')
    .option('--role <role>', `everything a role may do: ${roleNames.join(', ')}`, choice(roleNames))
    .option(
      '--scope <scope...>',
      `only this, instead of a role: ${permissionNames.join(', ')}`,
      choices(permissionNames),
    )
    .option(
      '--expires <instant>',
      'when it stops working, e.g. 2030-01-01T00:00:00Z; never unless given',
      instantOption,
    )
    .option('--json', 'print { "id", "secret" } and what else it is as JSON')
    .addHelpText(
      'after',
      examples(
        'khabar key create --name website --role editor --json',
        'khabar key create --name archive --scope articles:read taxonomy:read --expires 2030-01-01',
      ),
    )
    .action(async (options) => (await import('./access.ts')).createKey(options));
}

function addBackupCommand(program: Command): void {
  program
    .command('backup')
    .argument('<file>', 'the file to write; it must not be there yet')
    .summary('copy the database while it is in use')
    .description(
      'Copies a SQLite database into one file, while the server may go on writing, and checks the copy. To restore it, ' +
        'stop the server and put the copy in the database’s place. For PostgreSQL use pg_dump.',
    )
    .option('--json', 'print { "file", "bytes" } as JSON')
    .addHelpText('after', examples('khabar backup /backups/khabar-$(date +%F).db'))
    .action(async (file, options) => (await import('./backup.ts')).backup(file, options));
}

function addOpenApiCommand(program: Command): void {
  program
    .command('openapi')
    .summary('write the description of the HTTP API')
    .description('Writes openapi.yaml, the OpenAPI 3.1 description of every route, from the schemas the server uses.')
    .option('--check', 'write nothing; fail when openapi.yaml is not what would be written')
    .option('--out <file>', 'write another file, or - for standard output')
    .option('--json', 'print { "file", "changed" } as JSON')
    .addHelpText('after', examples('khabar openapi', 'khabar openapi --check', 'khabar openapi --out - | less'))
    .action(async (options) => (await import('./openapi.ts')).openapi(options));
}

function addImportCommand(program: Command): void {
  program
    .command('import')
    .argument('<file>', 'the file to read, or - for standard input')
    .summary('bring in articles')
    .description(
      'Imports the plain text of a news page, or NDJSON: one article a line, as `khabar export` writes them or as you do. ' +
        'Importing the same again changes nothing; a changed line changes its article, known by its externalId. A bad ' +
        'line is reported with its number and reason, and stops no other; the command then exits with 3.',
    )
    .option(
      '--format <format>',
      'page or ndjson; by the file’s name and content unless given',
      choice(['page', 'ndjson']),
    )
    .option('--publish', 'publish articles that do not say whether they are published')
    .option('--dry-run', 'check everything and write nothing')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `${examples(
        'khabar import page.txt --publish',
        'khabar import site.ndjson',
        'zcat archive.ndjson.gz | khabar import - --format ndjson --dry-run',
      )}\n\nA line needs no more than a headline:\n` +
        '  {"externalId":"a-1","headline":"عنوان","lead":"…","source":"وكالة","category":["أخبار","سياسة"],"tags":["سوريا"],\n' +
        '   "authors":["ليلى حداد"],"publishedAt":"2025-11-10T22:00:00Z","status":"published",\n' +
        '   "sections":[{"heading":"تفاصيل","body":{"text":"فقرة أولى.\\n\\nفقرة ثانية."}}]}',
    )
    .action(async (file, options) => (await import('./import.ts')).importFile(file, options));
}

function addExportCommand(program: Command): void {
  program
    .command('export')
    .summary('write everything as NDJSON')
    .description(
      'Writes categories, tags, authors, and articles with their sections, publications, former slugs and comments, one ' +
        'JSON object a line, as they are at one moment. `khabar import` of it into an empty database gives the same ' +
        'newsroom, ids included. Users, API keys and sessions are not in it; e-mail addresses of commenters are.',
    )
    .option(
      '--out <file>',
      'write to a file instead of standard output; a file that is there is replaced when all is written',
    )
    .option('--json', 'print the counts as JSON (with --out)')
    .addHelpText('after', examples('khabar export --out site.ndjson', 'khabar export | gzip > site.ndjson.gz'))
    .action(async (options) => (await import('./export.ts')).exportTo(options));
}

function addReindexCommand(program: Command): void {
  program
    .command('reindex')
    .summary('build the search index anew')
    .description(
      'Indexes everything anew while the server may go on: searches answer, and what is published meanwhile is not lost. ' +
        'Broken off, it goes on where it was the next time. `serve` does it by itself after an upgrade that analyses words ' +
        'otherwise, and after the protected words were changed.',
    )
    .option('--json', 'print { "indexed", "resumed" } as JSON')
    .addHelpText('after', examples('khabar reindex'))
    .action(async (options) => (await import('./reindex.ts')).reindex(options));
}

function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .summary('try Khabar with a story in it')
    .description(
      'Starts a server on a throw-away database that holds one published story, two comments and a staff of one for each ' +
        'role, and prints what to try. Ctrl-C ends it and removes the database. Settings other than these are the defaults.',
    )
    .option('--port <number>', 'port to listen on; 3000 unless it is taken', portOption)
    .addHelpText('after', examples('npm run demo', 'khabar demo --port 8080'))
    .action(async (options) => (await import('./demo.ts')).demo(options));
}

/** The settings as the schema has them, so that the help cannot fall behind. */
function settingsHelp(): string {
  const defaults = settingsSchema.parse({}) as Record<string, unknown>;
  const lines = Object.entries(settingsSchema.shape).map(([name, setting]) => {
    const value = defaults[name];
    const shown = value === undefined || (Array.isArray(value) && value.length === 0) ? 'unset' : String(value);
    return `  ${name.padEnd(28)} ${setting.description} (${shown})`;
  });
  return `Settings, from the environment or a file .env in the working directory:\n${lines.join('\n')}`;
}
