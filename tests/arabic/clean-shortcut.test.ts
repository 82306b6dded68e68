import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cleanName, cleanText, nameKey } from '../../src/arabic/clean.ts';

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

it('reads a name of Arabic letters as it would read one with an exclamation mark behind it', () => {
  const letter = fc.integer({ min: 0x620, max: 0x64f }).map((code) => String.fromCodePoint(code));
  const name = fc.string({
    unit: fc.oneof(letter, letter, letter, fc.constantFrom(' ', 'أ', 'ـ', '1')),
    maxLength: 30,
  });
  fc.assert(
    fc.property(name, (text) => {
      const [short, long] = [cleanName(text), cleanName(`${text}!`)];
      expect(`${short.name}!`).toBe(long.name.replace(/ !$/, '!'));
      expect([short.problem, short.removed]).toEqual([long.problem, long.removed]);
      expect(nameKey(text)).toBe(nameKey(`${text}!`));
    }),
    { numRuns: 2000 },
  );
});
