import { describe, expect, it } from 'vitest';
import { analyse, createAnalyser, indexText } from '../../src/arabic/analyse.ts';
import { cleanName, cleanText, nameKey } from '../../src/arabic/clean.ts';
import { collationKey } from '../../src/arabic/collation.ts';
import { readDateLine } from '../../src/arabic/date-line.ts';
import { parseArabicDate } from '../../src/arabic/dates.ts';
import { toArabicDigits, toLatinDigits } from '../../src/arabic/digits.ts';
import { firstStrong } from '../../src/arabic/direction.ts';
import { fold } from '../../src/arabic/fold.ts';
import { highlight, snippet } from '../../src/arabic/highlight.ts';
import { commentWords, fingerprint } from '../../src/arabic/likeness.ts';
import { parseQuery } from '../../src/arabic/query.ts';
import { countWords } from '../../src/arabic/reading.ts';
import { slugify, slugKey } from '../../src/arabic/slug.ts';
import { escapeHtml } from '../../src/escape-html.ts';
import { cpuTime } from '../support/cpu-time.ts';

/** A megabyte of UTF-8 of each. */
const megabyte = (piece: string) => piece.repeat(Math.ceil(1_000_000 / Buffer.byteLength(piece)));
const texts: Record<string, string> = {
  tatweel: `ا${megabyte('ـ')}`,
  'vowel marks': `ا${megabyte('\u064b')}`,
  'marks out of order': `a${megabyte('\u0301\u0323')}`,
  'a ligature that grows eighteen times': megabyte('ﷺ'),
  'that ligature in words': megabyte('ﷺ '),
  'that ligature beside others': megabyte('ﷻﷺ'),
  'thirty marks on each letter': megabyte(`a${'\u0301\u0323'.repeat(15)}`),
  'quotes between words': megabyte('"ا '),
  'lone surrogates': megabyte('\ud800'),
  'surrogates the wrong way round': megabyte('\udc00\ud800'),
  quotes: megabyte('"'),
  guillemets: megabyte('« '),
  'joiners between letters': megabyte('ا\u200d'),
  'a run of joiners': `ا${megabyte('\u200d')}ا`,
  'directional marks': megabyte('\u200f'),
  'a word without end': megabyte('ا'),
  'short words': megabyte('وا '),
  'long words': megabyte('وبالتحالفاتهم '),
  hyphens: megabyte('-'),
  families: megabyte('👨‍👩‍👧'),
  'a flag without end': `🏴${megabyte('\u{e0067}')}`,
  digits: megabyte('١'),
  spaces: megabyte(' '),
  'less-than signs': megabyte('<'),
  'mathematical letters': megabyte('𝔸'),
};

const marks = ['ا', 'تحالف', ['تحالف', 'تحالف']];
const functions: Record<string, (text: string) => unknown> = {
  fold,
  cleanText: (text) => cleanText(text, { multiline: true }),
  cleanName,
  nameKey,
  slugify,
  slugKey,
  analyse,
  indexText,
  parseQuery,
  synonyms: (text) => parseQuery('ا ب', createAnalyser({ synonyms: [[text, 'ا']] })),
  highlight: (text) => highlight(text, marks),
  snippet: (text) => snippet(text, marks),
  escapeHtml,
  fingerprint,
  commentWords,
  collationKey,
  countWords,
  firstStrong,
  parseArabicDate: (text) => parseArabicDate(text, { timeZone: 'UTC' }),
  readDateLine,
  toLatinDigits,
  toArabicDigits,
};

/** The work takes under 100 ms, and five times that on a machine that is slow and busy; nothing quadratic fits in this. */
const limitMs = 1500;
/** The machine may be slow for a moment, and collect garbage of others meanwhile. */
const attempts = 3;

describe.each(Object.entries(functions))('%s', (_, work) => {
  it.each(Object.entries(texts))('is done at once with a megabyte of %s', async (_, text) => {
    let least = Number.POSITIVE_INFINITY;
    for (let attempt = 0; attempt < attempts && least >= limitMs; attempt++)
      least = Math.min(least, await cpuTime(() => work(text)));
    expect(least).toBeLessThan(limitMs);
  });
});
