import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commentWords, fingerprint, likenessBands, nearDuplicate, similarity } from '../../src/arabic/likeness.ts';

/** A story of `count` different words. */
const story = (seed: string, count = 300) =>
  Array.from({ length: count }, (_, index) => `${seed}${(index * 7919) % 1009}`);

describe('near-duplicate stories', () => {
  const original = story('كلمة');
  const print = fingerprint(original.join(' '));

  it('sees through vowel marks, tatweel, hamza and punctuation', () => {
    const copy = original.map((word) => word.replace('ل', 'ـل\u0650').replace('ة', 'ه')).join('، ');
    expect(similarity(fingerprint(copy), print)).toBe(1);
  });

  it('calls an edited story alike, and finds it by a key of its bands', () => {
    const edited = [...story('جديد', 30), ...original.map((word, index) => (index % 15 === 0 ? 'تعديل' : word))];
    const other = fingerprint(edited.join(' '));
    expect(similarity(other, print)).toBeGreaterThan(nearDuplicate);
    expect(likenessBands(other).some((key) => likenessBands(print).includes(key))).toBe(true);
  });

  it('calls other stories different', () => {
    const other = fingerprint(story('حديث').join(' '));
    expect(similarity(other, print)).toBeLessThan(0.2);
    expect(likenessBands(other).some((key) => likenessBands(print).includes(key))).toBe(false);
  });

  it('reads plain texts in one pass, and finds the same words as in others', () => {
    const character = fc.oneof(
      fc.integer({ min: 0, max: 0x206f }).map((code) => String.fromCharCode(code)),
      fc.constantFrom(' ', ' ', 'ا', 'ي', 'e', '\u0301', '\u0654', 'ـ', 'Σ', 'ϲ', '\u1112', '\u1163', '\u200d', '…'),
    );
    const words = fc.array(fc.array(character, { maxLength: 6 }), { minLength: 20, maxLength: 60 });
    fc.assert(
      fc.property(words, (each) => {
        const text = each.map((characters) => characters.join('')).join(' ');
        // The currency sign is no word, and its text is no longer plain.
        expect(fingerprint(`${text} \u20ac`)).toBe(fingerprint(text));
      }),
    );
  });

  it('says nothing of texts too short to compare', () => {
    expect(fingerprint('خبر عاجل')).toBe('');
    expect(likenessBands('')).toEqual([]);
    expect(similarity('', '')).toBe(0);
  });

  it('keeps the keys of bands apart', () => {
    expect(new Set(likenessBands(print)).size).toBe(16);
    expect(print).toMatch(/^[0-9a-f]{256}$/);
  });
});

describe('commentWords', () => {
  it.each([
    ['مقال رائع', 'مَقـــال   رائع!!!'],
    ['إلى الأمام', 'الى الامام'],
    ['رائع', 'رائعععععع'],
    ['م ق ا ل', 'مقال'],
  ])('takes %s and %s for one comment', (comment, again) => {
    expect(commentWords(again)).toBe(commentWords(comment));
  });

  it('reads plain comments in one pass, and makes the same of them as of others', () => {
    const character = fc.oneof(
      fc.integer({ min: 0, max: 0x206f }).map((code) => String.fromCharCode(code)),
      fc.constantFrom(' ', 'ا', 'ع', '1', '١', '\u0301', '\u0654', 'ـ', 'Σ', 'Ϲ', '\u1112', '\u1163', 'ﷺ', '½'),
    );
    const runs = fc.array(
      fc.tuple(character, fc.integer({ min: 1, max: 5 })).map(([one, count]) => one.repeat(count)),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(runs, (each) => {
        const text = `ب${each.join('')}`;
        // The currency sign is no letter, and its text is no longer plain.
        expect(commentWords(`${text}\u20ac`)).toBe(commentWords(text));
      }),
    );
  });

  it('tells other comments apart, also those without letters', () => {
    expect(commentWords('مقال رائع')).not.toBe(commentWords('مقال سيئ'));
    expect(commentWords('👍')).not.toBe(commentWords('👎'));
  });
});
