import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normaliseBody } from '../../src/portable-text/normalise.ts';
import { toText } from '../../src/portable-text/to-text.ts';
import { buildDocument } from '../../src/publishing/document.ts';
import { storedMember, storedText } from '../../src/publishing/stored-text.ts';
import { body } from '../portable-text/arbitraries.ts';

const at = new Date('2025-11-11T01:00:00Z');
const article = { id: 'a', slug: 's', locale: 'ar', headline: 'عنوان', kicker: null, lead: 'مقدمة' };
const press = { sourceName: null, sourceUrl: null, dateline: null, urgency: null };
/** What else a document has must not be taken for what it says. */
const others = {
  seo: { title: 'لا', description: '"text":"لا"' },
  custom: { text: 'لا', seo: [{ text: 'لا', _type: 'block' }] },
};

describe('the texts of a stored card', () => {
  it('are its headline and its lead', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', '"lead":"', '\\"', '","headline":"'));
    fc.assert(
      fc.property(text, fc.option(text), (headline, lead) => {
        const { card } = buildDocument(
          { article: { ...article, ...press, ...others, headline, lead }, sections: [] },
          at,
          at,
        );
        const stored = JSON.parse(card.toString()) as { headline: string; lead: string | null };
        expect(storedMember(card.toString(), 'headline')).toBe(stored.headline);
        expect(storedMember(card.toString(), 'lead')).toBe(stored.lead);
      }),
    );
  });
});

describe('the text of a stored document', () => {
  it('is that of its sections, but for white space', () => {
    const heading = fc.constantFrom(null, 'فصل', '"text":"فصل"', '],"seo":');
    fc.assert(
      fc.property(fc.array(fc.tuple(heading, body), { maxLength: 3 }), (parts) => {
        const sections = parts.map(([text, sent], index) => ({
          ...{ id: `${index}`, anchor: `${index}`, heading: text, body: normaliseBody(sent) },
        }));
        const { rest } = buildDocument({ article: { ...article, ...press, ...others }, sections }, at, at);
        const expected = sections.map((section) => toText(section.body)).join('\n');
        expect(wordsOf(storedText(rest.toString()))).toEqual(wordsOf(expected));
      }),
      { numRuns: 300 },
    );
  });

  it('is empty where nothing is written', () => {
    const { rest } = buildDocument({ article: { ...article, ...press, ...others }, sections: [] }, at, at);
    expect(storedText(rest.toString())).toBe('');
  });
});

function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
