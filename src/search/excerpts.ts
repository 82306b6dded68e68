import type { Analyser } from '../arabic/analyse.ts';
import { highlight, type Mark, snippet } from '../arabic/highlight.ts';
import type { PortableText } from '../portable-text/schema.ts';
import { toText } from '../portable-text/to-text.ts';
import type { SearchSettings } from '../settings/schemas.ts';
import { siteAnalyser } from './analysers.ts';

export type ExcerptTask = { documents: readonly Uint8Array[]; marks: readonly Mark[]; settings: SearchSettings };
export type Excerpt = { headline: string; snippet: string };

type Document = { headline: string; lead: string | null; sections: { body: PortableText }[] };

/** How long a snippet is, in UTF-16 units before escaping. */
const snippetLength = 200;
/** Where the words asked for stand further down than this, the beginning is shown instead. */
const mostSearched = 50_000;

let made: { key: string; analyser: Analyser } | null = null;

/** The headlines of published documents, and the parts of their texts that answer the query best, as HTML. */
export function excerpts({ documents, marks, settings }: ExcerptTask): Excerpt[] {
  const key = JSON.stringify(settings);
  if (made?.key !== key) made = { key, analyser: siteAnalyser(settings).analyser };
  const { analyser } = made;
  const decoder = new TextDecoder();
  return documents.map((bytes) => {
    const { headline, lead, sections } = JSON.parse(decoder.decode(bytes)) as Document;
    const texts = [lead ?? '', ...sections.map(({ body }) => toText(body))].filter((text) => text !== '');
    const text = texts.join('\n').replace(/\s+/g, ' ').slice(0, mostSearched).trim();
    return { headline: highlight(headline, marks, analyser), snippet: snippet(text, marks, snippetLength, analyser) };
  });
}
