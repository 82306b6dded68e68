import { existsSync, readdirSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cleanName, nameKey } from '../src/arabic/clean.ts';
import { parseArabicDate } from '../src/arabic/dates.ts';
import { monthNamesIn, solarMonthName } from '../src/arabic/months.ts';
import { loadConfig } from '../src/config.ts';
import { errorTable } from '../src/errors.ts';
import { freshClone } from './support/clone.ts';
import { codeBlocks, prose, readPage, runBlocks, settingRows } from './support/markdown.ts';

const decisions = readdirSync('docs/decisions').sort();
const guides = readdirSync('docs').filter((name) => name.endsWith('.md'));
const pages = [
  ...['README.md', 'README.ar.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md'],
  ...guides.map((name) => `docs/${name}`),
  ...decisions.map((name) => `docs/decisions/${name}`),
];

it.each(pages)('%s links to what is there', (page) => {
  const folder = page.includes('/') ? page.slice(0, page.lastIndexOf('/') + 1) : '';
  const links = [...prose(readPage(page)).matchAll(/\]\(([^)#]+)[^)]*\)/g)].map((match) => match[1] ?? '');
  expect(links.filter((link) => !/^https?:/.test(link) && !existsSync(`${folder}${link}`))).toEqual([]);
});

it.each(pages)('%s names files that are there', (page) => {
  const files = [...readPage(page).matchAll(/`((?:src|tests|scripts|migrations|bench)\/[\w./-]+)`/g)];
  expect(files.map((match) => match[1] ?? '').filter((file) => !existsSync(file))).toEqual([]);
});

it.each(pages)('%s names addresses that the API has', (page) => {
  const paths = [...readPage('openapi.yaml').matchAll(/^ {2}(\/v1\/\S+):$/gm)].map((match) => `${match[1]}/`);
  const named = [...readPage(page).matchAll(/\/v1(?:\/[a-z-]+)+/g)].map(([address]) => address);
  expect(named.filter((address) => !paths.some((path) => path.startsWith(`${address}/`)))).toEqual([]);
});

it('numbers decisions, and each has its context, decision and consequence', () => {
  expect(decisions.map((name) => name.slice(0, 5))).toEqual(
    decisions.map((_, index) => `${String(index + 1).padStart(4, '0')}-`),
  );
  for (const name of decisions)
    expect([...readPage(`docs/decisions/${name}`).matchAll(/^##? (.+)$/gm)].map((match) => match[1])).toEqual([
      expect.any(String),
      'Context',
      'Decision',
      'Consequence',
    ]);
});

describe('.env.example', () => {
  const example = readPage('.env.example');

  it('changes nothing as it is', () => {
    expect(parseEnv(example)).toEqual({});
  });

  it('holds every setting with its default and what it is', () => {
    const settings = example.replace(/^# ([A-Z_]+=)/gm, '$1');
    expect(loadConfig(parseEnv(settings))).toEqual(loadConfig({}));
    const described = [...settings.matchAll(/^# (.*)\n([A-Z_]+)=/gm)].map(([, description, name]) => [
      name,
      description,
    ]);
    expect(described).toEqual(settingRows().map(({ name, description }) => [name, description]));
  });
});

describe('docs/arabic.md', () => {
  const page = readPage('docs/arabic.md');

  it('has the months as each country is shown them', () => {
    const rows = [...page.matchAll(/^\| `(international|levant|maghreb|maroc|dual)` \| (.*) \| (.*) \|$/gm)];
    expect(rows).toHaveLength(5);
    for (const [, names, regions = '', months] of rows) {
      const months12 = Array.from({ length: 12 }, (_, index) => solarMonthName(index + 1, names as 'dual'));
      expect(months).toBe(months12.join('، '));
      for (const [region] of regions.matchAll(/\b[A-Z]{2}\b/g)) expect(monthNamesIn(region), region).toBe(names);
    }
  });

  it('gives examples of dates that are read, all of one day, and of some that are refused', () => {
    const [, examples = ''] = /For instance:\n\n(.*?)\n\n/s.exec(page) ?? [];
    const lines = [...examples.matchAll(/`([^`]+)`|«([^»]+)»/g)].map(([, code, quoted]) => code ?? quoted ?? '');
    const timeZone = 'Asia/Damascus';
    expect(lines.length).toBeGreaterThan(5);
    for (const line of lines) {
      const parsed = parseArabicDate(line, { timeZone });
      expect(parsed?.kind === 'date' ? parsed.date : parsed?.instant.toISOString(), line).toMatch(
        /^2025-11-11$|^2025-11-10T22:00:00\.000Z$/,
      );
    }
    for (const line of ['أمس', '31 شباط 2025']) expect(parseArabicDate(line, { timeZone }), line).toBeNull();
  });

  it('gives examples of names that are refused, and of some that are one', () => {
    expect(page).toContain('«Аdmin»');
    expect(cleanName('Аdmin').problem).toBe('mixed-scripts');
    expect(cleanName('Sara حداد').problem).toBeUndefined();
    expect(nameKey('إدارة الموقع')).toBe(nameKey('اداره-الموقع'));
  });
});

describe('docs/api-habits.md and docs/website.md', () => {
  const page = readPage('docs/api-habits.md');
  const website = codeBlocks(readPage('docs/website.md'), 'sh');
  let clone: Awaited<ReturnType<typeof freshClone>>;
  beforeEach(async () => {
    clone = await freshClone();
  });
  afterEach(() => clone.dispose());

  it('name every code of errors beside its status', () => {
    const rows = [...page.matchAll(/^\| ([\d, ]+) \| (.*) \|$/gm)].map(([, statuses = '', codes = '']) => ({
      statuses: statuses.split(', ').map(Number),
      codes: [...codes.matchAll(/`([a-z-]+)`/g)].map((match) => match[1] ?? ''),
    }));
    for (const [code, { status }] of Object.entries(errorTable))
      expect(
        rows.filter(({ codes }) => codes.includes(code)).flatMap((row) => row.statuses),
        code,
      ).toContain(status);
    expect([...new Set(rows.flatMap((row) => row.codes))].sort()).toEqual(Object.keys(errorTable).sort());
  });

  it('have examples that answer what they say', async () => {
    const demo = await clone.start('npm run demo', /(http:\S+)\/docs[\s\S]*export KEY=(kbk_\S+)[\s\S]*Ctrl-C/);
    const [, origin = '', key = ''] = demo.found;
    const said = await runBlocks([...codeBlocks(page, 'sh'), ...website], {
      cwd: clone.folder,
      env: { API: `${origin}/v1`, KEY: key },
    });
    const [, who, next, strict, addresses, problem = '', versions, cached, repeated, found, dates, words, cleaned] =
      said.map((text) => text.split('\n'));
    expect(who).toEqual(['admin', 'unauthenticated']);
    expect(next).toEqual(['1', 'null']);
    expect(strict).toEqual(['/page', 'too_big', '{"dir":"rtl","publishedAt":"2025-11-10T22:00:00.000Z"}']);
    expect(addresses).toEqual(['سياسة', 'سياسة', '1']);
    expect(JSON.parse(problem[0] ?? '')).toMatchObject({
      code: 'invalid-request',
      title: 'The request is not valid',
      errors: [
        { in: 'body', pointer: '/headline' },
        { in: 'body', pointer: '/colour', code: 'unknown_field' },
      ],
    });
    expect(versions).toEqual(['precondition-required', 'precondition-failed', '2']);
    expect(cached).toEqual(['304']);
    expect(repeated).toEqual(['اقتصاد', 'اقتصاد', 'idempotency-key-reused']);
    expect(found).toEqual(['1', 'التحالف', 'سوريا']);
    expect(dates).toEqual(['1', 'invalid_date']);
    expect(words).toEqual(['الثلاثاء 11 نوفمبر 2025 01:00 صباحًا', 'الثلاثاء ١١ نوفمبر ٢٠٢٥ ٠١:٠٠ صباحًا', 'تعليق واحد']);
    expect(cleaned).toEqual(['invisible']);
    const [url, front, article, draft, comments, search, offline, ...others] = said
      .slice(13)
      .map((text) => text.split('\n'));
    expect(url).toEqual([
      '/{category}/{slug}',
      expect.stringMatching(/^https:\/\/sham\.example\/سياسة\/سوريا-توقع-/),
      'https://sham.example',
    ]);
    expect(front).toEqual(['أخبار,سياسة', 'rtl', '1', '1']);
    expect(article).toEqual(['الاتفاق-سياسي-في-الأساس', 'NewsArticle', '0']);
    expect(draft).toEqual(['خبر قيد الكتابة', '404']);
    expect(comments).toEqual(['pre', 'rtl', 'pending']);
    expect(search).toEqual([expect.stringContaining('<mark>التحالف</mark>'), '2025-11', '1', '1']);
    expect(offline).toEqual(['1']);
    expect(others).toEqual([]);
    expect(await demo.stop()).toBe(0);
  }, 120_000);
});

describe('docs/running.md', () => {
  let clone: Awaited<ReturnType<typeof freshClone>>;
  beforeEach(async () => {
    clone = await freshClone();
  });
  afterEach(() => clone.dispose());

  it('has commands that do what it says', async () => {
    const server = await clone.start('npm start', /listens at (http:\S+);/, { PORT: '0' });
    const [, site = ''] = server.found;
    const person = { EMAIL: 'rana@example.org', PASSWORD: 'a long password' };
    const firstUser = `printf %s "$PASSWORD" | npm run --silent khabar -- user create --email "$EMAIL" --name رنا --role admin --password-stdin`;
    const [, , me = '', key = '', health, copied, moved] = await runBlocks(
      [firstUser, ...codeBlocks(readPage('docs/running.md'), 'sh')],
      { cwd: clone.folder, env: { ...person, HOME: clone.folder, SITE: site, NEW: './new.db' } },
    );
    expect(JSON.parse(me)).toMatchObject({ name: 'رنا', role: 'admin' });
    expect(JSON.parse(key)).toMatchObject({ scopes: ['articles:read', 'taxonomy:read'] });
    expect(health).toBe('200\n200');
    expect(copied).toMatch(/khabar-\d{4}-\d\d-\d\d\.db: \d+ bytes, checked\.$/);
    expect(moved).toMatch(/move\.ndjson: 0 articles.*\n0 created.*\nCreated the admin Your name /);
    expect(await server.stop()).toBe(0);
  }, 120_000);
});
