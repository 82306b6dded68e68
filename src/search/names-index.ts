import { inArray } from 'drizzle-orm';
import type { Analyser } from '../arabic/analyse.ts';
import { idsIn } from '../db/change-tags.ts';
import type { Database } from '../db/database.ts';
import { headlineWords } from './headline-words.ts';
import { nameToken } from './texts.ts';

export type NamedTerm = { kind: 'tag' | 'author'; id: string; name: string; slug: string };

export type NameIndex = ReturnType<typeof createNameIndex>;

/** Of many people with one name, those asked for among stories. */
const mostNames = 40;
const mostCompleted = 500;

/**
 * The names of tags and authors by their words, in memory, read at the first search and fresh after every change of one.
 * The index holds their ids: a renamed author is found by the new name at once, in everything published.
 */
export function createNameIndex(db: Database) {
  let names: Map<string, NamedTerm> | null = null;
  let byTerm: { analyser: Analyser; terms: Map<string, Set<string>>; ofName: Map<string, string[]> } | null = null;
  let byWord: { word: string; id: string }[] | null = null;
  let loading: Promise<Map<string, NamedTerm>> | null = null;

  const stop = db.onChange(async (changed) => {
    if (!names && !loading) return;
    if (!changed.has('everything') && !changed.has('tags') && !changed.has('authors')) return;
    const ids = (kind: string) => idsIn(changed, kind);
    const known = await (loading ?? names);
    const only = changed.has('everything') ? null : { tag: ids('tag'), author: ids('author') };
    if (!only) known?.clear();
    else for (const id of [...only.tag, ...only.author]) known?.delete(id);
    for (const term of await read(only)) known?.set(term.id, term);
    byTerm = null;
    byWord = null;
  });

  /** Reads all names, or those with the given ids. */
  async function read(only: { tag: string[]; author: string[] } | null): Promise<NamedTerm[]> {
    const found: NamedTerm[] = [];
    for (const [kind, table] of [
      ['tag', db.tables.tags],
      ['author', db.tables.authors],
    ] as const) {
      if (only && only[kind].length === 0) continue;
      const { id, name, slug } = table;
      const rows = await db.read
        .select({ id, name, slug })
        .from(table)
        .where(only ? inArray(id, only[kind]) : undefined);
      for (const row of rows) found.push({ kind, ...row });
    }
    return found;
  }

  async function load(): Promise<Map<string, NamedTerm>> {
    loading ??= read(null).then((rows) => new Map(rows.map((row) => [row.id, row])));
    names = await loading;
    loading = null;
    return names;
  }

  /** Prepares a search by names as an analyser reads them. */
  async function finder(analyser: Analyser) {
    const known = names ?? (await load());
    if (byTerm?.analyser !== analyser) {
      const terms = new Map<string, Set<string>>();
      const ofName = new Map<string, string[]>();
      for (const { id, name } of known.values()) {
        const own = analyser.terms(name);
        ofName.set(id, own);
        for (const term of own) {
          const ids = terms.get(term);
          if (ids) ids.add(id);
          else terms.set(term, new Set([id]));
        }
      }
      byTerm = { analyser, terms, ofName };
    }
    const { terms, ofName } = byTerm;

    /** For each phrase the terms of those called so; of too many, those that most of the phrases fit. */
    return (phrases: readonly (readonly string[])[]): string[][] => {
      const called = phrases.map((phrase) => {
        const [first] = phrase;
        const ids = first === undefined ? [] : [...(terms.get(first) ?? [])];
        return phrase.length === 1 ? ids : ids.filter((id) => holds(ofName.get(id) ?? [], phrase));
      });
      const hits = new Map<string, number>();
      for (const ids of called) for (const id of ids) hits.set(id, (hits.get(id) ?? 0) + 1);
      const best = [...hits].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? 1 : -1)).slice(0, mostNames);
      const kept = new Set(best.map(([id]) => id));
      return called.map((ids) => ids.filter((id) => kept.has(id)).map(nameToken));
    };
  }

  return {
    finder,

    /** Tags of whose name some word begins with the last of `words`, and that have all the others. */
    async completeTags(words: readonly string[], most: number): Promise<NamedTerm[]> {
      const known = names ?? (await load());
      byWord ??= [...known.values()]
        .filter(({ kind }) => kind === 'tag')
        .flatMap(({ id, name }) => headlineWords(name).map((word) => ({ word, id })))
        .sort((a, b) => (a.word < b.word ? -1 : a.word > b.word ? 1 : 0));
      const prefix = words.at(-1) ?? '';
      const found = new Set<string>();
      for (let at = firstFrom(byWord, prefix); found.size < mostCompleted; at++) {
        const entry = byWord[at];
        if (!entry?.word.startsWith(prefix)) break;
        found.add(entry.id);
      }
      const others = words.slice(0, -1);
      const tags = [...found].flatMap((id) => known.get(id) ?? []);
      const fitting = tags.filter(({ name }) => {
        const own = headlineWords(name);
        return others.every((word) => own.includes(word));
      });
      return fitting.sort((a, b) => a.name.length - b.name.length || (a.id < b.id ? -1 : 1)).slice(0, most);
    },

    stop,
  };
}

function holds(terms: readonly string[], phrase: readonly string[]): boolean {
  return terms.some((_, at) => phrase.every((term, offset) => terms[at + offset] === term));
}

function firstFrom(sorted: readonly { word: string }[], word: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.word ?? '') < word) low = middle + 1;
    else high = middle;
  }
  return low;
}
