import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text as readAll } from 'node:stream/consumers';
import { createAudit } from '../audit/audit.ts';
import { createKeyService } from '../auth/key-service.ts';
import { createPasswords } from '../auth/passwords.ts';
import type { permissionNames, roleNames } from '../auth/permissions.ts';
import { createUserService } from '../auth/user-service.ts';
import { say } from './language.ts';
import { messages } from './messages.ts';
import { clock, systemWork, withNewsroom } from './newsroom.ts';
import { CliError, exitCodes, note, printResult } from './output.ts';

type UserOptions = { email: string; name: string; role: (typeof roleNames)[number]; passwordStdin?: true; json?: true };

export async function createUser({ email, name, role, passwordStdin, json }: UserOptions): Promise<void> {
  const { password, isNew } = await choosePassword(passwordStdin ?? false);
  await withNewsroom(async (db) => {
    const users = createUserService({ db, clock, audit: createAudit(db.tables, clock), passwords: createPasswords() });
    const { id } = await users.create(systemWork(db), { email, name, role, password });
    const result = { id, email, name, role, ...(isNew ? { password } : {}) };
    const lines = [messages.createdUser(role, name, email, id), ...(isNew ? [messages.password(password)] : [])].map(
      say,
    );
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

export async function createKey({ name, role, scope, expires, json }: KeyOptions): Promise<void> {
  if ((role === undefined) === (scope === undefined)) throw new CliError(messages.roleOrScope, exitCodes.usage);
  await withNewsroom(async (db) => {
    const keys = createKeyService({ db, clock, audit: createAudit(db.tables, clock) });
    const { id, secret, expiresAt } = await keys.create(systemWork(db), {
      name,
      ...(role === undefined ? {} : { role }),
      ...(scope === undefined ? {} : { scopes: scope }),
      ...(expires === undefined ? {} : { expiresAt: expires }),
    });
    const result = { id, secret, name, role: role ?? null, scopes: scope ?? null, expiresAt };
    const lines = [messages.createdKey(name, id), messages.secret(secret ?? ''), messages.shownOnce].map(say);
    printResult(result, { json: json ?? false, lines });
  });
}

async function choosePassword(fromInput: boolean): Promise<{ password: string; isNew: boolean }> {
  if (fromInput) return { password: (await readAll(process.stdin)).replace(/\r?\n$/, ''), isNew: false };
  if (process.stdin.isTTY && process.stderr.isTTY) {
    const password = await askHidden(say(messages.askPassword));
    if (password !== '') {
      if ((await askHidden(say(messages.askAgain))) !== password) throw new CliError(messages.passwordsDiffer);
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
