import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type NewsPage, parseNewsPage } from '../../src/imports/news-page.ts';

const seed = readFileSync(new URL('../../src/cli/seed-article.txt', import.meta.url), 'utf8');
const timeZone = 'Asia/Damascus';

function parse(text: string): NewsPage {
  const result = parseNewsPage(text, { timeZone });
  if (!result.ok) throw new Error(result.problems.map(({ en }) => en).join('\n'));
  return result.page;
}

function refusal(text: string): string[] {
  const result = parseNewsPage(text, { timeZone });
  return result.ok ? [] : result.problems.map(({ en }) => en);
}

const paragraph =
  'أعلن المتحدث الرسمي في بيان مفصل أن الأطراف توصلت إلى تفاهمات أولية حول الملفات العالقة، على أن تستكمل المحادثات الأسبوع المقبل.';
const shortLead = 'المصدر 7 - توصلت الأطراف إلى تفاهمات أولية بعد أسابيع من المحادثات.';
const headlineLine = 'تفاهمات أولية بعد أسابيع من المحادثات - المصدر 7, اليوم الثلاثاء 11 نوفمبر 2025 01:00 صباحاً';
const page = (...lines: string[]) => parse(lines.join('\n'));

describe('the page that started the project', () => {
  it('comes out whole', () => {
    const { sections, lead, ...rest } = parse(seed);
    expect(rest).toEqual({
      headline: 'سوريا توقع إعلان تعاون سياسي مع التحالف الدولي ضد "داعش"',
      source: 'المصدر 7',
      publishedAt: new Date('2025-11-10T22:00:00Z'),
      date: 'اليوم الثلاثاء 11 نوفمبر 2025 01:00 صباحاً',
      dir: 'rtl',
      commentCount: 0,
    });
    expect(lead).toMatch(/^وقعت سوريا، الاثنين.*حمزة المصطفى\.$/u);
    expect(sections.map(({ heading, paragraphs }) => [heading, paragraphs.length])).toEqual([
      ['الاتفاق سياسي في الأساس', 2],
      ['دعم أميركي مستمر للسلام في المنطقة', 3],
      ['لقاء تاريخي بين الرئيسين السوري والأميركي', 2],
      ['رفع العقوبات ودعم دولي', 2],
      ['خطوات لاحقة متوقعة', 1],
    ]);
  });

  it('loses no word of its body', () => {
    const { lead, sections } = parse(seed);
    const kept = [lead, ...sections.flatMap(({ heading, paragraphs }) => [heading, ...paragraphs])].join('\n');
    const body = seed.trim().split('\n').slice(2, -1).join('\n').replace('المصدر 7 - ', '').trim();
    expect(kept).toBe(body);
  });

  it.each([
    ['with CRLF', seed.replaceAll('\n', '\r\n')],
    ['with CR', seed.replaceAll('\n', '\r')],
    ['with a byte order mark', `\ufeff${seed}`],
    ['with blank lines between paragraphs', seed.replaceAll('\n', '\n\n')],
    ['with white space around lines', seed.replaceAll('\n', ' \u00a0\n\t ')],
    ['with directional marks around lines', seed.replaceAll('\n', '\u200f\n\u200f')],
    ['without the introduction', seed.slice(seed.indexOf('\n') + 1)],
    ['without the comment count', seed.slice(0, seed.lastIndexOf('\n')).trim()],
    ['without a line break at its end', seed.trim()],
    ['with Eastern digits in its date', seed.replace('11 نوفمبر 2025 01:00', '١١ نوفمبر ٢٠٢٥ ٠١:٠٠')],
    ['with the month named as in Syria', seed.replace('نوفمبر', 'تشرين الثاني')],
  ])('reads the same %s', (_, text) => {
    expect({ ...parse(text), date: '', commentCount: 0 }).toEqual({ ...parse(seed), date: '' });
  });
});

describe('the headline line', () => {
  const read = (line: string, lead = shortLead) => {
    const { headline, source, publishedAt } = page(line, lead, paragraph);
    return [headline, source, publishedAt.toISOString()];
  };
  const date = 'الثلاثاء 11 نوفمبر 2025 01:00 صباحاً';
  const instant = '2025-11-10T22:00:00.000Z';

  it.each([
    [`عنوان الخبر - وكالة الأنباء, ${date}`, 'عنوان الخبر', 'وكالة الأنباء', instant],
    [`عنوان الخبر – وكالة الأنباء، ${date}`, 'عنوان الخبر', 'وكالة الأنباء', instant],
    [`عنوان الخبر — وكالة الأنباء، ${date}`, 'عنوان الخبر', 'وكالة الأنباء', instant],
    [`عنوان الخبر| وكالة الأنباء، ${date}`, 'عنوان الخبر', 'وكالة الأنباء', instant],
    [`عنوان الخبر - وكالة الأنباء - ${date}`, 'عنوان الخبر', 'وكالة الأنباء', instant],
    [`عنوان الخبر - وكالة الأنباء (${date})`, 'عنوان الخبر', 'وكالة الأنباء', instant],
    [`دمشق - واشنطن: عودة - المصدر 7, ${date}`, 'دمشق - واشنطن: عودة', 'المصدر 7', instant],
    [`قمة، وحوار، واتفاق - المصدر 7, ${date}`, 'قمة، وحوار، واتفاق', 'المصدر 7', instant],
    [`منتخب يو-20 يفوز - المصدر 7, ${date}`, 'منتخب يو-20 يفوز', 'المصدر 7', instant],
    [`عنوان - الوطن، طبعة المساء, ${date}`, 'عنوان', 'الوطن، طبعة المساء', instant],
    ['عنوان - المصدر 7, 2025-11-11 01:00', 'عنوان', 'المصدر 7', instant],
    ['عنوان - المصدر 7, 11/11/2025 01:00', 'عنوان', 'المصدر 7', instant],
    ['عنوان - المصدر 7, 20 جمادى الأولى 1447 هـ الساعة 01:00 صباحا', 'عنوان', 'المصدر 7', instant],
    ['عنوان - المصدر 7, الثلاثاء، 11 نوفمبر 2025، 13:30', 'عنوان', 'المصدر 7', '2025-11-11T10:30:00.000Z'],
    ['عنوان - المصدر 7, الثلاثاء 11 نوفمبر 2025 12:15 مساءً', 'عنوان', 'المصدر 7', '2025-11-11T09:15:00.000Z'],
  ])('«%s»', (line, headline, source, publishedAt) => {
    expect(read(line)).toEqual([headline, source, publishedAt]);
  });

  it('takes a source that has a dash itself from the prefix of the lead', () => {
    const line = `اتفاق جديد - سانا - دمشق, ${date}`;
    expect(read(line, 'سانا - دمشق - وقعت الحكومة اتفاقًا جديدًا.').slice(0, 2)).toEqual(['اتفاق جديد', 'سانا - دمشق']);
  });

  it('may be parted over two lines', () => {
    expect(page('عنوان - المصدر 7', date, shortLead)).toMatchObject({ headline: 'عنوان', source: 'المصدر 7' });
    expect(page('عنوان', `المصدر 7، ${date}`, shortLead)).toMatchObject({ headline: 'عنوان', source: 'المصدر 7' });
  });

  it('takes the start of the day, and says so, where there is no time', () => {
    const result = parseNewsPage(`عنوان - المصدر 7, الثلاثاء 11 نوفمبر 2025\n${shortLead}`, { timeZone });
    expect(result).toMatchObject({ ok: true, page: { publishedAt: new Date('2025-11-10T21:00:00Z') } });
    expect(result.ok && result.warnings).toMatchObject([{ en: expect.stringContaining('no time of day') }]);
  });

  it('reads an English page', () => {
    const text = [
      'Cabinet approves a new budget - The Daily, Tuesday, November 11th, 2025 at 1:00 PM',
      'The Daily - The cabinet approved the budget on Monday after a session of nine hours.',
      'A long night',
      'Ministers argued until dawn about the share of the provinces, according to three officials.',
      '2 comments',
    ].join('\n');
    expect(parse(text)).toMatchObject({
      headline: 'Cabinet approves a new budget',
      source: 'The Daily',
      publishedAt: new Date('2025-11-11T10:00:00Z'),
      dir: 'ltr',
      lead: 'The cabinet approved the budget on Monday after a session of nine hours.',
      sections: [{ heading: 'A long night', paragraphs: [expect.stringMatching(/^Ministers/)] }],
      commentCount: 2,
    });
  });
});

describe('the body', () => {
  it.each([
    ['المصدر 7 - بدأت.', 'بدأت.'],
    ['المصدر 7: بدأت.', 'بدأت.'],
    ['المصدر 7 – بدأت.', 'بدأت.'],
    ['المصدر ٧ - بدأت.', 'بدأت.'],
    ['(المصدر 7) - بدأت.', 'بدأت.'],
    ['المصدر 70 - بدأت.', 'المصدر 70 - بدأت.'],
    ['بدأت - كما قال المصدر 7 - أمس.', 'بدأت - كما قال المصدر 7 - أمس.'],
  ])('takes the outlet off the lead «%s»', (lead, expected) => {
    expect(page(headlineLine, lead, paragraph).lead).toBe(expected);
  });

  it('without headings is one section without a heading', () => {
    const { lead, sections } = page(headlineLine, shortLead, paragraph, paragraph);
    expect(lead).toBe('توصلت الأطراف إلى تفاهمات أولية بعد أسابيع من المحادثات.');
    expect(sections).toEqual([{ heading: null, paragraphs: [paragraph, paragraph] }]);
  });

  it('keeps paragraphs before the first heading in a section without one', () => {
    const { sections } = page(headlineLine, shortLead, paragraph, 'خطوات لاحقة', paragraph);
    expect(sections).toEqual([
      { heading: null, paragraphs: [paragraph] },
      { heading: 'خطوات لاحقة', paragraphs: [paragraph] },
    ]);
  });

  it('may have no lead', () => {
    expect(page(headlineLine, 'خطوات لاحقة', paragraph)).toMatchObject({
      lead: null,
      sections: [{ heading: 'خطوات لاحقة', paragraphs: [paragraph] }],
    });
  });

  it.each(['ماذا بعد الاتفاق؟', 'الموقف الأميركي:', 'أولًا: الملف الأمني', 'رد «قسد»', '2025: عام الحوار'])(
    'takes «%s» for a heading',
    (heading) => {
      expect(page(headlineLine, shortLead, heading, paragraph).sections).toEqual([
        { heading, paragraphs: [paragraph] },
      ]);
    },
  );

  it.each(['وقال الوزير:', 'وأضاف أن ذلك مهم', 'انتهى الاجتماع.', 'قال: "لن نقبل."', '• بند أول', 'لم ينته الأمر…'])(
    'takes «%s» for a paragraph',
    (line) => {
      expect(page(headlineLine, shortLead, paragraph, line, paragraph).sections).toHaveLength(1);
    },
  );

  it('never leaves a section empty: a short line below a heading is its text', () => {
    const { sections } = page(headlineLine, shortLead, 'عنوان فرعي', 'فقرة قصيرة بلا نقطة', paragraph);
    expect(sections).toEqual([{ heading: 'عنوان فرعي', paragraphs: ['فقرة قصيرة بلا نقطة', paragraph] }]);
  });

  it('keeps a short last line, which has nothing below it, as a paragraph', () => {
    const { sections } = page(headlineLine, shortLead, paragraph, 'المصدر: وكالات');
    expect(sections[0]?.paragraphs.at(-1)).toBe('المصدر: وكالات');
  });

  it.each([
    ['0 تعليق', 0],
    ['٠ تعليق', 0],
    ['لا تعليقات', 0],
    ['لا توجد تعليقات', 0],
    ['تعليق واحد', 1],
    ['تعليقان', 2],
    ['3 تعليقات', 3],
    ['١٢ تعليقًا', 12],
    ['التعليقات (4)', 4],
    ['No comments', 0],
    ['7 Comments', 7],
  ])('reads the comment count «%s» as no part of the text', (line, count) => {
    const { sections, commentCount } = page(headlineLine, shortLead, paragraph, line);
    expect(commentCount).toBe(count);
    expect(sections).toEqual([{ heading: null, paragraphs: [paragraph] }]);
  });

  it('leaves out, and says so, what follows the comment count', () => {
    const result = parseNewsPage([headlineLine, shortLead, '3 تعليقات', 'خبر رائع'].join('\n'), { timeZone });
    expect(result).toMatchObject({ ok: true, page: { sections: [] } });
    expect(result.ok && result.warnings.map(({ en }) => en).join()).toMatch(
      /1 line after the comment count.*3 comments/s,
    );
  });

  it('keeps a paragraph that speaks of comments', () => {
    const line = 'وحصد المنشور 3 تعليقات فقط خلال ساعة من نشره على المنصة.';
    expect(page(headlineLine, shortLead, line).sections[0]?.paragraphs).toEqual([line]);
  });
});

describe('a page that lacks something', () => {
  it.each([
    ['', ['no text']],
    [' \n\t\n', ['no text']],
    [
      'نعرض لكم زوارنا أهم الأخبار:',
      ['headline is missing', 'source is missing', 'date is missing', 'text is missing'],
    ],
    [headlineLine, ['text is missing']],
    [`${headlineLine}\n0 تعليق`, ['text is missing']],
    [`عنوان بلا مصدر، 11 نوفمبر 2025\n${shortLead}`, ['source is missing']],
    [`- المصدر 7، 11 نوفمبر 2025\n${shortLead}`, ['headline is missing']],
    [`عنوان - المصدر 7\n${shortLead}`, ['date is missing']],
    [`عنوان - المصدر 7, أمس 01:00\n${shortLead}`, ['«أمس 01:00» cannot be read']],
    [`عنوان - المصدر 7, الأحد 11 نوفمبر 2025 01:00\n${shortLead}`, ['contradicts its weekday']],
    [`عنوان - المصدر 7, 31 فبراير 2025\n${shortLead}`, ['does not exist']],
    [`${paragraph}\n${paragraph}`, ['source is missing', 'date is missing']],
  ])('is refused with all that is missing: %j', (text, expected) => {
    const problems = refusal(text);
    expect(problems).toHaveLength(expected.length);
    for (const [index, part] of expected.entries()) expect(problems[index]).toContain(part);
  });
});
