import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import BetterSqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openDatabase } from '../../src/db/open.ts';
import { siteAnalyser } from '../../src/search/analysers.ts';
import { isOutdated } from '../../src/search/rebuild.ts';
import { workFolder } from './khabar.ts';

let folder: Awaited<ReturnType<typeof workFolder>>;
beforeEach(async () => {
  folder = await workFolder();
});
afterEach(() => folder.dispose());

const seed = new URL('../../src/cli/seed-article.txt', import.meta.url);
const good = '{"externalId":"a","headline":"خبر أول"}\n{"externalId":"b","headline":"خبر ثان","status":"published"}\n';

it('imports the page that started the project, once', async () => {
  await copyFile(seed, folder.path('page.txt'));
  const first = await folder.khabar(['import', 'page.txt', '--publish', '--json']);
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(first.stdout)).toMatchObject({
    created: 1,
    headline: 'سوريا توقع إعلان تعاون سياسي مع التحالف الدولي ضد "داعش"',
    source: 'المصدر 7',
    publishedAt: '2025-11-10T22:00:00.000Z',
    sections: 5,
  });
  const again = await folder.khabar(['import', 'page.txt', '--publish']);
  expect(again).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Unchanged: /) });
});

it('refuses a text that is no news page with all that is missing, and stores nothing', async () => {
  await writeFile(folder.path('page.txt'), 'عنوان - المصدر 7\n');
  const { code, stdout, stderr } = await folder.khabar(['import', 'page.txt']);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/date is missing.*\n.*text is missing/);
  // The same in Windows-1256, as old programs write it.
  await writeFile(folder.path('page.txt'), Buffer.from('dae4e6c7e4202d20c7e1e3d5cfd1', 'hex'));
  const coded = await folder.khabar(['import', 'page.txt']);
  expect(coded).toMatchObject({ code: 1, stdout: '', stderr: 'khabar: The file is not valid UTF-8.\n' });
  expect(existsSync(folder.path('data'))).toBe(false);
});

it.each([
  ['zero when all lines are good', good, 0],
  ['three when some are bad', `${good}nonsense\n`, 3],
  ['three when all are bad', 'nonsense\n{}\n', 3],
  ['zero when there is nothing', '', 0],
])('exits with %s', async (_, lines, code) => {
  await writeFile(folder.path('lines.ndjson'), lines);
  expect((await folder.khabar(['import', 'lines.ndjson'])).code).toBe(code);
});

it('knows lines by how they begin, whatever their file is called and whichever mark it begins with', async () => {
  await writeFile(folder.path('site.txt'), `\ufeff${good}`);
  expect(await folder.khabar(['import', 'site.txt'])).toMatchObject({
    code: 0,
    stdout: '2 created, 0 updated, 0 unchanged, 0 failed.\n',
  });
});

it('reads what gzip has packed as what it holds, whatever its name and wherever it comes from', async () => {
  const page = await readFile(seed);
  // Packed in two goes, as logs are that one goes on writing.
  const packed = Buffer.concat(good.split(/(?<=\n)/).map((line) => gzipSync(line)));
  const created = { code: 0, stdout: expect.stringMatching(/"created": 2,/), stderr: '' };
  for (const name of ['site.ndjson.gz', 'SITE.JSONL.GZ', 'site', 'site.ndjson']) {
    await writeFile(folder.path(name), packed);
    const env = { DATABASE_URL: `${name}.db` };
    expect([name, await folder.khabar(['import', name, '--json'], { env })]).toEqual([name, created]);
  }
  const stdin = ['import', '-', '--json', '--format'];
  expect(await folder.khabar([...stdin, 'ndjson'], { input: packed })).toEqual(created);
  await writeFile(folder.path('page.txt.gz'), gzipSync(page));
  const first = await folder.khabar(['import', 'page.txt.gz']);
  expect(first).toEqual({ code: 0, stdout: expect.stringMatching(/^Created: سوريا توقع /), stderr: '' });
  const again = await folder.khabar([...stdin, 'page'], { input: gzipSync(page) });
  expect(again).toMatchObject({ code: 0, stdout: expect.stringMatching(/"unchanged": 1/) });
});

describe('gzip that is broken', () => {
  const packed = gzipSync(
    Array.from({ length: 300 }, (_, n) => `{"externalId":"${n}","headline":"خبر ${n}"}\n`).join(''),
  );
  const damaged = Buffer.from(packed).fill(0xff, 400, 420);
  it.each([
    ['not whole', packed.subarray(0, -100)],
    ['not whole', packed.subarray(0, 5)],
    ['damaged', damaged],
    ['damaged', Buffer.concat([packed.subarray(0, 3), Buffer.from('\xff garbage')])],
  ])('is called %s, in a file and where it comes in', async (fault, bytes) => {
    for (const name of ['site.ndjson.gz', 'site']) {
      await writeFile(folder.path(name), bytes);
      const { code, stdout, stderr } = await folder.khabar(['import', name]);
      expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(`^khabar: The gzip file is ${fault}.*\n$`)]);
    }
    for (const format of ['page', 'ndjson']) {
      const { code, stderr } = await folder.khabar(['import', '-', '--format', format, '--dry-run'], { input: bytes });
      expect([code, stderr]).toEqual([1, expect.stringMatching(`^khabar: The gzip file is ${fault}.*\n$`)]);
    }
  });
});

it('waits for nothing more of gzip that is broken', async () => {
  const child = folder.start(['import', '-', '--format', 'ndjson', '--dry-run']);
  child.stdin.write(Buffer.from('\x1f\x8b that is none of gzip’s', 'latin1'));
  expect(await once(child, 'exit')).toEqual([1, null]);
});

it('is not brought down by gzip that unpacks to far more than anybody may send', async () => {
  const zeros = gzipSync(Buffer.alloc(96 * 1024 * 1024));
  await writeFile(folder.path('page.gz'), zeros);
  const page = await folder.khabar(['import', 'page.gz']);
  expect(page).toMatchObject({ code: 1, stderr: expect.stringMatching(/^khabar: A news page has at most .*\n$/) });
  await writeFile(folder.path('site.ndjson.gz'), Buffer.concat([zeros, gzipSync(`\n${good}`)]));
  const lines = await folder.khabar(['import', 'site.ndjson.gz', '--dry-run']);
  expect(lines).toEqual({
    code: 3,
    stdout: '2 lines can be imported, 1 failed.\n',
    stderr: expect.stringMatching(/^line 1: the line is longer than \d+ bytes\n$/),
  });
});

it('tells a thousand bad lines one by one, and counts all', async () => {
  await writeFile(folder.path('bad.ndjson'), '{\n'.repeat(1002));
  const { stdout, stderr } = await folder.khabar(['import', 'bad.ndjson', '--dry-run', '--json']);
  const { failed, problems } = JSON.parse(stdout);
  expect([failed, problems.length, problems.at(-1).line]).toEqual([1002, 1000, 1000]);
  expect(stderr.trim().split('\n').length).toBe(1000);
});

it('tells bad lines on stderr by number and reason, and the counts on stdout', async () => {
  const { code, stdout, stderr } = await folder.khabar(['import', '-', '--format', 'ndjson'], {
    input: `${good}\n{"headline":""}\n`,
  });
  expect({ code, stdout }).toEqual({ code: 3, stdout: '2 created, 0 updated, 0 unchanged, 1 failed.\n' });
  expect(stderr).toBe('line 4: headline: It may not be empty.\n');
});

it.each([
  [['import', 'missing.ndjson'], 1, 'There is no file missing.ndjson'],
  [['import', '.'], 1, 'is a folder'],
  [['import', '-'], 2, '--format'],
  [['import', 'x', '--format', 'xml'], 2, 'page, ndjson'],
  [['export'], 1, 'There is no database'],
])('says what is wrong with %j', async (args, code, reason) => {
  const result = await folder.khabar(args);
  expect(result).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(reason) });
  expect(existsSync(folder.path('data'))).toBe(false);
});

it.each(['lines.ndjson', 'page.txt'])('says that %s cannot be read, and makes no database for it', async (name) => {
  // A socket can be opened as a file by nobody, while those who run tests as root may read whatever is one.
  const socket = createServer().listen(folder.path(name));
  await once(socket, 'listening');
  const { code, stdout, stderr } = await folder.khabar(['import', name]);
  socket.close();
  expect([code, stdout, stderr]).toEqual([1, '', `khabar: ${name} cannot be read (ENXIO).\n`]);
  expect(existsSync(folder.path('data'))).toBe(false);
});

it('shows what a file holds without what a terminal would do of it', async () => {
  await writeFile(folder.path('lines.ndjson'), '{"headline":"خبر","\\u001b]0;title\\u0007\\u009b31m":1}\n');
  const { stderr } = await folder.khabar(['import', 'lines.ndjson']);
  expect(stderr).toBe('line 1: \ufffd]0;title\ufffd\ufffd31m: There is no such field here.\n');
});

it('exports what an import into an empty database exports again', async () => {
  await writeFile(folder.path('lines.ndjson'), good);
  await folder.khabar(['import', 'lines.ndjson']);
  expect(await folder.khabar(['export', '--out', 'site.ndjson'])).toMatchObject({ code: 0, stderr: '' });
  // Nobody else may read what readers gave their addresses for.
  expect((await stat(folder.path('site.ndjson'))).mode & 0o077).toBe(0);
  const env = { DATABASE_URL: 'second.db' };
  expect(await folder.khabar(['import', 'site.ndjson'], { env })).toMatchObject({ code: 0, stderr: '' });
  const { stdout, stderr } = await folder.khabar(['export', '--json'], { env });
  expect(JSON.parse(stderr)).toEqual({ terms: 0, articles: 2, comments: 0 });
  expect(stdout).toBe(await readFile(folder.path('site.ndjson'), 'utf8'));
  expect(stdout.split('\n')).toHaveLength(4);
});

it('says why a file cannot be written, and leaves nothing of it behind', async () => {
  await writeFile(folder.path('lines.ndjson'), good);
  await folder.khabar(['import', 'lines.ndjson']);
  await mkdir(folder.path('folder'));
  const before = await readdir(folder.path('.'));
  // What is written first has a longer name, which the file system refuses whoever asks.
  for (const [out, reason] of [
    ['x'.repeat(250), 'ENAMETOOLONG'],
    ['folder', 'is a folder'],
  ] as const) {
    const { code, stderr } = await folder.khabar(['export', '--out', out]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(new RegExp(`^[^\\n]*${reason}[^\\n]*\\n$`))]);
    expect(await readdir(folder.path('.'))).toEqual(before);
  }
});

it('keeps the export that is there when the disk fills up, and says so', async () => {
  const long = { text: 'كلمة '.repeat(20_000) };
  await writeFile(folder.path('lines.ndjson'), JSON.stringify({ headline: 'خبر', sections: [{ body: long }] }));
  await folder.khabar(['import', 'lines.ndjson']);
  await writeFile(folder.path('site.ndjson'), 'of yesterday');
  const before = await readdir(folder.path('.'));
  const { code, stdout, stderr } = await folder.khabar(['export', '--out', 'site.ndjson'], { room: 200 });
  expect([code, stdout, stderr]).toEqual([
    1,
    '',
    expect.stringMatching(/^khabar: \S+site\.ndjson cannot be written.*\n$/),
  ]);
  expect(await readFile(folder.path('site.ndjson'), 'utf8')).toBe('of yesterday');
  expect(await readdir(folder.path('.'))).toEqual(before);
});

it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('leaves nothing of an export that %s ended', async (signal) => {
  await folder.khabar(['import', '-', '--format', 'ndjson'], { input: good });
  const db = new BetterSqlite(folder.path('data/khabar.db'));
  // The export waits for its turn meanwhile.
  db.exec('BEGIN IMMEDIATE');
  const child = folder.start(['export', '--out', 'site.ndjson']);
  const exited = once(child, 'exit');
  await vi.waitFor(async () => expect(await readdir(folder.path('.'))).toHaveLength(2), 10_000);
  child.kill(signal);
  expect(await exited).toEqual([null, signal]);
  db.close();
  expect(await readdir(folder.path('.'))).toEqual(['data']);
});

it('refuses to write where something else is, before it reads anything', async () => {
  await folder.khabar(['import', '-', '--format', 'ndjson'], { input: good });
  await symlink('/dev/null', folder.path('null'));
  expect(await folder.khabar(['export', '--out', 'data'])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/data is a folder/),
  });
  expect(await folder.khabar(['export', '--out', 'null'])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/null is no file/),
  });
  expect(await folder.khabar(['export', '--out', 'no/site'])).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/no folder \S+no\.$/m),
  });
});

it('takes settings along to an empty newsroom, and leaves one in use its own unless told otherwise', async () => {
  const settings = {
    type: 'settings',
    siteId: '019a0000-0000-7000-8000-000000000001',
    site: { name: 'صحيفة الشام', version: 1, updatedAt: '2026-01-01T00:00:00.000Z' },
    search: { protectedWords: ['لبنان'], version: 1, updatedAt: '2026-01-01T00:00:00.000Z' },
  };
  await writeFile(folder.path('site.ndjson'), `${JSON.stringify(settings)}\n${good}`);
  await writeFile(
    folder.path('other.ndjson'),
    JSON.stringify({ ...settings, site: { ...settings.site, name: 'غيرها' } }),
  );
  const dryRun = await folder.khabar(['import', 'site.ndjson', '--dry-run']);
  expect(dryRun.stdout).toMatch(/^3 lines can be imported, 0 failed\.\n.* would be taken by a newsroom without /);
  expect(await folder.khabar(['import', 'site.ndjson'])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /^2 created, 1 updated, 0 unchanged, 0 failed\.\nThe settings .* of the file now\.\n$/,
    ),
  });
  const kept = await folder.khabar(['import', 'other.ndjson']);
  expect(kept).toMatchObject({ code: 0, stdout: expect.stringMatching(/kept its settings.* --take-settings\n$/) });
  const first = await folder.khabar(['export']);
  expect(JSON.parse(first.stdout.split('\n')[1] ?? '')).toEqual(settings);
  const taken = await folder.khabar(['import', 'other.ndjson', '--take-settings', '--json']);
  expect(JSON.parse(taken.stdout)).toMatchObject({ updated: 1, settings: 'taken' });
  expect((await folder.khabar(['export'])).stdout).toContain('"name":"غيرها"');
});

it('says which line has settings that make no sense', async () => {
  const site = { baseUrl: 'https://sham.example/news', version: 1, updatedAt: '2026-01-01T00:00:00.000Z' };
  await writeFile(folder.path('site.ndjson'), JSON.stringify({ type: 'settings', siteId: null, site, search: null }));
  const { code, stderr } = await folder.khabar(['import', 'site.ndjson']);
  expect({ code, stderr }).toEqual({ code: 3, stderr: 'line 1: site/baseUrl: Expected an address without a path.\n' });
});

it('indexes what comes in with the protected words that come in with it', async () => {
  const search = { protectedWords: ['لبنان'], version: 1, updatedAt: '2026-01-01T00:00:00.000Z' };
  await writeFile(
    folder.path('site.ndjson'),
    `${JSON.stringify({ type: 'settings', siteId: null, site: null, search })}\n${good}`,
  );
  await folder.khabar(['import', 'site.ndjson']);
  const db = await openDatabase(folder.path('data/khabar.db'));
  const site = siteAnalyser({ synonyms: [], protectedWords: search.protectedWords });
  expect(await isOutdated(db.read, site)).toBe(false);
  await db.close();
});
