import type { Analyser } from '../arabic/analyse.ts';
import type { Mark } from '../arabic/highlight.ts';
import { isCommon, type ParsedQuery, parseQuery } from '../arabic/query.ts';

/**
 * One thing that a reader asked for. A story has it when it holds every term of `all`, or one of `phrases`, or one of
 * `names`: the terms of tags and authors that are called so. `related` are terms of other forms (broken plurals).
 */
export type Wanted = { all: string[]; phrases: string[][]; names: string[]; related: string[] };

/** What a reader asked for, as terms. */
export type Ask = { wanted: Wanted[]; excluded: Wanted[]; marks: Mark[] };

/** Finds the terms of the tags and authors that are called as each of the given words or phrases. */
export type NameFinder = (phrases: readonly (readonly string[])[]) => string[][];

/**
 * Reads a query. `former` is the analyser that part of the index is still made with while it is being rebuilt: words
 * that it reads otherwise are asked for in both forms.
 */
export function readQuery(text: string, analyser: Analyser, former: Analyser | null, findNames: NameFinder): Ask {
  const parsed = parseQuery(text, analyser);
  const older = former ? parseQuery(text, former) : null;
  const wanted = [...parsed.words.map(ofWord), ...parsed.phrases.map(ofPhrase)];
  const excluded = parsed.excluded.map(ofPhrase);
  if (older) addFormer(wanted, excluded, parsed, older);
  const all = [...wanted, ...excluded];
  const names = findNames(all.map((each) => (each.all.length > 0 ? each.all : (each.phrases[0] ?? []))));
  for (const [at, each] of all.entries()) each.names = names[at] ?? [];
  return { wanted, excluded, marks: older ? [...parsed.marks, ...older.marks] : parsed.marks };
}

/** The words of a phrase, which have to do where nothing has the phrase; the commonest only where it has no others. */
export function wordsOf({ phrases }: Wanted): string[] {
  const terms = phrases.flat();
  const telling = terms.filter((term) => !isCommon(term));
  return telling.length > 0 ? telling : terms;
}

function ofWord({ terms, alternatives, related }: ParsedQuery['words'][number]): Wanted {
  return { all: terms, phrases: alternatives, names: [], related };
}

function ofPhrase(phrase: string[]): Wanted {
  return { all: [], phrases: [phrase], names: [], related: [] };
}

/** Both analysers read the same words in the same order, unless a group of synonyms begins with a changed word. */
function addFormer(wanted: Wanted[], excluded: Wanted[], parsed: ParsedQuery, older: ParsedQuery): void {
  const isParallel =
    parsed.words.length === older.words.length &&
    parsed.phrases.length === older.phrases.length &&
    parsed.excluded.length === older.excluded.length;
  if (!isParallel) return;
  const before = [...older.words.map(ofWord), ...older.phrases.map(ofPhrase)];
  for (const [at, each] of [...wanted, ...excluded].entries()) {
    const same = at < wanted.length ? before[at] : ofPhrase(older.excluded[at - wanted.length] ?? []);
    if (!same) continue;
    const also = [...(same.all.length > 0 ? [same.all] : []), ...same.phrases];
    const known = new Set([each.all.join(' '), ...each.phrases.map((phrase) => phrase.join(' '))]);
    each.phrases = [...each.phrases, ...also.filter((phrase) => !known.has(phrase.join(' ')))];
  }
}
