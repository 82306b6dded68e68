import type { Analyser } from '../arabic/analyse.ts';
import { createMarker, type Mark } from '../arabic/highlight.ts';
import { storedMember, storedText } from '../publishing/stored-text.ts';
import type { SearchSettings } from '../settings/schemas.ts';
import { siteAnalyser } from './analysers.ts';

export type ExcerptTask = {
  marks: readonly Mark[];
  /** How many different marks in one place are as good as it gets: as many as things were asked for. */
  enough: number;
  settings: SearchSettings;
};
export type ExcerptsTask = ExcerptTask & { documents: readonly StoredDocument[] };
/** A published document, as it is stored. */
export type StoredDocument = { card: Uint8Array; rest: Uint8Array };
export type Excerpt = { headline: string; snippet: string };

/** How long a snippet is, in UTF-16 units before escaping. */
const snippetLength = 200;
/** Where the words asked for stand further down than this, in UTF-16 units, the beginning is shown instead. */
const mostSearched = 50_000;

const decoder = new TextDecoder();
let made: { key: string; analyser: Analyser } | null = null;

/** The headlines of published documents, and the parts of their texts that answer the query best, as HTML. */
export function excerpts({ documents, ...task }: ExcerptsTask): Excerpt[] {
  const excerptOf = excerptMaker(task);
  return documents.map(excerptOf);
}

/** Makes excerpts of documents for one query. */
export function excerptMaker({ marks, enough, settings }: ExcerptTask): (document: StoredDocument) => Excerpt {
  const key = JSON.stringify(settings);
  if (made?.key !== key) made = { key, analyser: siteAnalyser(settings).analyser };
  const marker = createMarker(marks, made.analyser);
  return ({ card, rest }) => {
    const summary = decoder.decode(card);
    const headline = marker.highlight(storedMember(summary, 'headline') ?? '');
    const lead = storedMember(summary, 'lead') ?? '';
    const text = `${lead}\n${storedText(decoder.decode(rest))}`.slice(0, mostSearched).trim();
    // Where the headline answers, the text need not.
    const isThorough = !headline.includes('<mark>');
    const snippet = marker.snippet(text, { maxChars: snippetLength, enough, isThorough });
    return { headline, snippet: snippet.replace(/\s+/g, ' ') };
  };
}
