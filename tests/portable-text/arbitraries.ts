import fc from 'fast-check';
import { cleanText } from '../../src/arabic/clean.ts';
import type { SentBlock, SentPortableText } from '../../src/portable-text/schema.ts';
import { decorators, listItems } from '../../src/portable-text/vocabulary.ts';

/** Words of Arabic news, words in other scripts, and what Markdown and HTML would take for their own. */
const words = fc.oneof(
  fc.constantFrom(
    ...['سوريا', 'وقّعت', '«داعش»', '"داعش"', 'الاتفاقَ،', '(المصدر', '7)', '١٢٫٥٪', 'كتـــاب', 'مُحَمَّدٌ', 'ﷺ', '…', '؟'],
    ...[
      '1.',
      '12)',
      '#',
      '##',
      '-',
      '+',
      '*',
      '**',
      '_',
      '__',
      '~',
      '~~',
      '`',
      '``',
      '>',
      '|',
      '---',
      '===',
      ':--',
      '\\',
    ],
    ...[
      '<b>',
      '</p>',
      '<!--',
      ']]>',
      '&amp;',
      '&lt;',
      '&#x27;',
      '&',
      '[a](b)',
      '![',
      ']:',
      '<script>alert(1)</script>',
    ],
    ...[
      'https://a.example/x_y',
      'mailto:a@b.example',
      'www.a.example',
      'a@b.example',
      '//x.example',
      '{{x}}',
      '$1',
      '👨‍👩‍👧',
      '😀',
    ],
  ),
  fc.string({ minLength: 1, maxLength: 8 }).map((text) => tidy(text) || 'x'),
  fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme' }).map((text) => tidy(text) || 'س'),
);

/** A clean line: words with one space between them. */
export const line = fc.array(words, { minLength: 1, maxLength: 6 }).map((list) => list.join(' '));

/** A clean paragraph: lines with single breaks between them. */
export const paragraph = fc.array(line, { minLength: 1, maxLength: 3 }).map((lines) => lines.join('\n'));

const hrefs = [
  'https://example.com/أخبار/سوريا?a=1&b=2#x',
  'https://example.com/a_(b)_*c*[d]"e\'',
  '/local/page',
  '#anchor',
  'mailto:desk@example.com',
  'tel:+963111234567',
] as const;

/** Runs of marked text without white space at their seams, which HTML and Markdown would move. */
const marked = fc
  .array(
    fc.record({
      text: fc.oneof(words, line),
      gap: fc.constantFrom('', ' ', '\n'),
      marks: fc.subarray([...decorators], { maxLength: 3 }),
      href: fc.option(fc.constantFrom(...hrefs), { nil: undefined, freq: 4 }),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((runs) => {
    const links = new Map<string, string>();
    const children: { _type: 'span'; text: string; marks: string[] }[] = [];
    runs.forEach(({ text, gap, marks, href }, index) => {
      const own: string[] = [...marks];
      if (href !== undefined) {
        if (!links.has(href)) links.set(href, `link${links.size}`);
        own.push(links.get(href) ?? '');
      }
      children.push({ _type: 'span', text, marks: own });
      if (gap !== '' && index < runs.length - 1) children.push({ _type: 'span', text: gap, marks: [] });
    });
    const markDefs = [...links].map(([href, _key]) => ({ _type: 'link' as const, _key, href }));
    return { markDefs, children };
  });

const style = fc.constantFrom(
  'normal' as const,
  'normal' as const,
  'h3' as const,
  'h4' as const,
  'blockquote' as const,
);

const textBlock: fc.Arbitrary<SentBlock> = fc
  .tuple(marked, style)
  .map(([content, style]) => ({ _type: 'block', style, ...content }));

const start = fc.option(fc.oneof(fc.integer({ min: 0, max: 12 }), fc.constantFrom(1999, 1_000_000)), {
  nil: undefined,
});

/** A list that begins at the first level and never jumps over one, as HTML and Markdown can say it. */
const list: fc.Arbitrary<SentBlock[]> = fc
  .array(fc.tuple(marked, style, fc.constantFrom(...listItems), fc.integer({ min: 1, max: 6 }), start), {
    minLength: 1,
    maxLength: 5,
  })
  .map((items) => {
    let depth = 0;
    return items.map(([content, style, listItem, level, start]): SentBlock => {
      depth = Math.min(level, depth + 1);
      const number = listItem === 'number' && start !== undefined ? { start } : {};
      return { _type: 'block', style, listItem, level: depth, ...number, ...content };
    });
  });

const words1 = fc.option(line, { nil: undefined });

/** The words of a caption with links and marks, or none. */
const markedWords = fc.option(
  marked.map((content) => ({ _type: 'block' as const, ...content })),
  { nil: undefined, freq: 2 },
);
const media: fc.Arbitrary<SentBlock> = fc.oneof(
  fc
    .record({
      // Attributes may hold any line break, also the blank line that ends HTML in Markdown.
      alt: fc.option(
        fc.array(line, { minLength: 1, maxLength: 2 }).map((lines) => lines.join('\n\n')),
        { nil: undefined },
      ),
      caption: fc.option(paragraph, { nil: undefined }),
      credit: words1,
      captionBlock: markedWords,
      creditBlock: markedWords,
      width: fc.option(fc.integer({ min: 1, max: 9999 }), { nil: undefined }),
    })
    .map(({ captionBlock, creditBlock, ...fields }) => ({
      ...fields,
      ...(captionBlock === undefined ? {} : { captionBlock, caption: undefined }),
      ...(creditBlock === undefined ? {} : { creditBlock, credit: undefined }),
    }))
    .map((fields) =>
      defined({ _type: 'image' as const, url: 'https://cdn.example/ص و&"\'.jpg'.replace(' ', '%20'), ...fields }),
    ),
  fc
    .record({ title: words1, provider: fc.constantFrom(undefined, 'youtube') })
    .map((fields) => defined({ _type: 'embed' as const, url: 'https://video.example/watch?v=1&t=2', ...fields })),
  fc
    .record({
      code: fc.array(fc.oneof(line, fc.constant(''), fc.constant('```'), fc.constant('  x')), {
        minLength: 1,
        maxLength: 4,
      }),
      language: fc.constantFrom(undefined, 'ts'),
    })
    .map(({ code, language }) => defined({ _type: 'code' as const, code: ['c', ...code, 'd'].join('\n'), language })),
  fc.constant({ _type: 'break' as const }),
);

/** A cell of one line: in a cell a break is only a space. */
const cell = fc
  .record({
    content: fc.option(marked, { nil: undefined, freq: 5 }),
    head: fc.constantFrom(undefined, undefined, 'column' as const, 'row' as const),
    colSpan: fc.constantFrom(undefined, undefined, 2),
  })
  .map(({ content, ...fields }) =>
    defined({
      ...{ _type: 'cell' as const, ...fields, markDefs: content?.markDefs ?? [] },
      children: (content?.children ?? []).map((span) => ({ ...span, text: span.text.replaceAll('\n', ' ') })),
    }),
  );
const named = words.map((text) => ({
  ...{ _type: 'cell' as const, markDefs: [], children: [{ _type: 'span' as const, text }] },
}));

/** Tables of all kinds, and those with one row of heads that Markdown has a form for. */
const table: fc.Arbitrary<SentBlock> = fc.oneof(
  fc
    .record({
      caption: words1,
      captionBlock: markedWords,
      first: named,
      rows: fc.array(fc.array(cell, { minLength: 2, maxLength: 3 }), { maxLength: 3 }),
    })
    .map(({ caption, captionBlock, first, rows }) =>
      defined({
        ...{ _type: 'table' as const, caption: captionBlock === undefined ? caption : undefined, captionBlock },
        rows: [[first, first], ...rows].map((cells) => ({ _type: 'row' as const, cells })),
      }),
    ),
  fc.array(fc.tuple(named, cell), { minLength: 1, maxLength: 3 }).map((rows) => ({
    _type: 'table' as const,
    rows: rows.map((cells, index) => ({
      _type: 'row' as const,
      cells: cells.map(({ markDefs, children }) => ({
        ...{ _type: 'cell' as const, markDefs, children },
        ...(index === 0 ? { head: 'column' as const } : {}),
      })),
    })),
  })),
);

/** Bodies that HTML and Markdown can both carry without loss. */
export const body: fc.Arbitrary<SentPortableText> = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: textBlock.map((block) => [block]) },
      list,
      media.map((block) => [block]),
      table.map((block) => [block]),
    ),
    { maxLength: 5 },
  )
  .map((parts) => parts.flat());

function tidy(text: string): string {
  return cleanText(text).text.replace(/\s/g, '');
}

function defined<Fields extends object>(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields;
}
