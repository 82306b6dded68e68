import fc from 'fast-check';
import { parseFragment, serialize } from 'parse5';
import { describe, expect, it } from 'vitest';
import { cleanText } from '../../src/arabic/clean.ts';
import { bodyInput, readBody } from '../../src/portable-text/body-input.ts';
import { normaliseBody } from '../../src/portable-text/normalise.ts';
import { portableText } from '../../src/portable-text/schema.ts';
import { toHtml } from '../../src/portable-text/to-html.ts';
import { toMarkdown } from '../../src/portable-text/to-markdown.ts';
import { toText } from '../../src/portable-text/to-text.ts';
import { body, paragraph } from './arbitraries.ts';
import { meaning } from './meaning.ts';

describe('a body that is written and read again', () => {
  it('is the same text, paragraph for paragraph, through plain text', async () => {
    const clean = paragraph
      .map((text) => cleanText(text, { multiline: true }).text)
      .filter((text) => text.trim() === text && text !== '');
    await fc.assert(
      fc.asyncProperty(fc.array(clean, { maxLength: 5 }), async (paragraphs) => {
        const text = paragraphs.join('\n\n');
        expect(toText(await readBody({ text }))).toBe(text);
      }),
    );
  });

  it('keeps text, marks, links and blocks through HTML', async () => {
    await fc.assert(
      fc.asyncProperty(body, async (sent) => {
        const before = normaliseBody(sent);
        const html = toHtml(before);
        expect(meaning(await readBody({ html })), html).toEqual(meaning(before));
      }),
      { numRuns: 300 },
    );
  });

  it('is HTML that a parser changes nothing of', () => {
    const asWritten = (html: string) =>
      html.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&#10;', '\n').replaceAll('&nbsp;', '\u00a0');
    fc.assert(
      fc.property(body, (sent) => {
        const html = toHtml(normaliseBody(sent));
        expect(asWritten(serialize(parseFragment(html))).replaceAll('data-embed=""', 'data-embed')).toBe(
          asWritten(html),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('is HTML with an item for each item, whatever kinds of lists follow one another and whatever levels are left out', () => {
    fc.assert(
      fc.property(body, fc.integer({ min: 1, max: 6 }), (sent, level) => {
        const stored = normaliseBody(sent).map((block) =>
          block._type === 'block' && block.listItem
            ? { ...block, level: (block.level ?? 1) < 3 ? level : block.level }
            : block,
        );
        const items = stored.filter((block) => block._type === 'block' && block.listItem);
        expect(toHtml(stored).match(/<li[ >]/g) ?? []).toHaveLength(items.length);
      }),
    );
  });

  it('keeps text, marks, links and blocks through Markdown', async () => {
    await fc.assert(
      fc.asyncProperty(body, async (sent) => {
        const before = normaliseBody(sent);
        const markdown = toMarkdown(before);
        expect(meaning(await readBody({ markdown })), markdown).toEqual(meaning(before));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['bullet', 2],
    ['number', 2],
    ['number', 1],
  ] as const)('has no word more through Markdown where a list begins with nothing: %s %i', async (listItem, level) => {
    const item = (text: string) => ({ _type: 'block' as const, children: [{ _type: 'span' as const, text }] });
    const before = normaliseBody([
      { ...item('أ'), listItem: 'bullet' },
      { ...item(''), listItem, level },
      { ...item('ب'), listItem, level },
    ]);
    const after = meaning(await readBody({ markdown: toMarkdown(before) }));
    expect(after).toEqual(meaning(before).filter((_, index) => index !== 1));
  });

  it('is a valid body, and stays byte for byte the same when it is sent as it was answered', async () => {
    await fc.assert(
      fc.asyncProperty(body, async (sent) => {
        const stored = await readBody(bodyInput.parse(sent));
        expect(portableText.parse(stored)).toEqual(stored);
        expect(JSON.stringify(await readBody(bodyInput.parse(stored)))).toBe(JSON.stringify(stored));
        expect(JSON.stringify(await readBody(bodyInput.parse(sent)))).toBe(JSON.stringify(stored));
      }),
    );
  });
});
