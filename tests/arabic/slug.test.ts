import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slugify, slugKey } from '../../src/arabic/slug.ts';
import { anyText } from './arbitraries.ts';

describe('slugify', () => {
  it.each([
    ['سوريا توقّع إعلان تعاون مع التحالف الدولي ضد "داعش"', 'سوريا-توقع-إعلان-تعاون-مع-التحالف-الدولي-ضد-داعش'],
    ['عـــاجل… القمّة', 'عاجل-القمة'],
    ['٢٠٢٤ و۲۰۲۵', '2024-و2025'],
    ['  --Hello, World!--  ', 'hello-world'],
    ['ﻻ ﷲ', 'لا-الله'],
    ['…!؟', ''],
    ['', ''],
  ])('makes an address of %s', (text, slug) => {
    expect(slugify(text)).toBe(slug);
  });

  it('cuts long headlines between words', () => {
    const slug = slugify('كلمة '.repeat(40));
    expect(slug).toMatch(/^(كلمة-)+كلمة$/);
    expect([...slug].length).toBeLessThanOrEqual(80);
    for (const letters of [19, 20, 23]) expect(slugify('كلمة '.repeat(40), letters)).toBe('كلمة-كلمة-كلمة-كلمة');
  });

  it('cuts a single long word where it must', () => {
    for (const text of ['ا'.repeat(500), `قبل ${'ا'.repeat(500)}`]) expect([...slugify(text)].length).toBe(80);
  });

  it('is the same by its short way for plain words', () => {
    const plain = fc.string({ unit: fc.constantFrom(...'ابءأإآةىيكلمنهوؤئغعف', ...'az09', ' ', '-'), maxLength: 120 });
    fc.assert(
      fc.property(plain, (text) => {
        // A vowel mark is left out, but not by the short way.
        expect(slugify(text)).toBe(slugify(`${text}\u064e`));
      }),
    );
  });

  it('survives a URL, and being made again', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const slug = slugify(text);
        const { pathname } = new URL(`https://example.org/${slug}`);
        expect(decodeURIComponent(pathname.slice(1))).toBe(slug);
        expect(slugify(slug)).toBe(slug);
        expect([...slug].length).toBeLessThanOrEqual(80);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('slugKey', () => {
  it.each([
    ['عـــاجل…القمّة', 'عاجل القمة'],
    ['القمة', 'القمه'],
    ['إلى-الأمام', 'الى-الامام'],
    ['کریم', 'كريم'],
    ['القمة'.normalize('NFD'), 'القمة'],
    ['Summit', 'SUMMIT'],
  ])('makes %s and %s collide', (slug, other) => {
    expect(slugKey(slug)).toBe(slugKey(other));
  });

  it('keeps different headlines apart', () => {
    expect(slugKey('القمة-العربية')).not.toBe(slugKey('القمة-الغربية'));
  });

  it('is the key of its own key', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(slugKey(slugKey(text))).toBe(slugKey(text));
      }),
      { numRuns: 2000 },
    );
  });
});
