import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayOf, displayQuery } from '../../src/delivery/display.ts';

const site = { locale: 'ar', timeZone: 'Asia/Damascus', months: 'international', digits: 'latn' } as const;
const seed = {
  publishedAt: '2025-11-10T22:00:00.000Z',
  updatedAt: '2025-12-31T12:30:00.000Z',
  comments: { count: 0 },
  readingMinutes: 3,
};

describe('dates and counts in words', () => {
  it('are those of the seed article', () => {
    expect(displayOf(site, 'ar', seed)).toEqual({
      locale: 'ar',
      publishedAt: 'الثلاثاء 11 نوفمبر 2025 01:00 صباحًا',
      updatedAt: 'الأربعاء 31 ديسمبر 2025 03:30 مساءً',
      publishedAtHijri: 'الثلاثاء 20 جمادى الأولى 1447 هـ',
      updatedAtHijri: 'الأربعاء 11 رجب 1447 هـ',
      comments: 'لا تعليقات',
      readingTime: '3 دقائق',
    });
  });

  it('keep the site’s names of months, whatever country is named', () => {
    for (const locale of ['ar-SY', 'ar-MA', 'ar-DZ', 'ar-SY-u-nu-latn'])
      expect(displayOf(site, locale, seed).publishedAt).toBe('الثلاثاء 11 نوفمبر 2025 01:00 صباحًا');
    expect(displayOf({ ...site, months: 'dual' }, 'ar-SY', seed).publishedAt).toContain('11 تشرين الثاني/نوفمبر 2025');
    expect(displayOf({ ...site, months: 'levant' }, 'ar-EG', seed).publishedAt).toContain('11 تشرين الثاني 2025');
  });

  it.each([
    ['نوفمبر', ['ar-EG', 'ar-SA', 'ar-AE', 'ar-QA', 'ar-YE', 'ar-LY', 'ar-SD']],
    ['تشرين الثاني', ['ar-SY', 'ar-LB', 'ar-IQ', 'ar-JO', 'ar-PS']],
    ['نوفمبر', ['ar-DZ', 'ar-TN']],
    ['نونبر', ['ar-MA']],
    ['نوفمبر', ['ar', 'ar-MR', 'ar-FR']],
  ])('name November %s in %j, where the site leaves it to the country', (month, locales) => {
    for (const locale of locales)
      expect(displayOf({ ...site, months: 'country' }, locale, seed).publishedAt).toBe(
        `الثلاثاء 11 ${month} 2025 01:00 صباحًا`,
      );
  });

  it('name January جانفي in Algeria', () => {
    const publishedAt = '2026-01-05T08:00:00.000Z';
    const algerian = { ...site, months: 'country', locale: 'ar-DZ' } as const;
    expect(displayOf(algerian, null, { ...seed, publishedAt }).publishedAt).toContain('5 جانفي 2026');
    expect(displayOf(algerian, 'ar-DZ', { ...seed, publishedAt }).publishedAt).toContain('5 جانفي 2026');
  });

  it('are the site’s own way, but for digits that are asked for', () => {
    const own = { ...site, months: 'levant', digits: 'arab' } as const;
    for (const locale of [null, 'ar', 'ar-SY', 'ar-EG', 'ar-FR'])
      expect(displayOf(own, locale, seed)).toMatchObject({
        locale: locale ?? 'ar',
        publishedAt: 'الثلاثاء ١١ تشرين الثاني ٢٠٢٥ ٠١:٠٠ صباحًا',
        publishedAtHijri: 'الثلاثاء ٢٠ جمادى الأولى ١٤٤٧ هـ',
        readingTime: '٣ دقائق',
      });
    expect(displayOf(own, 'ar-EG-u-nu-latn', seed).publishedAt).toBe('الثلاثاء 11 تشرين الثاني 2025 01:00 صباحًا');
  });

  it.each([
    [0, 'لا تعليقات'],
    [1, 'تعليق واحد'],
    [2, 'تعليقان'],
    [3, '3 تعليقات'],
    [11, '11 تعليقًا'],
    [100, '100 تعليق'],
    [103, '103 تعليقات'],
  ])('count %i comments', (count, words) => {
    expect(displayOf(site, null, { ...seed, comments: { count } }).comments).toBe(words);
  });

  it.each([
    [1, 'دقيقة واحدة'],
    [2, 'دقيقتان'],
    [3, '3 دقائق'],
    [10, '10 دقائق'],
    [11, '11 دقيقة'],
    [100, '100 دقيقة'],
  ])('take %i minutes to read', (readingMinutes, words) => {
    expect(displayOf(site, null, { ...seed, readingMinutes }).readingTime).toBe(words);
  });

  it('are English for English readers, in either calendar, with plain spaces', () => {
    const english = displayOf({ ...site, digits: 'arab' }, 'en', { ...seed, comments: { count: 1 } });
    expect(english).toMatchObject({ locale: 'en', comments: '1 comment', readingTime: '3 minutes' });
    expect(english.publishedAt).toMatch(/^Tuesday, November 11, 2025 at 1:00 AM$/);
    expect(english.publishedAtHijri).toMatch(/^Tuesday, Jumada I 20, 1447/);
    expect(displayOf(site, 'en-GB', seed).publishedAt).toMatch(/^Tuesday,? 11 November 2025 at 01:00$/);
  });
});

describe('the language of a display', () => {
  it('may be any Arabic or English one, and is made canonical', () => {
    expect(displayQuery.parse('AR-sy')).toBe('ar-SY');
    expect(displayQuery.parse('en-GB')).toBe('en-GB');
    expect(displayQuery.parse(undefined)).toBeUndefined();
  });

  it.each(['', 'fr', 'arz', 'arabic', 'ar_SY', 'ar-', '../ar', 'x'.repeat(70)])('may not be %j', (tag) => {
    expect(displayQuery.safeParse(tag).success).toBe(false);
  });

  it('is never a way to an error', () => {
    const tag = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string().map((rest) => `ar-${rest}`),
      fc.stringMatching(/^(?:ar|en)(?:-[A-Za-z0-9]{1,8}){0,3}$/),
    );
    fc.assert(
      fc.property(tag, (text) => {
        const parsed = displayQuery.safeParse(text);
        if (parsed.success) expect(displayOf(site, parsed.data ?? null, seed).publishedAt).not.toBe('');
      }),
    );
  });
});
