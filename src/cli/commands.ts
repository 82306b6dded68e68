import { type Command, Option } from 'commander';
import { permissionNames, roleNames } from '../auth/permissions.ts';
import { settingsSchema } from '../config.ts';
import { help, settingsInArabic } from './help-texts.ts';
import { say } from './language.ts';
import { choice, choices, countOption, examples, instantOption, portOption } from './options.ts';

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
  addHelpCommand(program);
}

function addServeCommand(program: Command): void {
  program
    .command('serve')
    .summary(say(help.serve.summary))
    .description(say(help.serve.description))
    .option('--host <address>', say(help.serve.host))
    .option('--port <number>', say(help.serve.port), portOption)
    .option('--workers <number>', say(help.serve.workers), countOption)
    .addOption(new Option('--as-worker').hideHelp())
    .addHelpText(
      'after',
      `${examples('khabar serve', 'khabar serve --workers 4', 'DATABASE_URL=postgres://user:password@host/news khabar serve --port 8080')}\n\n${settingsHelp()}`,
    )
    .action(async (options) => (await import('./serve.ts')).serve(options));
}

function addMigrateCommand(program: Command): void {
  program
    .command('migrate')
    .summary(say(help.migrate.summary))
    .description(say(help.migrate.description))
    .option('--json', say(help.json('{ "applied", "wasEmpty" }')))
    .addHelpText('after', examples('khabar migrate', 'DATABASE_URL=postgres://user:password@host/news khabar migrate'))
    .action(async (options) => (await import('./migrate.ts')).migrate(options));
}

/** `user create` and `key create`: how a newsroom gets its first admin, and programs get in. */
function addAccessCommands(program: Command): void {
  const user = program.command('user').description(say(help.user.description));
  user
    .command('create')
    .summary(say(help.userCreate.summary))
    .description(say(help.userCreate.description))
    .requiredOption('--email <address>', say(help.userCreate.email))
    .requiredOption('--name <name>', say(help.userCreate.name))
    .requiredOption('--role <role>', say(help.userCreate.role), choice(roleNames))
    .option('--password-stdin', say(help.userCreate.passwordStdin))
    .option('--json', say(help.jsonResult))
    .addHelpText(
      'after',
      examples(
        'khabar user create --email layla@example.org --name "ليلى حداد" --role admin',
        'echo "$PASSWORD" | khabar user create --email omar@example.org --name Omar --role editor --password-stdin',
      ),
    )
    .action(async (options) => (await import('./access.ts')).createUser(options));
  addHelpCommand(user);

  const key = program.command('key').description(say(help.key.description));
  key
    .command('create')
    .summary(say(help.keyCreate.summary))
    .description(say(help.keyCreate.description))
    .requiredOption('--name <name>', say(help.keyCreate.name))
    .option('--role <role>', say(help.keyCreate.role), choice(roleNames))
    .option('--scope <scope...>', say(help.keyCreate.scope), choices(permissionNames))
    .option('--expires <instant>', say(help.keyCreate.expires), instantOption)
    .option('--json', say(help.json(say(help.keyCreate.jsonShape))))
    .addHelpText(
      'after',
      examples(
        'khabar key create --name script --role editor --json',
        'khabar key create --name archive --scope articles:read taxonomy:read --expires 2030-01-01',
      ),
    )
    .action(async (options) => (await import('./access.ts')).createKey(options));
  addHelpCommand(key);
}

function addBackupCommand(program: Command): void {
  program
    .command('backup')
    .argument('<file>', say(help.backup.file))
    .summary(say(help.backup.summary))
    .description(say(help.backup.description))
    .option('--json', say(help.json('{ "file", "bytes" }')))
    .addHelpText('after', examples('khabar backup /backups/khabar-$(date +%F).db'))
    .action(async (file, options) => (await import('./backup.ts')).backup(file, options));
}

function addOpenApiCommand(program: Command): void {
  program
    .command('openapi')
    .summary(say(help.openapi.summary))
    .description(say(help.openapi.description))
    .option('--check', say(help.openapi.check))
    .option('--out <file>', say(help.openapi.out))
    .option('--json', say(help.json('{ "file", "changed" }')))
    .addHelpText('after', examples('khabar openapi', 'khabar openapi --check', 'khabar openapi --out - | less'))
    .action(async (options) => (await import('./openapi.ts')).openapi(options));
}

function addImportCommand(program: Command): void {
  program
    .command('import')
    .argument('<file>', say(help.import.file))
    .summary(say(help.import.summary))
    .description(say(help.import.description))
    .option('--format <format>', say(help.import.format), choice(['page', 'ndjson']))
    .option('--publish', say(help.import.publish))
    .option('--take-settings', say(help.import.takeSettings))
    .option('--dry-run', say(help.import.dryRun))
    .option('--json', say(help.jsonResult))
    .addHelpText(
      'after',
      `${examples(
        'khabar import page.txt --publish',
        'khabar import site.ndjson',
        'khabar import archive.ndjson.gz --dry-run',
        'khabar import - --format ndjson < site.ndjson',
      )}\n\n${say(help.import.lineNeeds)}\n` +
        '  {"externalId":"a-1","headline":"عنوان","lead":"…","source":"وكالة","category":["أخبار","سياسة"],"tags":["سوريا"],\n' +
        '   "authors":["ليلى حداد"],"publishedAt":"2025-11-10T22:00:00Z","status":"published",\n' +
        '   "sections":[{"heading":"تفاصيل","body":{"text":"فقرة أولى.\\n\\nفقرة ثانية."}}]}',
    )
    .action(async (file, options) => (await import('./import.ts')).importFile(file, options));
}

function addExportCommand(program: Command): void {
  program
    .command('export')
    .summary(say(help.export.summary))
    .description(say(help.export.description))
    .option('--out <file>', say(help.export.out))
    .option('--json', say(help.export.json))
    .addHelpText('after', examples('khabar export --out site.ndjson', 'khabar export | gzip > site.ndjson.gz'))
    .action(async (options) => (await import('./export.ts')).exportTo(options));
}

function addReindexCommand(program: Command): void {
  program
    .command('reindex')
    .summary(say(help.reindex.summary))
    .description(say(help.reindex.description))
    .option('--json', say(help.json('{ "indexed", "resumed" }')))
    .addHelpText('after', examples('khabar reindex'))
    .action(async (options) => (await import('./reindex.ts')).reindex(options));
}

function addDemoCommand(program: Command): void {
  program
    .command('demo')
    .summary(say(help.demo.summary))
    .description(say(help.demo.description))
    .option('--port <number>', say(help.demo.port), portOption)
    .addHelpText('after', examples('npm run demo', 'khabar demo --port 8080'))
    .action(async (options) => (await import('./demo.ts')).demo(options));
}

/** Commander's own passes over names that there are not, and prints what it has without a word of them. */
function addHelpCommand(group: Command): void {
  group
    .command('help')
    .argument('[command...]')
    .description(say(help.khabar.help))
    .action((names: string[]) => {
      let command = group;
      for (const name of names)
        command =
          command.commands.find((each) => each.name() === name) ?? command.error(`error: unknown command '${name}'`);
      command.help();
    });
}

/** The settings as the schema has them, so that the help cannot fall behind. */
function settingsHelp(): string {
  const defaults = settingsSchema.parse({}) as Record<string, unknown>;
  const lines = Object.entries(settingsSchema.shape).map(([name, setting]) => {
    const value = defaults[name];
    const shown =
      value === undefined || (Array.isArray(value) && value.length === 0) ? say(help.serve.unset) : String(value);
    return `  ${name.padEnd(28)} ${say({ en: setting.description ?? '', ar: settingsInArabic[name as keyof typeof settingsInArabic] })} (${shown})`;
  });
  return `${say(help.serve.settings)}\n${lines.join('\n')}`;
}
