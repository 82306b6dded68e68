import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cleanText } from '../../src/arabic/clean.ts';

it('cleans a text of usual characters as it would clean one with an unusual character behind it', () => {
  const usual = fc.string({
    unit: fc.oneof(
      fc.integer({ min: 0x600, max: 0x66f }).map((code) => String.fromCodePoint(code)),
      fc.integer({ min: 0x80, max: 0xff }).map((code) => String.fromCodePoint(code)),
      fc.integer({ min: 0x2000, max: 0x206f }).map((code) => String.fromCodePoint(code)),
      fc.string({ minLength: 1, maxLength: 1 }),
      fc.constantFrom('\u064b', '\u064e\u0651', 'ب'),
    ),
    maxLength: 60,
  });
  fc.assert(
    fc.property(usual, (text) => {
      const long = cleanText(`${text}.\u{10348}`, { multiline: true });
      const short = cleanText(`${text}.`, { multiline: true });
      expect(`${short.text}\u{10348}`).toBe(long.text);
      expect(short.removed).toEqual(long.removed);
    }),
    { numRuns: 2000 },
  );
});
