import type { Wanted } from './ask.ts';
import type { Matching } from './finder.ts';
import { facetToken, rangeTokens } from './texts.ts';

/**
 * What matches, as FTS5's query language has it. Every term is quoted, so nothing of what people type is ever read as
 * an operator. Times are narrowed to months or years here; the exact bounds are the query's. `except` is not in it: FTS5
 * would look for that beside every match, and whoever ranks takes it out instead.
 */
export function ftsExpression({ every, some, also, none, facets, from, to }: Matching, now: Date): string {
  const wanted = distinct(some.flatMap(loose)).map(quoted);
  const parts = [
    ...every.map(strict),
    ...(some.length === 0 ? [] : [anyOf(wanted)]),
    ...facets.map((group) => anyOf(group.map((facet) => quoted([facetToken(facet)])))),
    ...(from || to ? [anyOf(rangeTokens(from, to ?? now).map((token) => quoted([token])))] : []),
  ];
  // A word that only ranks may not be required. FTS5 has no such words, so everything that counts is asked for twice:
  // once to match, and once among others; the words that only rank stand there twice instead.
  const ranking = distinct(also.flatMap(loose)).map(quoted);
  if (also.length > 0) parts.push(anyOf([...wanted, ...ranking, ...ranking]));
  const expression = allOf(parts);
  return none.length === 0 ? expression : `${expression} NOT ${anyOf(none.map(strict))}`;
}

/** The phrases by which FTS5 ranks what matches, each as often as it stands in the expression. */
export function rankingPhrases({ every, some, also }: Matching): (readonly string[])[] {
  const wanted = distinct(some.flatMap(loose));
  const ranking = distinct(also.flatMap(loose));
  const again = also.length === 0 ? [] : [...wanted, ...ranking, ...ranking];
  return [...every.flatMap((each) => loose({ ...each, related: [] })), ...wanted, ...again];
}

function strict({ all, phrases, names }: Wanted): string {
  return anyOf([
    ...(all.length === 0 ? [] : [allOf(all.map((term) => quoted([term])))]),
    ...[...phrases, ...names.map((name) => [name])].map(quoted),
  ]);
}

function loose({ all, phrases, names, related }: Wanted): (readonly string[])[] {
  return [...[...all, ...names, ...related].map((term) => [term]), ...phrases];
}

function distinct(phrases: (readonly string[])[]): (readonly string[])[] {
  return [...new Map(phrases.map((phrase) => [phrase.join(' '), phrase])).values()];
}

function anyOf(parts: string[]): string {
  return parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(' OR ')})`;
}

function allOf(parts: string[]): string {
  return parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(' AND ')})`;
}

export function quoted(phrase: readonly string[]): string {
  return `"${phrase.join(' ').replaceAll('"', '""')}"`;
}
