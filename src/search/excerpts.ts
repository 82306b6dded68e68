import type { Analyser } from '../arabic/analyse.ts';
import { highlight, type Mark, snippet } from '../arabic/highlight.ts';
import type { PortableText } from '../portable-text/schema.ts';
import { toText } from '../portable-text/to-text.ts';
import type { SearchSettings } from '../settings/schemas.ts';
import { siteAnalyser } from './analysers.ts';

export type ExcerptTask = {
  documents: readonly Uint8Array[];
  marks: readonly Mark[];
  /** How many different marks in one place are as good as it gets: as many as things were asked for. */
  enough: number;
  settings: SearchSettings;
};
export type Excerpt = { headline: string; snippet: string };

type Document = { headline: string; lead: string | null; sections: { body: PortableText }[] };

/** How long a snippet is, in UTF-16 units before escaping. */
const snippetLength = 200;
/** How much is looked at in one go; a snippet is cut from one such part. */
const partLength = 600;
/** Where the words asked for stand further down than this, the beginning is shown instead. */
const mostSearched = 50_000;

let made: { key: string; analyser: Analyser } | null = null;

/** The headlines of published documents, and the parts of their texts that answer the query best, as HTML. */
export function excerpts({ documents, marks, enough, settings }: ExcerptTask): Excerpt[] {
  const key = JSON.stringify(settings);
  if (made?.key !== key) made = { key, analyser: siteAnalyser(settings).analyser };
  const { analyser } = made;
  const decoder = new TextDecoder();
  return documents.map((bytes) => {
    const { headline, lead, sections } = JSON.parse(decoder.decode(bytes)) as Document;
    const texts = [lead ?? '', ...sections.map(({ body }) => toText(body))].filter((text) => text !== '');
    const text = texts.join('\n').slice(0, mostSearched).trim();
    return {
      headline: highlight(headline, marks, analyser),
      snippet: bestSnippet(text, marks, enough, analyser),
    };
  });
}

/** Looks part by part for the one with most of the marks, and no further than the first that has enough. */
function bestSnippet(text: string, marks: readonly Mark[], enough: number, analyser: Analyser): string {
  let best = { start: 0, end: Math.min(partLength, text.length), found: 0 };
  for (let start = 0; start < text.length && best.found < enough; ) {
    const end = endOfPart(text, start);
    const terms = new Set(analyser.terms(text.slice(start, end)));
    const found = marks.filter((mark) =>
      typeof mark === 'string' ? terms.has(mark) : mark.every((term) => terms.has(term)),
    ).length;
    if (found > best.found || (start === 0 && end > 0)) best = { start, end, found };
    start = end;
  }
  const part = text.slice(best.start, best.end).replace(/\s+/g, ' ').trim();
  const shown = snippet(part, marks, snippetLength, analyser);
  const before = best.start > 0 && !shown.startsWith('…') ? '…' : '';
  const after = best.end < text.length && !shown.endsWith('…') ? '…' : '';
  return `${before}${shown}${after}`;
}

/** Between two words, or wherever a text without spaces must be cut. */
function endOfPart(text: string, start: number): number {
  if (start + partLength >= text.length) return text.length;
  const space = text.lastIndexOf(' ', start + partLength);
  return space > start ? space : start + partLength;
}
