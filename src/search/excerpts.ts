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

/**
 * The headlines of published documents, and the parts of their texts that answer the query best, as HTML. Each kind of
 * work is done for all of them before the next: it takes a tenth less when the processor has one at a time.
 */
export function excerpts({ documents, marks, enough, settings }: ExcerptsTask): Excerpt[] {
  const key = JSON.stringify(settings);
  if (made?.key !== key) made = { key, analyser: siteAnalyser(settings).analyser };
  const marker = createMarker(marks, made.analyser);
  const cards = documents.map(({ card }) => decoder.decode(card));
  const bodies = documents.map(({ rest }) => decoder.decode(rest)).map(storedText);
  const headlines = cards.map((card) => marker.highlight(storedMember(card, 'headline') ?? ''));
  return bodies.map((body, index) => {
    const lead = storedMember(cards[index] ?? '', 'lead') ?? '';
    const text = `${lead}\n${body}`.slice(0, mostSearched).trim();
    const headline = headlines[index] ?? '';
    // Where the headline answers, the text need not.
    const isThorough = !headline.includes('<mark>');
    const snippet = marker.snippet(text, { maxChars: snippetLength, enough, isThorough });
    return { headline, snippet: snippet.replace(/\s+/g, ' ') };
  });
}
