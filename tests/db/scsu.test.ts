import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromScsu, toScsu } from '../../src/db/scsu.ts';

describe('text in SCSU', () => {
  it('is the text that it was made of, whatever characters it has', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        expect(back(text)).toBe(text);
      }),
      { numRuns: 500 },
    );
    for (const [from, to] of [
      [0, 0xd800],
      [0xe000, 0x1_1000],
    ] as const) {
      const all = characters(from, to);
      expect(back(all) === all).toBe(true);
    }
  });

  it('of any length', () => {
    for (const length of [0, 1, 32 * 1024, 32 * 1024 + 1, 200_000]) {
      const text = 'خبر «عاجل» '.repeat(length / 11 + 1).slice(0, length);
      expect(back(text) === text).toBe(true);
    }
  });

  it('has a byte for each letter, sign and digit of Arabic, and is what the standard says', () => {
    const plain = 'قالت: «١٢٣»؟ قُلتُ؛';
    expect(toScsu(Buffer.from(plain)).length).toBe(plain.length + 2);
    // Read by ICU too, after 1C 0D 13: `uconv -f SCSU -t UTF-8`.
    const mixed = '«خبر» “عاجل”\nکی é Привет 中 😀\u0001';
    expect(toScsu(Buffer.from(mixed)).toString('hex')).toBe(
      '01abaea8b101bb20051cb9a7acc4051d0a05a905cc2001e920039f03c003b803b203b503c2200e4e2d200ed83d0ede000101',
    );
    expect(toScsu(Buffer.from('\t\u000b\r\n')).toString('hex')).toBe('09010b0d0a');
  });

  it('makes UTF-8 of each letter wherever it stands beside others of one, two and three bytes', () => {
    const signs = ['a', ' ', '\n', '\u0001', 'ع', '٣', '“', '中', '😀', '\ufffd'];
    for (const first of signs)
      for (const second of signs)
        for (const third of signs) expect(back(`${first}${second}${third}`)).toBe(`${first}${second}${third}`);
  });

  it('refuses tags that it never writes', () => {
    expect(() => fromScsu(Buffer.from([0xb1, 0x0f]))).toThrow('unknown tag 15');
  });
});

function back(text: string): string {
  return fromScsu(toScsu(Buffer.from(text))).toString();
}

function characters(from: number, to: number): string {
  let text = '';
  for (let code = from; code < to; code++) text += String.fromCodePoint(code);
  return text;
}
