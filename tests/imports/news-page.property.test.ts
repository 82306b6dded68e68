import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatArabicDate, parseArabicDate } from '../../src/arabic/dates.ts';
import { instantOf, wallTime } from '../../src/arabic/zones.ts';
import { parseNewsPage } from '../../src/imports/news-page.ts';

const timeZone = 'Asia/Damascus';
const letters = 'ابتثجحخدذرزسشصضطظعغفقكلمنهوي';
const word = fc.string({ unit: fc.constantFrom(...letters), minLength: 3, maxLength: 8 });
const words = (min: number, max: number) =>
  fc.array(word, { minLength: min, maxLength: max }).map((all) => all.join(' '));
const paragraph = words(20, 40).map((text) => `${text}.`);
const section = fc.record({ heading: words(2, 6), paragraphs: fc.array(paragraph, { minLength: 1, maxLength: 4 }) });
const page = fc.record({
  headline: words(3, 10),
  source: words(1, 3),
  lead: paragraph,
  sections: fc.array(section, { maxLength: 6 }),
  minute: fc.integer({ min: 15_800_000, max: 29_400_000 }),
});
const layout = fc.record({
  dash: fc.constantFrom(' - ', ' – ', ' — '),
  comma: fc.constantFrom(', ', '، ', ' , '),
  newline: fc.constantFrom('\n', '\r\n', '\n\n', '\n \n\t'),
  digits: fc.constantFrom('latn' as const, 'arab' as const),
  months: fc.constantFrom('international' as const, 'levant' as const, 'maghreb' as const, 'maroc' as const),
  introduction: fc.constantFrom('', 'نعرض لكم زوارنا أهم وأحدث الأخبار فى المقال الاتي:'),
  count: fc.constantFrom('', '0 تعليق', '٣ تعليقات'),
});

describe('a news page', () => {
  it('is read back as it was written, in every layout', () => {
    fc.assert(
      fc.property(page, layout, ({ headline, source, lead, sections, minute }, how) => {
        // An hour that clocks show twice is read as its first time.
        const publishedAt = instantOf(wallTime(new Date(minute * 60_000), timeZone), timeZone);
        const date = formatArabicDate(publishedAt, { timeZone, time: true, digits: how.digits, months: how.months });
        // «يوم» and the like before a date belong to the date, and are no source.
        fc.pre(parseArabicDate(`${source}${how.comma}${date}`, { timeZone }) === null);
        const text = [
          how.introduction,
          `${headline}${how.dash}${source}${how.comma}${date}`,
          `${source}${how.dash}${lead}`,
          ...sections.flatMap(({ heading, paragraphs }) => [heading, ...paragraphs]),
          how.count,
        ].join(how.newline);
        const result = parseNewsPage(text, { timeZone });
        expect(result).toMatchObject({ ok: true, page: { headline, source, publishedAt, lead, sections } });
      }),
      {
        numRuns: 300,
        examples: [
          [
            {
              headline: 'خبر من ساعة',
              source: 'الوكالة',
              lead: 'تعود الساعة إلى الوراء هذه الليلة.',
              sections: [],
              minute: 19_314_540,
            },
            {
              dash: ' - ',
              comma: ', ',
              newline: '\n',
              digits: 'latn',
              months: 'international',
              introduction: '',
              count: '',
            },
          ],
        ],
      },
    );
  });

  it('is read or refused with reasons, whatever the text is', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(' - ', '، ', '\n', '11 نوفمبر 2025', '0 تعليق', 'المصدر 7', ':', '؟', '("', '\u202e'),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const result = parseNewsPage(pieces.join(''), { timeZone });
        if (result.ok) expect(result.page.headline).not.toBe('');
        else expect(result.problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });
});
