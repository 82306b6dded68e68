import { existsSync } from 'node:fs';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
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

it('exports what an import into an empty database exports again', async () => {
  await writeFile(folder.path('lines.ndjson'), good);
  await folder.khabar(['import', 'lines.ndjson']);
  expect(await folder.khabar(['export', '--out', 'site.ndjson'])).toMatchObject({ code: 0, stderr: '' });
  const env = { DATABASE_URL: 'second.db' };
  expect(await folder.khabar(['import', 'site.ndjson'], { env })).toMatchObject({ code: 0, stderr: '' });
  const { stdout } = await folder.khabar(['export'], { env });
  expect(stdout).toBe(await readFile(folder.path('site.ndjson'), 'utf8'));
  expect(stdout.split('\n')).toHaveLength(4);
});
