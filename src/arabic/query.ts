import { type Analyser, standardAnalyser } from './analyse.ts';
import { stopWords } from './lexicon.ts';

/**
 * Something a reader asked for. A text has it when it holds every term of `terms`, or any of `alternatives` as a phrase:
 * synonyms, which count as much as the words themselves. `related` are terms of other forms of the word (broken plurals):
 * worth asking for only when `terms` find too little.
 */
export type QueryWord = { terms: string[]; alternatives: string[][]; related: string[] };

export type ParsedQuery = {
  words: QueryWord[];
  /** Terms that must stand side by side, in this order. */
  phrases: string[][];
  /** Phrases, of one term or more, that must not occur. */
  excluded: string[][];
  /** What to mark in the texts found: terms and phrases. */
  marks: (string | string[])[];
};

/** More than anyone types; the rest is ignored, so that no query is slow. */
const maxQueryLength = 1000;
const maxWords = 24;
const maxPhrases = 4;
const maxExcluded = 8;
const maxPhraseTerms = 12;
/** Of words that stand in every text, in every order: looking for where they stand side by side takes long. */
const maxCommonTerms = 4;

/** A quoted phrase or a word, each perhaps excluded by a hyphen before it. Any pair of quotation marks will do. */
const part = /(?<![^\s"«»“”„‟‹›＂])([-\u2212]?)["«»“”„‟‹›＂]([^"«»“”„‟‹›＂]*)["«»“”„‟‹›＂]|([^\s"«»“”„‟‹›＂]+)/gu;

let commonTerms: Set<string> | undefined;

/** Whether a term is one of the commonest words, which tell nothing of what is looked for. */
export function isCommon(term: string): boolean {
  commonTerms ??= new Set(stopWords.flatMap((word) => standardAnalyser.terms(word)));
  return commonTerms.has(term);
}

/**
 * Reads what a reader typed: words, "phrases" («these» too) and -excluded ones, as analysed terms. It knows no other
 * operators and never fails; quotes without a pair and lone hyphens are ignored, and so are the commonest words when
 * others remain.
 */
export function parseQuery(query: string, analyser: Analyser = standardAnalyser): ParsedQuery {
  const typed: string[] = [];
  const phrases: string[][] = [];
  const excluded: string[][] = [];
  for (const { text, isExcluded, isPhrase } of queryParts(query)) {
    const terms = analyser.terms(text).slice(0, maxPhraseTerms);
    if (terms.length === 0) continue;
    if (isExcluded) excluded.push(terms);
    else if (isPhrase) phrases.push(terms);
    else typed.push(...terms);
  }
  const words = toWords(typed, phrases.length > 0, analyser);
  const kept = {
    words,
    phrases: withoutCommon(distinct(phrases), words.length > 0).slice(0, maxPhrases),
    excluded: distinct(excluded).slice(0, maxExcluded),
  };
  return { ...kept, marks: marksOf(kept) };
}

/** A word or a phrase of a query; `typed` is how it stands there, with its hyphen and quotes. */
type QueryPart = { typed: string; text: string; isExcluded: boolean; isPhrase: boolean };

/** What a query consists of, in its order. */
export function* queryParts(query: string): Generator<QueryPart> {
  for (const [typed, hyphen, quoted, word = ''] of query.slice(0, maxQueryLength).matchAll(part)) {
    const isPhrase = quoted !== undefined;
    const isExcluded = isPhrase ? hyphen !== '' : /^[-\u2212]/.test(word);
    yield { typed, text: quoted ?? word, isExcluded, isPhrase };
  }
}

/** Phrases of nothing but the commonest words are ignored when others remain; of several, the first remains. */
function withoutCommon(phrases: readonly string[][], hasWords: boolean): string[][] {
  const uncommon = phrases.filter((phrase) => phrase.some((term) => !isCommon(term)));
  return uncommon.length > 0 || hasWords
    ? uncommon
    : phrases.slice(0, 1).map((terms) => terms.slice(0, maxCommonTerms));
}

function toWords(typed: readonly string[], hasPhrases: boolean, analyser: Analyser): QueryWord[] {
  const { grouped, rest } = takeSynonyms(typed, analyser);
  const uncommon = rest.filter((term) => !isCommon(term));
  const isAnythingLeft = uncommon.length > 0 || grouped.length > 0 || hasPhrases;
  const terms = [...new Set(isAnythingLeft ? uncommon : rest)];
  const single = terms.map((term) => ({
    terms: [term],
    alternatives: [],
    related: [...analyser.relatedTerms(term)],
  }));
  return [...grouped, ...single].slice(0, maxWords);
}

/** Takes the words that stand in a group of synonyms out of what was typed, the longest name first. */
function takeSynonyms(typed: readonly string[], analyser: Analyser): { grouped: QueryWord[]; rest: string[] } {
  const groups = synonymTerms(analyser);
  const grouped: QueryWord[] = [];
  const rest: string[] = [];
  let at = 0;
  while (at < typed.length) {
    const found = longestName(groups, typed, at);
    if (found) {
      const alternatives = found.group.filter((name) => name !== found.name);
      if (!grouped.some(({ terms }) => isSame(terms, found.name))) {
        grouped.push({ terms: [...found.name], alternatives, related: [] });
      }
      at += found.name.length;
    } else {
      rest.push(typed[at] ?? '');
      at++;
    }
  }
  return { grouped, rest };
}

type Name = { name: string[]; group: string[][] };

function longestName(
  groups: ReadonlyMap<string, readonly Name[]>,
  typed: readonly string[],
  at: number,
): Name | undefined {
  let longest: Name | undefined;
  for (const candidate of groups.get(typed[at] ?? '') ?? []) {
    const fits = candidate.name.every((term, index) => typed[at + index] === term);
    if (fits && candidate.name.length > (longest?.name.length ?? 0)) longest = candidate;
  }
  return longest;
}

const analysedSynonyms = new WeakMap<Analyser, Map<string, Name[]>>();

/** Every name of the analyser's groups of synonyms, by its first term. A name in several groups joins them. */
function synonymTerms(analyser: Analyser): Map<string, Name[]> {
  const known = analysedSynonyms.get(analyser);
  if (known) return known;
  const byFirst = new Map<string, Name[]>();
  for (const synonyms of analyser.synonyms) {
    const group = distinct(
      synonyms
        .map((name) => analyser.terms(name.slice(0, maxQueryLength)).slice(0, maxPhraseTerms))
        .filter((name) => name.length > 0),
    );
    for (const name of group) {
      const names = byFirst.get(name[0] ?? '') ?? [];
      const same = names.find((other) => isSame(other.name, name));
      if (same) same.group = distinct([...same.group, ...group]);
      else names.push({ name, group });
      byFirst.set(name[0] ?? '', names);
    }
  }
  analysedSynonyms.set(analyser, byFirst);
  return byFirst;
}

function marksOf({ words, phrases }: { words: readonly QueryWord[]; phrases: string[][] }): (string | string[])[] {
  const ofWords = words.flatMap(({ terms, alternatives, related }) => [...terms, ...alternatives, ...related]);
  return [...new Set(ofWords), ...phrases].map((mark) =>
    typeof mark !== 'string' && mark.length === 1 ? (mark[0] ?? '') : mark,
  );
}

function distinct(phrases: readonly string[][]): string[][] {
  return phrases.filter((phrase, index) => phrases.findIndex((other) => isSame(other, phrase)) === index);
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((term, index) => term === b[index]);
}
