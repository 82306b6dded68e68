import { fold } from './fold.ts';
import { createLexicon, defaultSynonyms } from './lexicon.ts';
import { createStemmer, type Stemmer } from './stem.ts';
import { createTermWriter } from './term-writer.ts';
import { createWordMemory } from './word-memory.ts';
import { eachWords } from './words.ts';

/** Raised whenever the same text would be indexed differently; an index of another version is rebuilt. */
export const ANALYSER_VERSION = 3;

/** A term and where its word stands in the original text, in UTF-16 units. */
export type Token = { term: string; start: number; end: number };

export type AnalyserSettings = {
  /** Words that are indexed as they are written, folded. */
  protectedWords?: readonly string[];
  /** Groups of words or phrases that find one another; instead of the built-in ones. */
  synonyms?: readonly (readonly string[])[];
};

export type Analyser = {
  /** Changes with the rules and with the protected words, which change what is indexed; not with synonyms. */
  version: string;
  /** The terms of a text, in order. A word of several terms (20م, ﷺ) gives each the place of the whole word. */
  analyse: (text: string) => Token[];
  /** The terms of a text joined by spaces: what a full-text index holds. */
  indexText: (text: string) => string;
  /** Terms of one text, as a phrase. */
  terms: (text: string) => string[];
  synonyms: readonly (readonly string[])[];
  /** Terms of other forms of a word, by its term: broken plurals. */
  relatedTerms: (term: string) => readonly string[];
};

const maxTermLength = 64;
const maxTermsPerWord = 16;
/** With the spaces between. */
const longestTerms = maxTermsPerWord * (maxTermLength + 1);

const digitBesideArabic = /(\p{Nd})(?=[\u0621-\u064a])|([\u0621-\u064a])(?=\p{Nd})/gu;
const plainWord = /^[\u0621-\u064a]+$/;
const piece = /[\p{L}\p{N}\p{M}]+/gu;

/** An analyser for a site's settings; build it once and keep it, for it remembers words. */
export function createAnalyser({ protectedWords = [], synonyms = defaultSynonyms }: AnalyserSettings = {}): Analyser {
  const lexicon = createLexicon(protectedWords);
  // Made when somebody asks: a process that only answers what is finished needs neither.
  let stemmer: Stemmer | undefined;
  let related: Map<string, string[]> | undefined;
  const stem = (word: string) => {
    stemmer ??= createStemmer(lexicon);
    return stemmer(word);
  };
  const memory = createWordMemory((word) => readWord(word, stem), longestTerms);
  const writer = createTermWriter(memory);

  const each = (text: string, take: (term: string, start: number, end: number) => void) => {
    eachWords(text, (words) => {
      const places = memory.find(words);
      for (let n = 0; n < words.count; n++) {
        const terms = memory.terms(places[n] as number);
        if (terms === '') continue;
        const [start, end] = [words.starts[n] as number, words.ends[n] as number];
        for (const term of terms.includes(' ') ? terms.split(' ') : [terms]) take(term, start, end);
      }
    });
  };
  const terms = (text: string) => {
    const found: string[] = [];
    each(text, (term) => found.push(term));
    return found;
  };
  return {
    version: [ANALYSER_VERSION, ...[...lexicon.protectedWords].sort()].join(' '),
    analyse(text) {
      const tokens: Token[] = [];
      each(text, (term, start, end) => tokens.push({ term, start, end }));
      return tokens;
    },
    indexText(text) {
      eachWords(text, (words) => writer.add(memory.find(words), words.count));
      return writer.take();
    },
    terms,
    synonyms,
    relatedTerms(term) {
      related ??= relations(lexicon.plurals.map((family) => family.map(stem)));
      return related.get(term) ?? [];
    },
  };
}

/** The analyser without settings. */
export const standardAnalyser = createAnalyser();

/** The terms of a text with their places, by the standard analyser. */
export function analyse(text: string): Token[] {
  return standardAnalyser.analyse(text);
}

/** What a full-text index holds of a text, by the standard analyser. */
export function indexText(text: string): string {
  return standardAnalyser.indexText(text);
}

/** The terms of one word of a text, joined by spaces: nearly always one, and none of what folding leaves nothing of. */
function readWord(word: string, stem: (word: string) => string): string {
  const whole = fold(word);
  if (plainWord.test(whole)) return stem(whole.slice(0, maxTermLength));
  const folded = whole.replace(digitBesideArabic, '$& ');
  const terms: string[] = [];
  for (const [part] of folded.matchAll(piece)) {
    terms.push(stem(withoutAccents(part.slice(0, maxTermLength))));
    if (terms.length === maxTermsPerWord) break;
  }
  return terms.join(' ');
}

/** Latin letters without accents: reporters write Élysée and Elysee. */
function withoutAccents(word: string): string {
  return /[\u00c0-\u024f\u1e00-\u1eff]/.test(word) ? word.normalize('NFD').replace(/\p{M}/gu, '') : word;
}

/** For every term of a family, the others. */
function relations(families: readonly (readonly string[])[]): Map<string, string[]> {
  const related = new Map<string, Set<string>>();
  for (const family of families) {
    for (const term of family) {
      const others = related.get(term) ?? new Set();
      for (const other of family) if (other !== term) others.add(other);
      related.set(term, others);
    }
  }
  return new Map([...related].map(([term, others]) => [term, [...others]]));
}
