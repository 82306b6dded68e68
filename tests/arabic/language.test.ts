import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collationKey } from '../../src/arabic/collation.ts';
import { firstStrong, localeDirection } from '../../src/arabic/direction.ts';
import { commentCount, plural } from '../../src/arabic/plurals.ts';
import { countWords, readingMinutes } from '../../src/arabic/reading.ts';
import { anyText } from './arbitraries.ts';

describe('counting in Arabic', () => {
  it.each([
    [0, 'لا تعليقات'],
    [1, 'تعليق واحد'],
    [2, 'تعليقان'],
    [3, '3 تعليقات'],
    [10, '10 تعليقات'],
    [11, '11 تعليقًا'],
    [99, '99 تعليقًا'],
    [100, '100 تعليق'],
    [102, '102 تعليق'],
    [103, '103 تعليقات'],
    [111, '111 تعليقًا'],
    [1000, '1000 تعليق'],
  ])('says %i comments as an editor would', (count, text) => {
    expect(commentCount(count, 'ar')).toBe(text);
  });

  it('counts comments in English', () => {
    expect([0, 1, 2].map((count) => commentCount(count, 'en'))).toEqual(['0 comments', '1 comment', '2 comments']);
  });

  it('falls back to the general form', () => {
    expect(plural(2, { other: '{n} مواد' })).toBe('2 مواد');
  });
});

describe('direction', () => {
  it.each([
    ['سوريا Syria', 'rtl'],
    ['"2025" Syria سوريا', 'ltr'],
    ['عـ', 'rtl'],
    ['ـ', 'rtl'],
    ['שלום', 'rtl'],
    ['\u200f123', 'rtl'],
    ['\u200eسوريا', 'ltr'],
    ['123 …', null],
    ['', null],
  ])('takes the direction of %s from its first strong character', (text, direction) => {
    expect(firstStrong(text)).toBe(direction);
  });

  it('knows the direction of languages by their script', () => {
    for (const locale of [
      'ar',
      'ar-SY',
      'fa',
      'ur',
      'he',
      'ckb',
      'ku-Arab',
      'az-Arab',
      'pa-Arab',
      'ps',
      'sd',
      'ug',
      'yi',
      'dv',
    ]) {
      expect(localeDirection(locale), locale).toBe('rtl');
    }
    for (const locale of ['en', 'fr', 'ku', 'az', 'pa', 'tr', 'ar-Latn', 'not a locale', '']) {
      expect(localeDirection(locale), locale).toBe('ltr');
    }
  });
});

describe('collationKey', () => {
  const sorted = (names: string[]) =>
    names
      .map((name) => ({ name, key: Buffer.from(collationKey(name)) }))
      .sort((a, b) => Buffer.compare(a.key, b.key))
      .map(({ name }) => name);

  it('sorts as a phone book does: without the article, hamza with alef, in the order of the alphabet', () => {
    const order = [
      'آسيا',
      'الله',
      'ألمانيا',
      'الأندلس',
      'إيران',
      'البحرين',
      'بغداد',
      'تونس',
      'الجزائر',
      'السياسة',
      'هند',
      'وهران',
      'اليمن',
    ];
    expect(sorted([...order].reverse())).toEqual(order);
  });

  it('puts Arabic before Latin, Latin before numbers, and numbers by value', () => {
    const order = ['يوم', 'apple', 'Zebra', '٩ أخبار', '10 أخبار', '١٠٠ خبر'];
    expect(sorted([...order].reverse())).toEqual(order);
    expect(collationKey('007')).toBe(collationKey('٧'));
  });

  it('does not tell spellings of one name apart', () => {
    expect(collationKey('القَاهِرَة')).toBe(collationKey('قاهره'));
    expect(collationKey('Élysée')).toBe(collationKey('elysee'));
  });

  it('is bounded and well-formed for any text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const key = collationKey(text);
        expect(key.length).toBeLessThanOrEqual(200);
        expect(key.isWellFormed()).toBe(true);
        expect(key).not.toContain('\0');
      }),
      { numRuns: 1000 },
    );
  });
});

describe('reading time', () => {
  it('counts words, not marks, dashes or punctuation', () => {
    expect(countWords('وقّعت سوريا، الاثنين، «إعلانًا» — مع التحالف.')).toBe(6);
    expect(countWords(' … \n - ')).toBe(0);
  });

  it('is at least a minute', () => {
    expect(readingMinutes(0)).toBe(1);
    expect(readingMinutes(900)).toBe(5);
    expect(readingMinutes(900, 300)).toBe(3);
  });
});
