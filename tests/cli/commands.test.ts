import { existsSync, readdirSync } from 'node:fs';
import { link, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import BetterSqlite from 'better-sqlite3';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { writeWhole } from '../../src/cli/write-whole.ts';
import { type ConfigError, loadConfig } from '../../src/config.ts';
import { enginesToTest } from '../support/engines-setup.ts';
import { workFolder } from './khabar.ts';

let folder: Awaited<ReturnType<typeof workFolder>>;
beforeEach(async () => {
  folder = await workFolder();
});
afterEach(() => folder.dispose());

const commands = [
  ['serve'],
  ['migrate'],
  ['user', 'create'],
  ['key', 'create'],
  ['import'],
  ['export'],
  ['reindex'],
  ['backup'],
  ['openapi'],
  ['demo'],
];

describe('help', () => {
  it.each(commands)('explains %s %s', async (...command) => {
    const { code, stdout, stderr } = await folder.khabar([...command.filter(Boolean), '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^Usage: khabar ${command.join(' ')}`));
    expect(stdout).toContain('Examples:');
    expect(readdirSync(folder.path('.'))).toEqual([]);
  });

  it('lists every command, and every setting with what it is', async () => {
    const { stdout } = await folder.khabar(['--help']);
    for (const [command] of commands) expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
    const { stdout: serve } = await folder.khabar(['serve', '--help']);
    for (const name of ['HOST', 'PORT', 'DATABASE_URL', 'KHABAR_TIME_ZONE']) expect(serve).toContain(name);
  });

  it.each([
    [['help'], ['--help']],
    [
      ['help', 'serve'],
      ['serve', '--help'],
    ],
    [
      ['help', 'user', 'create'],
      ['user', 'create', '--help'],
    ],
    [
      ['user', 'help', 'create'],
      ['user', 'create', '--help'],
    ],
  ])('is the same for %j and %j', async (one, other) => {
    expect(await folder.khabar(one)).toEqual({ ...(await folder.khabar(other)), code: 0 });
  });

  it('tells the version', async () => {
    expect((await folder.khabar(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    [['nonsense']],
    [['help', 'nonsense']],
    [['help', 'user', 'nonsense']],
    [['user', 'help', 'nonsense']],
    [['help', 'backup', 'nonsense']],
    [['help', '--nonsense']],
    [['serve', '--nonsense']],
    [['backup']],
    [['user', 'create', '--email', 'a@example.org']],
    [['key', 'create', '--name', 'n', '--role', 'king']],
  ])('calls %j wrong usage', async (args) => {
    const { code, stdout, stderr } = await folder.khabar(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error: .*--help/s);
  });
});

function problemsWith(environment: Record<string, string>): string[] {
  try {
    loadConfig(environment);
    return [];
  } catch (error) {
    return (error as ConfigError).problems.map(({ en }) => en);
  }
}

describe('settings', () => {
  it('come from .env, and from the environment before it', async () => {
    await writeFile(folder.path('.env'), 'DATABASE_URL=from-file.db\n');
    await folder.khabar(['migrate']);
    await folder.khabar(['migrate'], { env: { DATABASE_URL: 'from-environment.db' } });
    expect(existsSync(folder.path('from-file.db')) && existsSync(folder.path('from-environment.db'))).toBe(true);
  });

  it('in a .env that is no file are not passed over', async () => {
    await mkdir(folder.path('.env'));
    const { code, stderr } = await folder.khabar(['migrate']);
    expect([code, stderr]).toEqual([1, 'khabar: .env cannot be read (EISDIR).\n']);
  });

  it('that are wrong are all named at once', async () => {
    const { code, stderr } = await folder.khabar(['migrate'], {
      env: { PORT: 'x', KHABAR_TIME_ZONE: 'Mars', KHABAR_ODD: '1' },
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/KHABAR_ODD.*PORT.*KHABAR_TIME_ZONE/s);
    const offset = await folder.khabar(['migrate'], { env: { KHABAR_TIME_ZONE: '+03:00' } });
    expect([offset.code, offset.stderr]).toEqual([1, expect.stringMatching(/KHABAR_TIME_ZONE.*Asia\/Damascus/)]);
  });

  it.each([
    [
      'DATABASE_URL',
      ['mysql://host/news', 'sqlite://data/news.db', 'file://host/news.db', 'postgres://u:p#w@host/news'],
    ],
    ['KHABAR_BASE_URL', ['https://sham.example/news', 'https://sham.example/?a', 'ftp://sham.example', 'sham.example']],
    ['KHABAR_TRUSTED_PROXIES', ['proxy', '10.0.0.0/33', '127.0.0.1,proxy', '1']],
    [
      'KHABAR_CORS_ORIGINS',
      ['sham.example', 'https://sham.example/news', 'https://sham.example,x', 'https://u@sham.example', 'file:///'],
    ],
  ])('refuse in %s what makes no sense', (name, values) => {
    for (const value of values)
      expect([value, problemsWith({ [name]: value })]).toEqual([value, [expect.stringMatching(`^${name}: Expected `)]]);
  });

  it('take addresses as they mean', () => {
    expect(loadConfig({ KHABAR_BASE_URL: 'https://SHAM.example:443/' }).KHABAR_BASE_URL).toBe('https://sham.example');
    expect(loadConfig({ KHABAR_LOCALE: 'AR-sy' }).KHABAR_LOCALE).toBe('ar-SY');
    const origins = 'https://Sham.example/, http://وزارة.مصر, capacitor://localhost, http://localhost:5173, *';
    expect(loadConfig({ KHABAR_CORS_ORIGINS: origins }).KHABAR_CORS_ORIGINS).toEqual([
      ...['https://sham.example', 'http://xn--mgbexc3i.xn--wgbh1c', 'capacitor://localhost', 'http://localhost:5173'],
      '*',
    ]);
    const proxies = ['10.0.0.0/8', '::1', '2001:db8::/32', 'loopback'];
    expect(loadConfig({ KHABAR_TRUSTED_PROXIES: proxies.join() }).KHABAR_TRUSTED_PROXIES).toEqual(proxies);
    const urls = [
      './a.db',
      'C:/a.db',
      'file:a.db',
      'sqlite:/a.db',
      'file:///a.db',
      'postgresql:///a?host=/run',
      'postgres://u@/a',
    ];
    for (const url of urls) expect(loadConfig({ DATABASE_URL: url }).DATABASE_URL).toBe(url);
  });
});

describe('migrate', () => {
  it('creates a database, and then has nothing to do', async () => {
    expect(JSON.parse((await folder.khabar(['migrate', '--json'])).stdout)).toEqual({
      applied: expect.any(Number),
      wasEmpty: true,
    });
    expect(JSON.parse((await folder.khabar(['migrate', '--json'])).stdout)).toEqual({ applied: 0, wasEmpty: false });
    expect(existsSync(folder.path('data/khabar.db'))).toBe(true);
  });

  it('refuses, as serve does, a database that a newer version has written', async () => {
    await folder.khabar(['migrate']);
    const db = new BetterSqlite(folder.path('data/khabar.db'));
    db.prepare('INSERT INTO __drizzle_migrations (hash, created_at) VALUES (?, ?)').run('x', 9_999_999_999_999);
    db.close();
    for (const command of [['migrate'], ['serve', '--port', '0']]) {
      const { code, stderr } = await folder.khabar(command);
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('newer') });
    }
  });
});

describe('user create', () => {
  const layla = ['user', 'create', '--email', 'layla@example.org', '--name', 'ليلى حداد', '--role', 'admin'];

  it('reads a password from standard input and never prints it', async () => {
    const { code, stdout } = await folder.khabar([...layla, '--password-stdin', '--json'], {
      input: 'كلمة مرور طويلة\n',
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      id: expect.any(String),
      email: 'layla@example.org',
      name: 'ليلى حداد',
      role: 'admin',
    });
    // The end of the line is none of it.
    const { origin } = await folder.serve();
    const signedIn = await fetch(`${origin}/v1/editorial/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'layla@example.org', password: 'كلمة مرور طويلة' }),
    });
    expect(signedIn.status).toBe(201);
  });

  it('makes a password up where none is given, and prints it', async () => {
    const { code, stdout } = await folder.khabar([...layla, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).password).toHaveLength(20);
  });

  it('says in a sentence what is wrong', async () => {
    const short = await folder.khabar([...layla, '--password-stdin'], { input: 'short' });
    expect(short).toMatchObject({ code: 2, stderr: 'khabar: password: It must have at least 12 characters.\n' });
    await folder.khabar(layla);
    const again = await folder.khabar(layla);
    expect(again.code).toBe(1);
    expect(again.stderr).toMatch(/^khabar: Already exists\. .*email\.\n$/);
  });
});

describe('key create', () => {
  it('prints the id and the secret, and stores only its hash', async () => {
    const { code, stdout } = await folder.khabar(['key', 'create', '--name', 'n', '--role', 'admin', '--json']);
    expect(code).toBe(0);
    const { id, secret } = JSON.parse(stdout);
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(secret).toMatch(/^kbk_[\w-]{43}$/);
    expect((await readFile(folder.path('data/khabar.db'))).includes(secret)).toBe(false);
  });

  it('takes scopes and an expiry instead of a role, but not both and not none', async () => {
    const scoped = ['key', 'create', '--name', 'n', '--scope', 'articles:read', 'taxonomy:read', '--json'];
    const { stdout } = await folder.khabar([...scoped, '--expires', '2999-01-01']);
    expect(JSON.parse(stdout)).toMatchObject({
      scopes: ['articles:read', 'taxonomy:read'],
      expiresAt: '2999-01-01T00:00:00.000Z',
    });
    for (const command of [
      [...scoped, '--role', 'admin'],
      ['key', 'create', '--name', 'n'],
    ])
      expect(await folder.khabar(command)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('either --role or --scope'),
      });
    for (const nonsense of ['tomorrow', '2030-02-30', '2030-02-30T00:00:00Z', '2030-13-01'])
      expect([nonsense, (await folder.khabar([...scoped, '--expires', nonsense])).code]).toEqual([nonsense, 2]);
    const late = await folder.khabar([...scoped, '--expires', '9999-12-31T23:59:59-12:00']);
    expect([late.code, late.stdout, late.stderr]).toEqual([1, '', expect.stringContaining('from 1000 to 9999')]);
  });
});

describe('a database that cannot be opened', () => {
  it.each([
    ['a text', 'notes.txt', /^khabar: .*database notes\.txt .*not a database/],
    ['a folder', 'folder', /^khabar: .*database folder .*unable to open/],
    [
      'a server that is not there',
      'postgres://u:hidden@127.0.0.1:1/news',
      /^khabar: .*database 127\.0\.0\.1:1\/news .*ECONNREFUSED/,
    ],
  ])('is named: %s', async (_, url, said) => {
    await writeFile(folder.path('notes.txt'), 'not a database, and long enough to tell: '.repeat(30));
    await mkdir(folder.path('folder'));
    const { code, stderr } = await folder.khabar(['migrate'], { env: { DATABASE_URL: url } });
    expect([code, stderr]).toEqual([1, expect.stringMatching(said)]);
    expect(stderr).toContain('DATABASE_URL');
    expect(stderr).not.toMatch(/hidden|\n./);
  });
});

describe.runIf(enginesToTest(process.env).includes('postgres'))('a database that cannot be used', () => {
  const name = `khabar_cli_${process.pid}`;
  const asAdmin = async (...statements: string[]) => {
    const client = new pg.Client({ connectionString: inject('postgresUrl') });
    await client.connect();
    for (const statement of statements) await client.query(statement);
    await client.end();
  };
  const migrate = (change: (url: URL) => void, env: Record<string, string> = {}) => {
    const url = new URL(inject('postgresUrl'));
    url.pathname = `/${name}`;
    change(url);
    return folder.khabar(['migrate'], { env: { ...env, DATABASE_URL: url.href } });
  };
  afterEach(() => asAdmin(`DROP DATABASE IF EXISTS ${name}`, `DROP ROLE IF EXISTS ${name}`));

  it('because it has no place for every letter is refused with what to do', async () => {
    await asAdmin(`CREATE DATABASE ${name} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0`);
    const { code, stderr } = await migrate(() => {});
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^khabar: .*LATIN1.*ENCODING 'UTF8'.*\n$/)]);
    expect((await migrate(() => {}, { LANG: 'ar' })).stderr).toMatch(/^khabar: ترميز .*LATIN1/);
  });

  it('because its user may not make tables is refused with what to do', async () => {
    await asAdmin(`CREATE ROLE ${name} LOGIN PASSWORD 'hidden'`, `CREATE DATABASE ${name}`);
    const { code, stderr } = await migrate((url) => {
      url.username = name;
      url.password = 'hidden';
    });
    const said = new RegExp(`^khabar: .* may not make tables in \\S+/${name} \\(permission denied .*\n$`);
    expect([code, stderr]).toEqual([1, expect.stringMatching(said)]);
    expect(stderr).not.toContain('hidden');
  });
});

describe('openapi', () => {
  it('puts a whole file in the place of the one that is there', async () => {
    await writeFile(folder.path('api.yaml'), 'of yesterday');
    await link(folder.path('api.yaml'), folder.path('kept.yaml'));
    expect(await folder.khabar(['openapi', '--out', 'api.yaml'])).toMatchObject({ code: 0, stderr: '' });
    expect(await readFile(folder.path('api.yaml'), 'utf8')).toMatch(/^openapi: 3\.1/);
    expect(await readFile(folder.path('kept.yaml'), 'utf8')).toBe('of yesterday');
    const { code, stderr } = await folder.khabar(['openapi', '--out', 'no/api.yaml']);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^khabar: There is no folder \S+no\.\n$/)]);
  });
});

describe('backup', () => {
  it('copies a database that is being written to, whole and checked', async () => {
    await folder.khabar(['migrate']);
    const db = new BetterSqlite(folder.path('data/khabar.db'));
    const insert = db.prepare("INSERT INTO settings (name, value, updated_at) VALUES (?, '1', 0)");
    let written = 0;
    const timer = setInterval(() => insert.run(`setting-${written++}`), 1);
    const running = await folder.khabar(['backup', 'copy.db', '--json']);
    clearInterval(timer);
    db.close();
    expect(running).toMatchObject({ code: 0, stderr: '' });
    const copy = new BetterSqlite(folder.path('copy.db'), { readonly: true });
    const { count } = copy.prepare('SELECT count(*) AS count FROM settings').get() as { count: number };
    expect(copy.pragma('integrity_check', { simple: true })).toBe('ok');
    copy.close();
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThanOrEqual(written);
    expect(readdirSync(folder.path('.')).sort()).toEqual(['copy.db', 'data']);
  });

  it('never overwrites a file, and leaves nothing behind when it fails', async () => {
    await folder.khabar(['migrate']);
    await writeFile(folder.path('copy.db'), 'precious');
    expect(await folder.khabar(['backup', 'copy.db'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('never overwrites'),
    });
    expect(await readFile(folder.path('copy.db'), 'utf8')).toBe('precious');
    const missing = await folder.khabar(['backup', 'other.db'], { env: { DATABASE_URL: 'nowhere.db' } });
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('There is no database') });
    expect(readdirSync(folder.path('.')).sort()).toEqual(['copy.db', 'data']);
  });

  it('is a file that only its owner can read, as a new database is nobody else’s', async () => {
    await folder.khabar(['migrate']);
    await folder.khabar(['backup', 'copy.db']);
    expect((await stat(folder.path('copy.db'))).mode & 0o777).toBe(0o600);
    expect((await stat(folder.path('data/khabar.db'))).mode & 0o007).toBe(0);
  });

  it('is no file that was put where it is being written', async () => {
    const partial = folder.path(`.copy.db.${process.pid}.partial`);
    await writeFile(folder.path('else'), 'precious', { mode: 0o644 });
    await link(folder.path('else'), partial);
    const write = (file: string) => writeFile(file, 'copy');
    await writeWhole(folder.path('copy.db'), { mode: 0o600, replaces: false }, write);
    expect(await readFile(folder.path('else'), 'utf8')).toBe('precious');
    expect((await stat(folder.path('copy.db'))).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['the disk fills up', 'copy.db', { room: 200 }],
    // What is written first has a longer name, which the file system refuses whoever asks.
    ['the file system refuses it', 'x'.repeat(250), {}],
    ['there is no such folder', 'no/copy.db', {}],
  ])('blames the file and not the database when %s', async (_, name, options) => {
    await folder.khabar(['migrate']);
    const { code, stderr } = await folder.khabar(['backup', name], options);
    const said = /^khabar: (?:\S+ cannot be written|\S+ cannot be copied to copy\.db|There is no folder)[^\n]*\n$/;
    expect([code, stderr]).toEqual([1, expect.stringMatching(said)]);
    expect(readdirSync(folder.path('.'))).toEqual(['data']);
  });

  it('names the tool of PostgreSQL', async () => {
    const result = await folder.khabar(['backup', 'copy.db'], {
      env: { DATABASE_URL: 'postgres://user:hidden@localhost/news' },
    });
    expect(result).toMatchObject({ code: 1, stderr: expect.stringContaining('pg_dump') });
    expect(result.stderr).not.toContain('hidden');
  });
});
