import { copyFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { help, settingsInArabic } from '../../src/cli/help-texts.ts';
import { languageOf } from '../../src/cli/language.ts';
import { messages } from '../../src/cli/messages.ts';
import { workFolder } from './khabar.ts';

let folder: Awaited<ReturnType<typeof workFolder>>;
beforeEach(async () => {
  folder = await workFolder();
});
afterEach(() => folder.dispose());

const arabic = { LANG: 'ar_SY.UTF-8' };
const khabar = (args: string[], options: { input?: string; env?: Record<string, string> } = {}) =>
  folder.khabar(args, { ...options, env: { ...arabic, ...options.env } });
const englishSentence = /\b[A-Za-z]{2,}(?: [A-Za-z’']+){2,}[.:;]/;

describe('the language', () => {
  it.each([
    [{ LANG: 'ar' }, 'ar'],
    [{ LANG: 'ar_SY.UTF-8' }, 'ar'],
    [{ LANG: 'ar_EG@euro' }, 'ar'],
    [{ LANG: 'en_US.UTF-8', LC_MESSAGES: 'ar_SY.UTF-8' }, 'ar'],
    [{ LANG: 'ar_SY.UTF-8', LC_MESSAGES: 'en_US.UTF-8' }, 'en'],
    [{ LANG: 'ar_SY.UTF-8', LC_ALL: 'C' }, 'en'],
    [{ LANG: 'ar_SY.UTF-8', LC_ALL: '' }, 'ar'],
    [{ LANG: 'arn_CL.UTF-8' }, 'en'],
    [{}, 'en'],
  ])('of %j is %s', (environment, language) => expect(languageOf(environment)).toBe(language));
});

describe('every text', () => {
  const texts: [string, { en: string; ar: string }][] = [];
  const sample = [3, 11, 2];
  const collect = (name: string, entry: unknown): void => {
    if (typeof entry === 'function') {
      const args = [
        ...sample.map(() => ({ en: 'x', ar: 'س', created: 1, terms: 2, articles: 3, comments: 4, join: () => 'a' })),
      ];
      texts.push([name, (entry as (...given: unknown[]) => { en: string; ar: string })(...args)]);
    } else if (typeof entry === 'object' && entry !== null && 'en' in entry) texts.push([name, entry as never]);
    else if (typeof entry === 'object' && entry !== null)
      for (const [key, child] of Object.entries(entry)) collect(`${name}.${key}`, child);
  };
  collect('messages', messages);
  collect('help', help);
  for (const [name, ar] of Object.entries(settingsInArabic)) collect(`settings.${name}`, { en: name, ar });

  it('is there in both languages', () => {
    expect(texts.length).toBeGreaterThan(100);
    for (const [name, { en, ar }] of texts) {
      expect([name, ar]).toEqual([name, expect.stringMatching(/\p{Script=Arabic}/u)]);
      expect([name, ar]).toEqual([name, expect.not.stringMatching(englishSentence)]);
      expect([name, ar]).toEqual([name, expect.not.stringMatching(/\p{Script=Arabic}[,;?]|اً/u)]);
      expect([name, en.replace('(خبر)', '')]).toEqual([name, expect.not.stringMatching(/\p{Script=Arabic}/u)]);
    }
  });
});

describe('in Arabic', () => {
  it.each([
    [[]],
    [['serve']],
    [['user']],
    [['user', 'create']],
    [['key', 'create']],
    [['import']],
    [['export']],
    [['backup']],
    [['reindex']],
    [['openapi']],
    [['demo']],
    [['migrate']],
  ])('explains %j', async (command) => {
    const { code, stdout } = await khabar([...command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^الاستعمال: khabar/);
    expect(stdout).toMatch(/^الخيارات:$/m);
    expect(stdout).toMatch(/-h, --help +يشرح الأمر$/m);
    expect(stdout).not.toMatch(/Usage:|Options:|Commands:|Arguments:|Examples:|display help/);
    const prose = stdout.split('\n').filter((line) => !/^ {2}(?:khabar|npm|DATABASE_URL=|echo)/.test(line));
    expect(prose.filter((line) => englishSentence.test(line))).toEqual([]);
  });

  it.each([
    [['nonsense'], 'خطأ: أمر غير معروف: nonsense'],
    [['help', 'nonsense'], 'خطأ: أمر غير معروف: nonsense'],
    [['serve', '--prt', '1'], 'خطأ: خيار غير معروف: --prt\n(هل تقصد --port؟)'],
    [['serve', '--port', 'x'], 'خطأ: القيمة «x» غير صالحة للخيار --port <number>. يجب أن تكون القيمة من 0 إلى 65535.'],
    [['serve', '--port'], 'خطأ: يحتاج هذا الخيار إلى قيمة: --port <number>'],
    [['backup'], 'خطأ: المعامل المطلوب غير موجود: file'],
    [['backup', 'a', 'b'], 'خطأ: المعاملات أكثر من اللازم: المتوقع 1 والمعطى 2'],
    [['user', 'create', '--email', 'a@example.org'], 'خطأ: الخيار المطلوب غير موجود: --name <name>'],
    [['key', 'create', '--name', 'n', '--role', 'king'], 'القيم المقبولة: contributor'],
  ])('calls %j wrong usage', async (args, said) => {
    const { code, stderr } = await khabar(args);
    expect(code).toBe(2);
    expect(stderr).toContain(said);
    expect(stderr).toContain('إلى الأمر لمعرفة ما يقبله.');
    expect(stderr).not.toMatch(/error|Expected|Did you/i);
  });

  it('tells results, and keeps --json as it is', { timeout: 60_000 }, async () => {
    expect((await khabar(['migrate'])).stdout).toBe('أُنشئت قاعدة البيانات.\n');
    expect((await khabar(['migrate'])).stdout).toBe('بنية قاعدة البيانات محدّثة.\n');
    expect(JSON.parse((await khabar(['migrate', '--json'])).stdout)).toEqual({ applied: 0, wasEmpty: false });
    const key = await khabar(['key', 'create', '--name', 'الموقع', '--role', 'editor']);
    expect(key.stdout).toMatch(/^أُنشئ المفتاح الموقع بالمعرّف \S+\nالسر: kbk_\S+\nلن يُعرض مرة أخرى\.\n$/);
  });

  it('tells what an import did, line by line', async () => {
    const lines = '{"externalId":"a","headline":"خبر"}\n{"headline":""}\nnonsense\n';
    const args = ['import', '-', '--format', 'ndjson'];
    const { code, stdout, stderr } = await khabar(args, { input: lines });
    expect({ code, stdout }).toEqual({ code: 3, stdout: 'أُنشئ: 1، حُدّث: 0، لم يتغيّر: 0، رُفض: 2.\n' });
    expect(stderr).toBe('السطر 2: headline: لا يجوز تركه فارغًا.\nالسطر 3: السطر ليس JSON صالحًا.\n');
    const json = JSON.parse((await khabar([...args, '--json'], { input: lines })).stdout);
    expect(json.problems[0]).toEqual({ line: 2, reason: 'headline: It may not be empty.' });
  });

  it('tells what came of a page, and what one lacks', async () => {
    await copyFile(new URL('../../src/cli/seed-article.txt', import.meta.url), folder.path('page.txt'));
    const { stdout } = await khabar(['import', 'page.txt']);
    expect(stdout).toMatch(/^أُنشئ: سوريا توقع .*\n.*، 5 أقسام\n$/);
    await writeFile(folder.path('bad.txt'), 'عنوان - المصدر 7\n');
    const bad = await khabar(['import', 'bad.txt']);
    expect(bad.stderr).toMatch(/^khabar: هذه ليست صفحة خبر يمكن استيرادها\.\n {2}التاريخ مفقود: .*\n {2}النص مفقود: /);
  });

  it.each([
    [['export'], {}, 'لا توجد قاعدة بيانات في'],
    [['import', 'missing.ndjson'], {}, 'لا يوجد ملف بالاسم missing.ndjson.'],
    [['import', '-'], {}, 'حدد نوع ما يأتي من الدخل القياسي'],
    [['backup', 'x.db'], { DATABASE_URL: 'postgres://u:p@localhost/n' }, 'pg_dump'],
    [['migrate'], { PORT: 'x' }, 'إعدادات غير صالحة:\n  PORT: يجب أن تكون القيمة عددًا صحيحًا.'],
    [['migrate'], { KHABAR_ODD: '1' }, 'KHABAR_ODD: لا يوجد إعداد بهذا الاسم.'],
    [
      ['user', 'create', '--email', 'x', '--name', 'n', '--role', 'admin'],
      {},
      'email: يجب أن تكون القيمة عنوان بريد إلكتروني.',
    ],
  ])('says what is wrong with %j', async (args, env, reason) => {
    const { code, stderr } = await khabar(args, { env });
    expect(code).toBeOneOf([1, 2]);
    expect(stderr).toMatch(/^khabar: .*\p{Script=Arabic}/u);
    expect(stderr).toContain(reason);
    expect(stderr).not.toMatch(englishSentence);
  });
});
