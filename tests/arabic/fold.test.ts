import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toArabicDigits, toLatinDigits } from '../../src/arabic/digits.ts';
import { fold } from '../../src/arabic/fold.ts';
import { anyText } from './arbitraries.ts';

describe('fold', () => {
  it.each([
    ['أحمد', 'احمد'],
    ['القاهرة', 'القاهره'],
    ['إلى', 'الي'],
    ['ٱلله', 'الله'],
    ['مسؤول', 'مسئول'],
    ['شؤون', 'شئون'],
    ['کریم گلی', 'كريم كلي'],
    ['پاریس چای ڤیتنام ژنو', 'باريس جاي فيتنام زنو'],
    ['ۀ ہ ۂ ۃ ە ھ', 'ه ه ه ه ه ه'],
    ['مَدْرَسَةٌ', 'مدرسه'],
    ['عـــاجل', 'عاجل'],
    ['هٰذا', 'هذا'],
    ['ﻣﺪﺭﺳﺔ', 'مدرسه'],
    ['ﻻ', 'لا'],
    ['ﷲ', 'الله'],
    ['٢٠٢٤ ۲۰۲۴', '2024 2024'],
    ['می\u200cخواهم', 'ميخواهم'],
    ['ا\u200fل\u202bس\u00ad\ufeffلام', 'السلام'],
    ['DAMASCUS Ünal', 'damascus ünal'],
    // What stood between a letter and its mark is gone.
    ['Cafe\u200b\u0301', 'café'],
    ['Ὀδυσσεύς ΟΔΟΣ', 'ὀδυσσεύσ οδοσ'],
  ])('makes %s and %s one', (written, other) => {
    expect(fold(written)).toBe(fold(other));
  });

  it('writes what it folds in plain letters', () => {
    expect(fold('الأُمَّة ١٤٤٧هـ، لِمَن يؤمنُ')).toBe('الامه 1447ه، لمن يءمن');
  });

  it('folds decomposed letters like composed ones', () => {
    for (const word of ['أحمد', 'آسيا', 'إيران', 'مؤمن', 'رئيس', 'Élysée']) {
      expect(fold(word.normalize('NFD'))).toBe(fold(word));
    }
  });

  it('is idempotent for every character', () => {
    const unstable: string[] = [];
    for (let code = 0; code <= 0x10ffff; code++) {
      const character = String.fromCodePoint(code);
      // Four fifths of all numbers stand for nothing, or for what each font likes.
      if (/[\p{Unassigned}\p{Private_Use}]/u.test(character)) continue;
      const folded = fold(character);
      if (fold(folded) !== folded) unstable.push(code.toString(16));
    }
    expect(unstable).toEqual([]);
  });

  it('is idempotent for any text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const folded = fold(text);
        expect(fold(folded)).toBe(folded);
      }),
      { numRuns: 2000 },
    );
  });

  it('folds a text the same way whether or not it also holds letters that must be composed', () => {
    for (let code = 0; code < 0x700; code++) {
      const character = String.fromCharCode(code);
      expect(fold(`${character} é`), code.toString(16)).toBe(`${fold(character)} é`);
    }
  });
});

describe('digits', () => {
  it('writes Arabic-Indic and Persian digits as 0–9 and back', () => {
    expect(toLatinDigits('١٢٣ ۴۵۶ 789')).toBe('123 456 789');
    expect(toArabicDigits('11 نوفمبر 2025')).toBe('١١ نوفمبر ٢٠٢٥');
    expect(toLatinDigits(toArabicDigits('0123456789'))).toBe('0123456789');
  });
});
