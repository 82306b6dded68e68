import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanName, cleanText, nameKey } from '../../src/arabic/clean.ts';
import { anyText } from './arbitraries.ts';

const codes = (text: string) => cleanText(text).removed.map(({ code, count }) => `${code}:${count}`);

describe('cleanText', () => {
  it.each([
    ['bidi-control', 'سوريا\u202eكاذب\u202c', 'bidi-control:2'],
    ['isolates', '\u2066سوريا\u2069', 'bidi-control:2'],
    ['zero-width space', 'سو\u200bريا', 'invisible:1'],
    ['soft hyphen and byte order mark', '\ufeffسو\u00adريا', 'invisible:2'],
    ['Hangul fillers', 'سو\u115f\u1160\u3164\uffa0ريا', 'invisible:4'],
    ['tags outside flags', 'سوريا\u{e0041}\u{e0042}', 'invisible:2'],
    ['controls', 'سو\u001a\u0000ريا', 'control:2'],
    ['private use', 'سو\ue000\u{f0000}ريا', 'private-use:2'],
    ['noncharacters', 'سو\uffff\u{1ffff}ريا', 'noncharacter:2'],
    ['lone surrogates', 'سو\ud800ريا', 'lone-surrogate:1'],
    ['more than four marks', `سوريا${'\u064b'.repeat(9)}`, 'excess-marks:5'],
    ['runs of directional marks', 'سوريا\u200f\u200f\u200f', 'repeated-mark:2'],
    ['joiners that join nothing', 'سوريا \u200d\u200c', 'invisible:2'],
  ])('removes %s and says so', (_, text, removed) => {
    expect(codes(text)).toEqual([removed]);
  });

  it.each([
    ['emoji of several people', '👩‍👩‍👧 👩🏽‍🚀 ❤️‍🔥'],
    ['flags', '🇸🇾 🇵🇸 🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
    ['Persian joiners', 'می\u200cخواهم'],
    ['Indic joiners', 'क्\u200dष'],
    ['single directional marks', 'سوريا\u200f (2025) \u200eabc'],
    ['vowel marks', 'الْقُرْآنُ الْكَرِيمُ ٱلرَّحْمَٰنِ'],
    ['tatweel', 'عـــاجل'],
    ['every letter block of Arabic', 'ﷺ ﻻ ۞ ݣ ࢠ'],
  ])('leaves %s alone', (_, text) => {
    expect(cleanText(text)).toEqual({ text, removed: [] });
  });

  it('keeps line breaks only where a text may have lines', () => {
    expect(cleanText('أ\r\nب\u2028ج\rد', { multiline: true }).text).toBe('أ\nب\nج\nد');
    expect(cleanText('أ\r\nب\u2028ج').text).toBe('أ ب ج');
    // As Word breaks lines and PDFs break pages (UAX #14, BK).
    expect(cleanText('أ\vب\fج', { multiline: true })).toEqual({ text: 'أ\nب\nج', removed: [] });
    expect(cleanText('أ\vب\fج').text).toBe('أ ب ج');
  });

  it('has nothing left to do the second time', () => {
    fc.assert(
      fc.property(anyText, fc.boolean(), (text, multiline) => {
        const once = cleanText(text, { multiline });
        expect(cleanText(once.text, { multiline })).toEqual({ text: once.text, removed: [] });
        expect(once.text.isWellFormed()).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('never changes what is seen: letters, digits, symbols, punctuation and up to four marks stay in order', () => {
    const seen = (text: string) =>
      text.replace(/[\p{C}\p{Z}\s\u034f\u115f\u1160\u3164\uffa0\u180e]/gu, '').replace(/(\p{M}{4})\p{M}+/gu, '$1');
    fc.assert(
      fc.property(anyText, (text) => {
        expect(seen(cleanText(text, { multiline: true }).text)).toBe(seen(text));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('cleanName', () => {
  it('composes, trims, collapses spaces and drops tatweel', () => {
    expect(cleanName('  ﻣﺤﻤﺪ   عـــلي \u200f').name).toBe('محمد علي');
  });

  it.each([
    ['a word of Latin and Cyrillic letters', 'Аdmin', 'mixed-scripts'],
    ['a word of Arabic and Latin letters', 'محمدa', 'mixed-scripts'],
    ['Arabic-Indic beside Persian digits', 'قارئ ١۲', 'mixed-digits'],
    ['nothing that can be read', '... ـــ', 'empty'],
  ])('refuses %s', (_, name, problem) => {
    expect(cleanName(name).problem).toBe(problem);
  });

  it.each(['محمد Ali', 'قارئ ١٢', 'Олег', 'O’Neil', 'عبد‌الله'])('accepts %s', (name) => {
    expect(cleanName(name)).not.toHaveProperty('problem');
  });

  it('is stable for any text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { name } = cleanName(text);
        expect(cleanName(name).name).toBe(name);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('nameKey', () => {
  it.each([
    ['admin', 'аdmin'],
    ['Khabar', 'Кhаbаr'],
    ['كريم', 'کریم'],
    ['أحمد', 'احـمـد'],
    ['خبر', 'خ ب ر'],
    ['editor', 'éditor'],
    ['root', 'r00t'],
    ['رنا', 'رن١'],
    ['أحمد', '١حمد'],
    ['هدى', '٥دى'],
  ])('does not tell %s from %s', (name, copy) => {
    expect(nameKey(copy)).toBe(nameKey(name));
  });

  it('tells different names apart', () => {
    expect(new Set(['محمد', 'محمود', 'أحمد', 'حمد', 'محمد 15', 'Ali', 'Alia'].map(nameKey)).size).toBe(7);
  });
});
