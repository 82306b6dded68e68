import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { freshClone } from './support/clone.ts';
import { codeBlocks, prose, readPage, runBlocks, settingRows } from './support/markdown.ts';

const english = readPage('README.md');
const arabic = readPage('README.ar.md');

/** What cannot be run as it is: the first two install the packages, the third stands for what the demo prints. */
const demoCommand = 'npm ci && npm run demo\n';
const testCommand = 'npm ci && npm test\n';
const demoPrints = 'export API=http://127.0.0.1:3000/v1\nexport KEY=kbk_…\n';
const startCommand = 'npm start\n';
const startsSomething = [demoCommand, testCommand, demoPrints, startCommand];

/** Each page that tells the story its own way is followed; two that tell the same are followed once. */
const stories = [...new Set([english, arabic].map((page) => JSON.stringify(codeBlocks(page, 'sh'))))].map(
  (blocks) => JSON.parse(blocks) as string[],
);
const patienceMs = 240_000;

let clone: Awaited<ReturnType<typeof freshClone>>;
beforeEach(async () => {
  clone = await freshClone();
});
afterEach(() => clone.dispose());

it.each(stories.map((blocks) => ({ blocks })))(
  'tells a story that happens as it says',
  async ({ blocks }) => {
    const newsroomBegins = blocks.indexOf(startCommand);
    expect(blocks.slice(0, 3)).toEqual([demoCommand, testCommand, demoPrints]);
    const demo = await clone.start('npm run demo', /(http:\S+)\/docs[\s\S]*export KEY=(kbk_\S+)[\s\S]*Ctrl-C/);
    const [, origin = '', key = ''] = demo.found;
    const said = await runBlocks(blocks.slice(3, newsroomBegins), {
      cwd: clone.folder,
      env: { API: `${origin}/v1`, KEY: key },
    });
    const [, id, anchors, reading = '', before, approving, changing, searching, feeds = ''] = said;
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    expect(anchors?.split('\n')).toEqual(['برنامج-المؤتمر', 'المشاركون']);
    const [unseen, published, answer = ''] = reading.split('\n');
    expect([unseen, published]).toEqual(['404', 'published']);
    expect(JSON.parse(answer)).toMatchObject({
      id,
      slug: 'دمشق-تستضيف-مؤتمرا-لإعادة-الإعمار',
      dir: 'rtl',
      source: { name: 'وكالة الأنباء' },
      sections: [
        { heading: 'برنامج المؤتمر', body: [{}, {}] },
        { heading: 'المشاركون', markdown: expect.stringContaining('**أربعون**') },
      ],
      display: { locale: 'ar-SY', comments: 'لا تعليقات' },
    });
    expect(before).toBe('0');
    expect(approving?.split('\n')).toEqual(['approved', '1', 'خبر مهم، شكرًا على المتابعة.']);
    const [changed, refused, stillPublic] = changing?.split('\n') ?? [];
    expect([changed, refused]).toEqual(['دمشق تستضيف مؤتمر إعادة الإعمار', '412']);
    expect(stillPublic).toBe('دمشق تستضيف مؤتمرًا لإعادة الإعمار');
    expect(searching?.split('\n')).toEqual(Array(2).fill('دمشق-تستضيف-مؤتمرا-لإعادة-الإعمار'));
    const [newest, language, ...markdown] = feeds.split('\n');
    expect([newest, language]).toEqual(['دمشق تستضيف مؤتمرًا لإعادة الإعمار', 'ar']);
    expect(markdown).toContain('## برنامج المؤتمر');
    expect(said).toHaveLength(9);
    expect(await demo.stop()).toBe(0);
  },
  patienceMs,
);

it.each(stories.map((blocks) => ({ blocks })))(
  'runs a newsroom with the commands it gives',
  async ({ blocks }) => {
    const server = await clone.start('npm start', /listens at (http:\S+);/, { PORT: '0' });
    await vi.waitFor(() => expect(server.said()).toContain('user create --email'), { timeout: 10_000 });
    const after = blocks.slice(blocks.indexOf(startCommand) + 1);
    const said = await runBlocks(after, { cwd: clone.folder, env: { HOME: clone.folder } });
    const [access, imports, copies, help] = said;
    expect(access).toMatch(/^Created the admin Your name <you@example\.org>.*\nPassword: \S{20}\n/);
    expect(access).toMatch(/"secret": "kbk_/);
    expect(imports).toMatch(/^Created: سوريا توقع إعلان تعاون/);
    expect(imports).toMatch(/"created": 1,/);
    expect(copies).toMatch(
      /site\.ndjson: 2 articles, .*\n.*khabar-backup\.db: \d+ bytes, checked\.\nThe schema is current\.\nIndexed \d+ publications, .*\.$/,
    );
    expect(help).toMatch(/^Usage: khabar .*Exit codes:/s);
    expect(said).toHaveLength(4);
    const [, origin] = server.found;
    const list = await (await fetch(`${origin}/v1/articles`)).json();
    expect(list).toMatchObject({ data: [{ publishedAt: '2025-11-10T22:00:00.000Z' }] });
    expect(await server.stop()).toBe(0);
  },
  patienceMs,
);

it('has no command that nobody runs', () => {
  for (const page of [english, arabic]) {
    expect(codeBlocks(page)).toEqual(codeBlocks(page, 'sh'));
    const kept = codeBlocks(page, 'sh').filter((block) => !startsSomething.includes(block));
    expect(kept.filter((block) => /npm (?:ci|start|test|install)|kbk_…/.test(block))).toEqual([]);
  }
});

it('says the same in Arabic: headings, commands, links and settings', () => {
  const levels = (page: string) => [...prose(page).matchAll(/^(#+) /gm)].map((match) => match[1]);
  expect(levels(arabic)).toEqual(levels(english));
  expect(codeBlocks(arabic)).toEqual(codeBlocks(english));
  const links = (page: string) =>
    [...prose(page).matchAll(/\]\(([^)]+)\)/g)].map((match) => match[1]).filter((link) => !link?.startsWith('README'));
  expect(links(arabic)).toEqual(links(english));
  const rows = (page: string) => settingsTable(page).map(({ name, value }) => ({ name, value }));
  expect(rows(arabic)).toEqual(rows(english));
  expect(settingsTable(arabic).every(({ description }) => /\p{Script=Arabic}{3}/u.test(description))).toBe(true);
});

it('lists the settings as they are', () => {
  expect(settingsTable(english)).toEqual(settingRows());
});

/** The rows of the table of settings; code that is told its direction is code. */
function settingsTable(page: string) {
  const table = /<!-- settings -->(.*)<!-- \/settings -->/s.exec(page)?.[1] ?? '';
  return [...table.matchAll(/^\| `([A-Z_]+)` \| (.*?) \| (.*) \|$/gm)].map(
    ([, name, value = '', description = '']) => ({
      name,
      value: value.replace(/<code dir="ltr">(.*)<\/code>/, '`$1`'),
      description,
    }),
  );
}
