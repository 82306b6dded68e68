import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text as readAll } from 'node:stream/consumers';
import type { Command } from 'commander';
import { createAudit } from '../audit/audit.ts';
import { createKeyService } from '../auth/key-service.ts';
import { createPasswords } from '../auth/passwords.ts';
import { permissionNames, roleNames } from '../auth/permissions.ts';
import { createUserService } from '../auth/user-service.ts';
import { clock, systemWork, withNewsroom } from './newsroom.ts';
import { choice, choices, examples, instantOption } from './options.ts';
import { CliError, exitCodes, note, printResult } from './output.ts';

/** `user create` and `key create`: how a newsroom gets its first admin, and programs get in. */
export function addAccessCommands(program: Command): void {
  const user = program.command('user').description('manage the staff');
  user
    .command('create')
    .summary('create a user')
    .description(
      'Creates a user. The password is read from standard input with --password-stdin, asked for on a terminal, and\n' +
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
    .action(createUser);

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
    .action(createKey);
}

type UserOptions = { email: string; name: string; role: (typeof roleNames)[number]; passwordStdin?: true; json?: true };

async function createUser({ email, name, role, passwordStdin, json }: UserOptions): Promise<void> {
  const { password, isNew } = await choosePassword(passwordStdin ?? false);
  await withNewsroom(async (db) => {
    const users = createUserService({ db, clock, audit: createAudit(db.tables, clock), passwords: createPasswords() });
    const { id } = await users.create(systemWork(db), { email, name, role, password });
    const result = { id, email, name, role, ...(isNew ? { password } : {}) };
    const lines = [`Created the ${role} ${name} <${email}>, id ${id}.`, ...(isNew ? [`Password: ${password}`] : [])];
    printResult(result, { json: json ?? false, lines });
  });
}

type KeyOptions = {
  name: string;
  role?: (typeof roleNames)[number];
  scope?: (typeof permissionNames)[number][];
  expires?: Date;
  json?: true;
};

async function createKey({ name, role, scope, expires, json }: KeyOptions): Promise<void> {
  if ((role === undefined) === (scope === undefined))
    throw new CliError('Give the key either --role or --scope.', exitCodes.usage);
  await withNewsroom(async (db) => {
    const keys = createKeyService({ db, clock, audit: createAudit(db.tables, clock) });
    const { id, secret, expiresAt } = await keys.create(systemWork(db), {
      name,
      ...(role === undefined ? {} : { role }),
      ...(scope === undefined ? {} : { scopes: scope }),
      ...(expires === undefined ? {} : { expiresAt: expires }),
    });
    const result = { id, secret, name, role: role ?? null, scopes: scope ?? null, expiresAt };
    const lines = [`Created the key ${name}, id ${id}.`, `Secret: ${secret}`, 'It is not shown again.'];
    printResult(result, { json: json ?? false, lines });
  });
}

async function choosePassword(fromInput: boolean): Promise<{ password: string; isNew: boolean }> {
  if (fromInput) return { password: (await readAll(process.stdin)).replace(/\r?\n$/, ''), isNew: false };
  if (process.stdin.isTTY && process.stderr.isTTY) {
    const password = await askHidden('Password (empty for a new one): ');
    if (password !== '') {
      if ((await askHidden('Once more: ')) !== password) throw new CliError('The two passwords differ.');
      return { password, isNew: false };
    }
  }
  return { password: randomBytes(15).toString('base64url'), isNew: true };
}

/** Asks on the terminal without showing what is typed. */
async function askHidden(question: string): Promise<string> {
  process.stderr.write(question);
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output, terminal: true });
  terminal.on('SIGINT', () => process.exit(130));
  try {
    return await terminal.question('');
  } finally {
    terminal.close();
    note('');
  }
}
