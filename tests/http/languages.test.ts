import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AppError, type ErrorCode, errorTable } from '../../src/errors.ts';
import { problemBody } from '../../src/http/problem.ts';
import { fieldErrors } from '../../src/http/validation.ts';
import { enginesToTest } from '../support/engines-setup.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';

const codes = Object.keys(errorTable) as ErrorCode[];
const arabicLetter = /\p{Script=Arabic}/u;

/** A row of Latin words is a sentence that nobody translated; names of fields and headers come alone or in lists. */
const englishSentence = /[A-Za-z]{2,}(?:'[a-z]+)?(?: [A-Za-z']+){2,}/;
/** Marks at an edge of Latin letters wander to the wrong side in a line from right to left, unless set apart. */
const looseMarks = /(?<![\w<>@=#/-])[<>@=#/]+[A-Za-z]|[A-Za-z][<>@=#/]+(?![\w<>@=#/-])/;
/** What is set apart already, by isolates or left-to-right marks. */
const apart = /\u2066[^\u2069]*\u2069|\u200e[^\u200e]*\u200e/g;

function faultsOf(arabic: string): string[] {
  const checks: [string, boolean][] = [
    ['no Arabic', !arabicLetter.test(arabic)],
    ['an English sentence', englishSentence.test(arabic.replace('Authorization: Bearer', ''))],
    ['Latin punctuation after Arabic', /\p{Script=Arabic}[,;?]/u.test(arabic)],
    ['tatweel or two spaces', /(?<!ب)ـ| {2}/.test(arabic)],
    ['tanwin after the alef', /اً/.test(arabic)],
    ['«مسموح» without «به»', /مسموح(?:ة)?(?! (?:به|بها|لها)(?!\p{L}))/u.test(arabic)],
    ['a hyphen that wanders', /\p{Script=Arabic}[^\p{L}]* -[A-Za-z]/u.test(arabic.replace(apart, ''))],
    ['marks that wander', looseMarks.test(arabic.replace(apart, ''))],
    ['a form that was not filled in', /\$\{|undefined|null/.test(arabic)],
  ];
  return checks.flatMap(([fault, isFaulty]) => (isFaulty ? [fault] : []));
}

describe('every error', () => {
  it.each(codes)('%s is told in English and in Arabic', (code) => {
    const { title, detail } = errorTable[code];
    for (const { en, ar } of [title, detail]) {
      const isFilled = /^\{\w+\}$/.test(ar);
      expect([ar, isFilled ? [] : faultsOf(ar)]).toEqual([ar, []]);
      expect(en).not.toMatch(arabicLetter);
      const places = (text: string) =>
        (text.match(/\{\w+\}/g) ?? []).map((place) => place.replace('reasonAr', 'reason'));
      expect(places(ar)).toEqual(places(en));
    }
  });

  it('has one code, status and errors in both languages', () => {
    for (const code of codes) {
      const problem = new AppError(code, { params: { seconds: 3 } });
      const [en, ar] = (['en', 'ar'] as const).map((language) => problemBody(problem, language, 'x'));
      expect({ ...en, title: '', detail: '' }).toEqual({ ...ar, title: '', detail: '' });
      expect(ar?.title).toMatch(arabicLetter);
    }
  });

  it.each([
    [1, 'أعد المحاولة بعد ثانية واحدة.', 'Try again in 1 second.'],
    [2, 'أعد المحاولة بعد ثانيتين.', 'Try again in 2 seconds.'],
    [3, 'أعد المحاولة بعد 3 ثوانٍ.', 'Try again in 3 seconds.'],
    [11, 'أعد المحاولة بعد 11 ثانية.', 'Try again in 11 seconds.'],
    [100, 'أعد المحاولة بعد 100 ثانية.', 'Try again in 100 seconds.'],
  ])('counts %i as grammar has it', (seconds, ar, en) => {
    const problem = new AppError('too-many-requests', { params: { seconds } });
    expect(problemBody(problem, 'ar', 'x').detail).toBe(ar);
    expect(problemBody(problem, 'en', 'x').detail).toBe(en);
  });

  it('keeps what it names apart in a line from right to left', () => {
    const inUse = new AppError('in-use', { params: { by: 'articles, categories' } });
    expect(problemBody(inUse, 'ar', 'x').detail).toBe('ما زال هناك ما يشير إليه: مقالات، تصنيفات.');
    const allow = new AppError('method-not-allowed', { params: { allow: 'GET, HEAD' } });
    expect(problemBody(allow, 'ar', 'x').detail).toBe('الطرق المتاحة على هذا العنوان: \u2066GET, HEAD\u2069.');
  });
});

describe('validation', () => {
  const messageOf = (schema: z.ZodType, value: unknown) => {
    const result = schema.safeParse(value, { reportInput: true });
    return fieldErrors(result.error?.issues ?? [], 'body')[0]?.message;
  };

  it.each([
    [z.string().min(1), '', 'لا يجوز تركه فارغًا.'],
    [z.string().min(2), 'أ', 'الحد الأدنى للطول حرفان.'],
    [z.string().min(3), 'أ', 'الحد الأدنى للطول 3 أحرف.'],
    [z.string().min(11), 'أ', 'الحد الأدنى للطول 11 حرفًا.'],
    [z.string().max(100), 'أ'.repeat(101), 'الحد الأقصى للطول 100 حرف.'],
    [z.array(z.any()).max(2), [1, 2, 3], 'الحد الأقصى عنصران.'],
    [z.array(z.any()).max(50), Array(51).fill(0), 'الحد الأقصى 50 عنصرًا.'],
    [z.number().min(1), 0, 'الحد الأدنى للقيمة: 1.'],
    [z.number().positive(), 0, 'يجب أن تكون القيمة أكبر من 0.'],
    [z.enum(['pre', 'post']), 'x', 'القيم المقبولة: pre, post.'],
    [z.enum(['-views', 'views']), 'x', 'القيم المقبولة: \u2066-views, views\u2069.'],
    [z.string(), undefined, 'هذا الحقل مطلوب.'],
    [z.union([z.array(z.string()), z.object({})]), 'نص', 'يجب أن تكون القيمة قائمة أو كائنًا.'],
    [
      z.union([z.string(), z.object({ id: z.string() }), z.record(z.string(), z.any())]),
      1,
      'يجب أن تكون القيمة نصًا أو كائنًا.',
    ],
    [z.int(), 1.5, 'يجب أن تكون القيمة عددًا صحيحًا.'],
    [z.number().multipleOf(5), 3, 'رقم غير مقبول: يجب أن يكون من مضاعفات 5.'],
    [z.ipv4(), 'x', 'عنوان IPv4 غير مقبول.'],
  ])('says what %o wants', (schema, value, arabic) => {
    expect(messageOf(schema, value)?.ar).toBe(arabic);
  });

  it('has no kind of issue without Arabic', () => {
    const schemas: [z.ZodType, unknown][] = [
      ...[z.string(), z.number(), z.boolean(), z.array(z.string()), z.object({}), z.date(), z.null(), z.bigint()].map(
        (schema): [z.ZodType, unknown] => [schema, Symbol('none of them')],
      ),
      ...[z.email(), z.url(), z.uuid(), z.iso.datetime(), z.iso.date(), z.base64(), z.jwt(), z.cidrv4(), z.e164()].map(
        (schema): [z.ZodType, unknown] => [schema, 'x'],
      ),
      [z.union([z.string(), z.number()]), true],
      [z.discriminatedUnion('a', [z.object({ a: z.literal(1) })]), { a: 2 }],
      [z.record(z.string().max(1), z.any()), { abc: 1 }],
      [z.strictObject({}), { a: 1 }],
      [z.string().refine(() => false), 'x'],
      [z.string().startsWith('a'), 'x'],
      [z.string().regex(/a/), 'x'],
      [z.tuple([z.string()]), []],
      [z.never(), 1],
      [z.literal('a'), 'b'],
    ];
    for (const [schema, value] of schemas) {
      const message = messageOf(schema, value);
      expect([message?.ar, faultsOf(message?.ar ?? '')]).toEqual([message?.ar, []]);
      expect(message?.en).toMatch(/^[^\u0600-\u06ff]+\.$/);
    }
  });
});

it('writes Arabic in the sources as an editor would accept it', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !/^(?:arabic|imports|search|cli)\//.test(name),
  );
  // Descriptions in English that quote Arabic begin with a Latin letter; what people are told does not.
  const texts = files.flatMap((name) =>
    [
      ...readFileSync(`src/${name}`, 'utf8').matchAll(
        /(?:ar: |reasonAr: |, |^\s+)(['`])(\p{Script=Arabic}(?:(?!\1).)*[.:])\1/gmu,
      ),
    ].map(([, , text = '']) => ({ name, text: text.replace(/\$\{[^}]*\}/g, '5').replace(/\\u\w{4}/g, '\u200e') })),
  );
  expect(texts.length).toBeGreaterThan(60);
  expect(
    texts.filter(({ text }) => faultsOf(text).length > 0).map(({ name, text }) => [name, text, faultsOf(text)]),
  ).toEqual([]);
});

describe.each(enginesToTest(process.env).slice(0, 1))('a refusal over HTTP (%s)', (engine) => {
  let room: Newsroom;
  beforeAll(async () => {
    room = await openNewsroom(engine, {
      KHABAR_CORS_ORIGINS: 'https://example.org,https://example.com',
      KHABAR_LOCALE: 'ar-SY',
    });
  });
  afterAll(() => room.close());

  it.each([
    [undefined, 'ar', 'غير موجود'],
    ['ar-SY, en;q=0.5', 'ar', 'غير موجود'],
    ['en-GB', 'en', 'Not found'],
    ['fr, en;q=0.2, ar;q=0.1', 'en', 'Not found'],
    ['ar;q=.2, en;q=0.5', 'en', 'Not found'],
    ['fr', 'ar', 'غير موجود'],
    ['en;q=0, ar;q=0.001', 'ar', 'غير موجود'],
    ['ar, en', 'ar', 'غير موجود'],
    ['en, ar', 'en', 'Not found'],
  ])('to who prefers %s is in %s', async (accepted, language, title) => {
    const headers = accepted === undefined ? {} : { 'accept-language': accepted };
    const answer = await room.call('/v1/nothing', { headers });
    expect(answer.body.title).toBe(title);
    expect(answer.headers['content-language']).toBe(language);
    expect(answer.headers.vary).toMatch(/accept-language/);
  });

  it('varies on the origin as well where origins are told apart', async () => {
    const answer = await room.call('/v1/nothing', { headers: { origin: 'https://example.org' } });
    expect(String(answer.headers.vary).toLowerCase().split(/, */).sort()).toEqual(['accept-language', 'origin']);
  });

  it('says every field in the language that was asked for, with the same codes', async () => {
    const body = { name: '', slug: '///', description: 5, colour: 1 };
    const [ar, en] = await Promise.all(
      ['ar', 'en'].map((language) =>
        room.call('/v1/editorial/tags', { as: 'admin', body, headers: { 'accept-language': language } }),
      ),
    );
    const codesOf = (answer: typeof ar) => answer?.body.errors.map((each: { code: string }) => each.code);
    expect(codesOf(ar)).toEqual(codesOf(en));
    expect(ar?.body.errors.length).toBe(4);
    for (const { message } of ar?.body.errors ?? []) expect([message, faultsOf(message)]).toEqual([message, []]);
    for (const { message } of en?.body.errors ?? []) expect(message).not.toMatch(arabicLetter);
  });
});
