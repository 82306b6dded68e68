import { setImmediate as nextTick } from 'node:timers/promises';
import { asc, gt, inArray } from 'drizzle-orm';
import type { Analyser } from '../arabic/analyse.ts';
import { idsIn } from '../db/change-tags.ts';
import type { Database } from '../db/database.ts';
import { inPieces } from '../in-pieces.ts';
import { headlineWords } from './headline-words.ts';
import { sortInTurns } from './sort-in-turns.ts';
import { nameToken } from './texts.ts';

export type NamedTerm = { kind: 'tag' | 'author'; id: string; name: string; slug: string };

export type NameIndex = ReturnType<typeof createNameIndex>;

/** Of many people with one name, those asked for among stories. */
const mostNames = 40;
const mostCompleted = 500;
/** So many are read at once, and so many of their names: a newsroom may have tens of thousands, and nobody waits for them. */
const readAtOnce = 1000;
const namesAtOnce = 100;
const mostPending = 5000;

/** Names by their terms as one analyser reads them, and the terms of each. */
type ByTerm = { analyser: Analyser; terms: Map<string, Set<string>>; ofName: Map<string, string[]> };

/**
 * The names of tags and authors by their words, in memory, read at the first search and fresh in every search after a
 * change of one. The index holds their ids: a renamed author is found by the new name at once, in everything published.
 */
export function createNameIndex(db: Database) {
  let names: Map<string, NamedTerm> | null = null;
  let byTerm: ByTerm | null = null;
  /** A word of a tag's name with the tag's id behind it, sorted. */
  let byWord: string[] | null = null;
  let last: Promise<unknown> = Promise.resolve();

  /** What changed since the index was last asked; one that changes much is read anew. */
  let pending: { kind: NamedTerm['kind']; id: string }[] | 'all' = [];

  // Whoever writes waits for listeners, and must not wait for an index that is being made: searches take in what changed.
  const stop = db.onChange((changed) => {
    if (changed.has('everything')) pending = 'all';
    if (pending === 'all') return;
    for (const kind of ['tag', 'author'] as const) for (const id of idsIn(changed, kind)) pending.push({ kind, id });
    if (pending.length > mostPending) pending = 'all';
  });

  /** What `make` makes of names as they are now. One after the other, so that no change meets a half-made index. */
  function ofNames<T>(make: () => Promise<T>): Promise<T> {
    const work = async () => {
      for (;;) {
        await takeIn();
        const made = await make();
        if (pending.length === 0) return made;
      }
    };
    const turn = last.then(work, work);
    last = turn;
    return turn;
  }

  async function takeIn(): Promise<void> {
    const changed = pending;
    pending = [];
    if (changed === 'all' || !names) return forget();
    try {
      for (const kind of ['tag', 'author'] as const)
        await refresh(kind, [...new Set(changed.flatMap((each) => (each.kind === kind ? [each.id] : [])))]);
    } catch (error) {
      forget();
      throw error;
    }
  }

  /** The next search reads all anew. */
  function forget(): void {
    names = null;
    byTerm = null;
    byWord = null;
  }

  async function refresh(kind: NamedTerm['kind'], changed: string[]): Promise<void> {
    for (let at = 0; at < changed.length; at += readAtOnce) {
      const ids = changed.slice(at, at + readAtOnce);
      const { terms } = await read(kind, { ids });
      const fresh = new Map(terms.map((term) => [term.id, term]));
      for await (const piece of inPieces(ids, namesAtOnce)) for (const id of piece) replace(id, fresh.get(id));
    }
  }

  function replace(id: string, term: NamedTerm | undefined): void {
    const old = names?.get(id);
    if (old) {
      names?.delete(id);
      if (byTerm) removeTerms(byTerm, id);
      if (byWord) for (const entry of entriesOf(old)) removeSorted(byWord, entry);
    }
    if (!term) return;
    names?.set(id, term);
    if (byTerm) addTerms(byTerm, term);
    if (byWord) for (const entry of entriesOf(term)) byWord.splice(firstFrom(byWord, entry), 0, entry);
  }

  /** Names of one kind: those with the given ids, or the next of all by their number, and where those after them begin. */
  async function read(kind: NamedTerm['kind'], which: { ids: string[] } | { after: number }) {
    const table = kind === 'tag' ? db.tables.tags : db.tables.authors;
    const { id, n, name, slug } = table;
    const rows = await db.read
      .select({ id, n, name, slug })
      .from(table)
      .where('ids' in which ? inArray(id, which.ids) : gt(n, which.after))
      .orderBy(asc(n))
      .limit(readAtOnce);
    const terms = rows.map((row): NamedTerm => ({ kind, id: row.id, name: row.name, slug: row.slug }));
    return { terms, next: rows.length < readAtOnce ? null : (rows.at(-1)?.n ?? null) };
  }

  async function load(): Promise<Map<string, NamedTerm>> {
    if (names) return names;
    const found = new Map<string, NamedTerm>();
    for (const kind of ['tag', 'author'] as const)
      for (let after: number | null = 0; after !== null; await nextTick()) {
        const { terms, next } = await read(kind, { after });
        for (const term of terms) found.set(term.id, term);
        after = next;
      }
    names = found;
    return found;
  }

  async function namesByTerm(analyser: Analyser): Promise<ByTerm> {
    if (byTerm?.analyser === analyser) return byTerm;
    const made: ByTerm = { analyser, terms: new Map(), ofName: new Map() };
    const known = [...(await load()).values()];
    for await (const piece of inPieces(known, namesAtOnce)) for (const term of piece) addTerms(made, term);
    byTerm = made;
    return made;
  }

  async function tagsByWord(): Promise<string[]> {
    if (byWord) return byWord;
    const made: string[] = [];
    const known = [...(await load()).values()];
    for await (const piece of inPieces(known, namesAtOnce)) made.push(...piece.flatMap(entriesOf));
    byWord = await sortInTurns(made);
    return byWord;
  }

  /** Prepares a search by names as an analyser reads them. */
  async function finder(analyser: Analyser) {
    const { terms, ofName } = await ofNames(() => namesByTerm(analyser));

    /** For each phrase the terms of those called so; of too many, those that most of the phrases fit. */
    return (phrases: readonly (readonly string[])[]): string[][] => {
      const called = phrases.map((phrase) => {
        const [first] = phrase;
        const ids = first === undefined ? [] : [...(terms.get(first) ?? [])];
        return phrase.length === 1 ? ids : ids.filter((id) => holds(ofName.get(id) ?? [], phrase));
      });
      const hits = new Map<string, number>();
      for (const ids of called) for (const id of ids) hits.set(id, (hits.get(id) ?? 0) + 1);
      const kept = new Set(bestOf(hits));
      return called.map((ids) => ids.filter((id) => kept.has(id)).map(nameToken));
    };
  }

  return {
    finder,

    /** Tags of whose name some word begins with the last of `words`, and that have all the others. */
    async completeTags(words: readonly string[], most: number): Promise<NamedTerm[]> {
      const sorted = await ofNames(tagsByWord);
      const prefix = words.at(-1) ?? '';
      const found = new Set<string>();
      for (let at = firstFrom(sorted, prefix); found.size < mostCompleted; at++) {
        const entry = sorted[at];
        if (!entry?.startsWith(prefix)) break;
        found.add(entry.slice(entry.indexOf(behindWord) + 1));
      }
      const others = words.slice(0, -1);
      const tags = [...found].flatMap((id) => names?.get(id) ?? []);
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

/** The ids with most hits, the newest of those with as many; a usual name may have thousands, and few are wanted. */
function bestOf(hits: ReadonlyMap<string, number>): string[] {
  const best: [string, number][] = [];
  const isBefore = (a: [string, number], b: [string, number]) => a[1] > b[1] || (a[1] === b[1] && a[0] > b[0]);
  for (const entry of hits) {
    const last = best[mostNames - 1];
    if (last && !isBefore(entry, last)) continue;
    const place = best.findIndex((each) => isBefore(entry, each));
    best.splice(place < 0 ? best.length : place, 0, entry);
    best.length = Math.min(best.length, mostNames);
  }
  return best.map(([id]) => id);
}

function addTerms({ analyser, terms, ofName }: ByTerm, { id, name }: NamedTerm): void {
  const own = analyser.terms(name);
  ofName.set(id, own);
  for (const term of own) {
    const ids = terms.get(term);
    if (ids) ids.add(id);
    else terms.set(term, new Set([id]));
  }
}

function removeTerms({ terms, ofName }: ByTerm, id: string): void {
  for (const term of ofName.get(id) ?? []) {
    const ids = terms.get(term);
    ids?.delete(id);
    if (ids?.size === 0) terms.delete(term);
  }
  ofName.delete(id);
}

/** Stands in no word, and before every letter. */
const behindWord = '\t';

function entriesOf({ kind, id, name }: NamedTerm): string[] {
  return kind === 'tag' ? headlineWords(name).map((word) => `${word}${behindWord}${id}`) : [];
}

function removeSorted(sorted: string[], entry: string): void {
  const at = firstFrom(sorted, entry);
  if (sorted[at] === entry) sorted.splice(at, 1);
}

function firstFrom(sorted: readonly string[], entry: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? '') < entry) low = middle + 1;
    else high = middle;
  }
  return low;
}
