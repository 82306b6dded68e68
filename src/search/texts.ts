import type { Analyser } from '../arabic/analyse.ts';
import type { PublicationRefs } from '../db/tables.ts';
import type { PortableText } from '../portable-text/schema.ts';
import { toText } from '../portable-text/to-text.ts';

/** The parts of a story that are searched, as people read them. */
export type Texts = { headline: string; lead: string; headings: string; body: string };

/** The same parts as terms; those of the body also as UTF-8, which a database takes without writing it anew. */
type TermsOfTexts = Omit<Texts, 'body'> & { body: string | Buffer };

/** The same, and what else a story is found by. */
export type Terms = TermsOfTexts & { names: string };

/** The same, before it is known which tags and authors the story has. */
export type AnalysedTexts = TermsOfTexts & { source: string };

/** What of a working copy is searched; the body as it is stored. */
export type Searchable = {
  article: { headline: string; lead: string | null };
  sections: readonly { heading: string | null; body: readonly unknown[] }[];
};

export function textsOf({ article, sections }: Searchable): Texts {
  return {
    headline: article.headline,
    lead: article.lead ?? '',
    headings: sections.map((section) => section.heading ?? '').join('\n'),
    body: sections.map((section) => toText(section.body as PortableText)).join('\n\n'),
  };
}

/** What an index holds of a story. Tags and authors stand in it by their ids, so that they may be renamed. */
export function termsOf(analyser: Analyser, texts: Texts, source: string | null, refs: PublicationRefs): Terms {
  return withNames(analyseTexts(analyser, texts, source), refs);
}

/** The terms of what a story says, and of its source. It is most of the work of indexing. */
export function analyseTexts(
  { indexText }: Analyser,
  texts: Texts,
  source: string | null,
): AnalysedTexts & { body: string } {
  return {
    headline: indexText(texts.headline),
    lead: indexText(texts.lead),
    headings: indexText(texts.headings),
    body: indexText(texts.body),
    source: indexText(source ?? ''),
  };
}

export function withNames({ source, ...texts }: AnalysedTexts, refs: PublicationRefs): Terms {
  const ids = [...new Set([...refs.tags, ...refs.authors.map(({ id }) => id)])];
  return { ...texts, names: [source, ...ids.map(nameToken)].join(' ').trim() };
}

/**
 * The term that stands for a tag or an author. No word of a text becomes one that begins with a sign, so such terms are
 * never met by accident.
 */
export function nameToken(id: string): string {
  return `·${id.replaceAll('-', '')}`;
}

/** The term that stands for a facet, by its number. */
export function facetToken(facet: number): string {
  return `·${facet}`;
}

const firstYear = 1990;

/** The terms that stand for the time of a publication: its month and its year. Everything older is one year. */
export function timeTokens(at: Date): string[] {
  return [monthToken(at.getUTCFullYear(), at.getUTCMonth()), yearToken(at.getUTCFullYear())];
}

function monthToken(year: number, month: number): string {
  return `·m${year}${String(month + 1).padStart(2, '0')}`;
}

function yearToken(year: number): string {
  return `·y${Math.max(year, firstYear - 1)}`;
}

/** Terms of which one stands in every publication between two times; more than those between may have one. */
export function rangeTokens(from: Date | null, to: Date): string[] {
  const lastYear = Math.min(to.getUTCFullYear(), firstYear + 200);
  const start = Math.min(Math.max(from?.getUTCFullYear() ?? 0, firstYear - 1), lastYear);
  const months = (to.getUTCFullYear() - start) * 12 + to.getUTCMonth() - (from?.getUTCMonth() ?? 0);
  if (from && start >= firstYear && months >= 0 && months < mostMonths)
    return Array.from({ length: months + 1 }, (_, n) => {
      const month = from.getUTCMonth() + n;
      return monthToken(start + Math.floor(month / 12), month % 12);
    });
  return Array.from({ length: lastYear - start + 1 }, (_, n) => yearToken(start + n));
}

const mostMonths = 24;
