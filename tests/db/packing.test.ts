import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pack, unpack } from '../../src/db/packing.ts';

describe('packed bytes', () => {
  it('are what was packed, whatever it was', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 3000 }), fc.string().map(utf8)), (bytes) => {
        const given = Buffer.from(bytes);
        expect(unpack(pack(given)).equals(given)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('take one byte more than they have at most, and a third of it for a story', () => {
    const noise = Buffer.from(Array.from({ length: 2000 }, (_, n) => (n * n * 7919 + n * 104_729) % 251));
    expect(pack(noise).length).toBeLessThanOrEqual(noise.length + 1);
    const sentence = 'أنهى الصيادون إصلاح شباكهم قبيل الفجر، ثم أبحروا نحو صخور بعيدة لا تزورها زوارق الغرباء.';
    const story = Buffer.from(JSON.stringify({ text: sentence }));
    expect(pack(story).length).toBeLessThan(story.length * 0.6);
    const document = Buffer.from(
      JSON.stringify({ sections: [{ id: '', anchor: '', heading: 'بيروت', body: [{ text: sentence.repeat(2) }] }] }),
    );
    expect(pack(document).length).toBeLessThan(document.length / 3);
    const greek = Buffer.from('Οι ψαράδες επιδιόρθωσαν τα δίχτυα τους πριν από την αυγή και σάλπαραν.');
    expect(unpack(pack(greek)).equals(greek)).toBe(true);
    expect(pack(greek).length).toBeLessThanOrEqual(greek.length + 1);
  });

  it('stay readable: what was written by an earlier program is read as it was', () => {
    const written = [
      'AasmKkZhlQ1KaCEJkhNq4FgBAA==',
      'An8AAAAfe9IBEgRtBgPXAgIuAQcVAA82ASBgIn1dfV19',
      'A3cAAAAfe9IBEkOvxbTC0wICKgEDEQAPLgEgYCJ9XX1dfQ==',
    ];
    for (const bytes of written) expect(unpack(Buffer.from(bytes, 'base64')).toString()).toBe(golden);
  });

  it('stay what they are when others are read after them', () => {
    const texts = ['وصلت القافلة إلى حمص. '.repeat(9), 'عادت القافلة من حلب. '.repeat(9)].map((text) =>
      Buffer.from(text),
    );
    const read = texts.map((text) => unpack(pack(text)));
    expect(read.map(String)).toEqual(texts.map(String));
  });

  it('that nobody packed are refused', () => {
    expect(() => unpack(Buffer.from('{"text":"x"}'))).toThrow('unknown way');
    expect(() => unpack(Buffer.alloc(0))).toThrow('unknown way');
  });
});

const golden =
  '{"sections":[{"id":"0190-7","anchor":"دمشق","heading":"دمشق","body":[{"_type":"block","_key":"b1","style":"normal"}]}]}';

function utf8(text: string): Uint8Array {
  return Buffer.from(text);
}
