import type { Wanted } from './ask.ts';
import type { Matching } from './finder.ts';

/** A term as PostgreSQL reads it in a tsvector or a tsquery. */
export function lexeme(term: string): string {
  return `'${term.replace(/['\\]/g, (character) => character + character)}'`;
}

/** What matches, as a tsquery. Every term is quoted, so nothing of what people type is ever read as an operator. */
export function tsExpression({ every, some, none, except }: Matching): string {
  const out = [...none.map(strict), ...(except.length === 0 ? [] : [allOf(except.map(strict))])];
  return allOf([
    ...every.map(strict),
    ...(some.length === 0 ? [] : [anyOf(some.flatMap(loose))]),
    ...out.map((each) => `!${each}`),
  ]);
}

/** What a story is ranked by: each thing that is asked for, as a tsquery of its own. */
export function rankExpressions({ every, some, also }: Matching): string[] {
  return [...new Set([...every, ...some, ...also].flatMap(loose))];
}

function strict({ all, phrases, names }: Wanted): string {
  return anyOf([
    ...(all.length === 0 ? [] : [allOf(all.map(lexeme))]),
    ...[...phrases, ...names.map((name) => [name])].map(adjacent),
  ]);
}

function loose({ all, phrases, names, related }: Wanted): string[] {
  return [...[...all, ...names, ...related].map((term) => [term]), ...phrases].map(adjacent);
}

function adjacent(phrase: readonly string[]): string {
  return `(${phrase.map(lexeme).join(' <-> ')})`;
}

function anyOf(parts: string[]): string {
  return `(${parts.join(' | ')})`;
}

function allOf(parts: string[]): string {
  return `(${parts.join(' & ')})`;
}
