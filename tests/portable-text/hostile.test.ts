import fc from 'fast-check';
import { type DefaultTreeAdapterTypes, parseFragment } from 'parse5';
import { describe, expect, it } from 'vitest';
import { escapeHtml } from '../../src/escape-html.ts';
import { type BodyInput, toPortableText } from '../../src/portable-text/body-input.ts';
import { isMediaUrl, isSafeHref } from '../../src/portable-text/links.ts';
import { normaliseBody } from '../../src/portable-text/normalise.ts';
import { type PortableText, portableText } from '../../src/portable-text/schema.ts';
import { toHtml } from '../../src/portable-text/to-html.ts';
import { toMarkdown } from '../../src/portable-text/to-markdown.ts';
import { toText } from '../../src/portable-text/to-text.ts';
import { cpuTime } from '../support/cpu-time.ts';
import { body } from './arbitraries.ts';

const fragments = fc.constantFrom(
  ...[
    '<b>',
    '</b>',
    '<p>',
    '</p>',
    '<ul><li>',
    '</li>',
    '<table><tr><td>',
    '<a href="',
    '">',
    "<img src='",
    "'>",
    '<svg>',
  ],
  ...[
    '<script>',
    '</script>',
    '<style>',
    '<template>',
    '<math><mi>',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<?',
    '<!doctype html>',
  ],
  ...[
    'javascript:alert(1)',
    'JaVa&#115;cript:x',
    'data:text/html,x',
    'https://a.example/',
    'onerror=alert(1)',
    '&#0;',
    '&#xD800;',
    '&lt;',
  ],
  ...[
    '**',
    '_',
    '~~',
    '`',
    '```\n',
    '[',
    '](',
    ')',
    '![',
    '> ',
    '- ',
    '1. ',
    '# ',
    '---',
    '\n',
    '\n\n',
    '    ',
    '\\',
    '|',
    '|-|-|\n',
    '<th rowspan=3>',
    '<caption>',
    '<tr>',
  ],
  ...[
    'نص',
    ' ',
    '\0',
    '\ud800',
    '\u202e',
    '<figure>',
    '<figcaption>',
    '<pre>',
    '<br>',
    '<h1>',
    '<iframe src="//a.example">',
    '<noscript>',
  ],
);
const soup = fc
  .array(fc.oneof({ weight: 4, arbitrary: fragments }, fc.string({ maxLength: 6, unit: 'binary' })), { maxLength: 40 })
  .map((parts) => parts.join(''));

describe('hostile input', () => {
  it.each(['html', 'markdown', 'text'] as const)('gives a valid body whatever is sent as %s', async (form) => {
    await fc.assert(
      fc.asyncProperty(soup, async (text) => {
        const result = await toPortableText({ [form]: text });
        if (!result.ok) return;
        expect(portableText.safeParse(result.body).error).toBeUndefined();
        expectSafe(toHtml(result.body));
      }),
      { numRuns: 500 },
    );
  });

  const many = (count: number, piece: (index: number) => string) =>
    Array.from({ length: count }, (_, i) => piece(i)).join('');
  it.each<[string, BodyInput]>([
    ['10,000 elements in each other', { html: '<div>'.repeat(10_000) }],
    ['60,000 unclosed <b>', { html: '<b>'.repeat(60_000) }],
    ['40,000 line breaks', { html: 'a<br>'.repeat(40_000) }],
    ['30,000 cells in a row', { html: `<table><tr>${'<td>x'.repeat(30_000)}` }],
    ['a table of 20,000 rows', { html: `<table>${'<tr><th>x<td>y'.repeat(20_000)}` }],
    ['100,000 lines of a poem', { html: `<pre>${'س\n'.repeat(100_000)}` }],
    ['50,000 Arabic line breaks', { html: 'س<br>'.repeat(50_000) }],
    ['20,000 marked words in a poem', { html: `<pre class="wp-block-verse">${'<b>س</b>\n'.repeat(20_000)}` }],
    ['40,000 spaces before a break', { html: `س${'\u00a0'.repeat(40_000)}س<br>س` }],
    ['200,000 spaces in a link', { html: `<a href="#${' '.repeat(200_000)}x">س</a>` }],
    ['200,000 commas in sources', { html: `<img srcset="x${','.repeat(200_000)}x">` }],
    [
      '95 posts in each other',
      {
        html: `${'<blockquote class="twitter-tweet" cite="https://a.example/1">'.repeat(95)}${'س<i>س</i> '.repeat(20_000)}`,
      },
    ],
    ['22 captions in each other', { html: '<figure><figcaption>x'.repeat(22) }],
    [
      '22 captions in each other that are too long for their pictures',
      { html: `${'<figure><img src="https://a.example/1.jpg"><figcaption>'.repeat(22)}${'x'.repeat(6000)}` },
    ],
    ['20,000 marked words', { html: '<b>a</b>b'.repeat(20_000) }],
    ['30,000 attributes', { html: `<p ${many(30_000, (i) => `a${i} `)}>` }],
    ['formatting that is never closed', { html: many(12_000, (i) => `<p><b id=${i}>`) }],
    ['10,000 quotations in each other', { markdown: '>'.repeat(10_000) }],
    ['5,000 lists in each other', { markdown: `${'* '.repeat(5_000)}a` }],
    ['200,000 brackets', { markdown: '['.repeat(200_000) }],
    ['100,000 images that do not begin', { markdown: '!['.repeat(100_000) }],
    ['60,000 asterisks', { markdown: '*a **b '.repeat(30_000) }],
    ['60,000 paragraphs', { markdown: 'a\n\n'.repeat(60_000) }],
  ])('is answered in a moment: %s', async (_, input) => {
    // Quadratic readers take ten seconds and more for these; the bound leaves room for a slow machine.
    expect(await cpuTime(() => toPortableText(input))).toBeLessThan(5000);
  });

  const paragraph = (text: string): PortableText =>
    normaliseBody([{ _type: 'block', children: [{ _type: 'span', text }] }]);

  it.each([
    ['spaces', `a${' '.repeat(150_000)}b`],
    ['tabs', `a${'\t'.repeat(150_000)}b`],
    ['line breaks', `a${'\n'.repeat(19_998)}b`],
    ['spaces at the ends of lines', `${'    \n'.repeat(19_998)}b`],
  ])('that may be stored is written in every form in a moment: %s', async (_, text) => {
    const stored = portableText.parse(paragraph(text));
    for (const write of [toHtml, toMarkdown, toText]) expect(await cpuTime(() => write(stored))).toBeLessThan(2000);
  });

  it('is refused with more line breaks than can be written in a moment', async () => {
    expect(portableText.safeParse(paragraph('\n'.repeat(20_000))).success).toBe(false);
    expect(await toPortableText({ html: 'a<br>'.repeat(21_000) })).toMatchObject({
      ok: false,
      problems: [{ code: 'too_many_pieces' }],
    });
  });

  it('is refused, not cut, when it is nested too deeply', async () => {
    for (const input of [{ html: '<i>'.repeat(200) }, { markdown: `${'> '.repeat(200)}نص` }])
      expect(await toPortableText(input)).toMatchObject({ ok: false, problems: [{ code: 'too_deep' }] });
  });
});

describe('links', () => {
  it.each([
    'https://example.com/خبر?x=1#y',
    'HTTP://example.com',
    'mailto:a@b.example',
    'tel:+963',
    '/a',
    'a/b:c',
    '#x',
    '?a=b:c',
    '//cdn.example/x',
  ])('may be %s', (href) => {
    expect(isSafeHref(href)).toBe(true);
  });

  it.each([
    '',
    ' /a',
    'javascript:alert(1)',
    'JAVASCRIPT:x',
    'java\nscript:x',
    '\u0001javascript:x',
    '\u00a0javascript:x',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc',
    'blob:x',
    'https://',
    'http://a b',
    '//',
    `/${'a'.repeat(2000)}`,
  ])('may not be %j', (href) => {
    expect(isSafeHref(href)).toBe(false);
  });

  it('of images and embeds are full http or https addresses', () => {
    expect(['https://a.example/x', 'http://a.example'].every(isMediaUrl)).toBe(true);
    expect(['/x', '//a.example/x', 'data:x', 'javascript:x', 'https:x y'].some(isMediaUrl)).toBe(false);
  });
});

describe('written HTML', () => {
  it('holds every text escaped, and only known elements and attributes', () => {
    fc.assert(
      fc.property(body, (sent) => {
        const stored = normaliseBody(sent);
        const html = toHtml(stored);
        expectSafe(html);
        const shown = textOf(parseFragment(html)).replace(/\s/g, '');
        for (const block of stored)
          if (block._type === 'block')
            expect(shown).toContain(
              block.children
                .map((span) => span.text)
                .join('')
                .replace(/\s/g, ''),
            );
      }),
      { numRuns: 300 },
    );
  });

  it('leaves out addresses that were stored before they were refused', () => {
    const stored = [
      {
        _type: 'block',
        _key: 'b',
        style: 'normal',
        markDefs: [{ _type: 'link', _key: 'l', href: 'javascript:x' }],
        children: [{ _type: 'span', _key: 's', text: 'نص', marks: ['l'] }],
      },
      { _type: 'image', _key: 'i', url: 'javascript:x', alt: 'x' },
      { _type: 'embed', _key: 'e', url: 'data:text/html,x' },
    ] as PortableText;
    expect(toHtml(stored)).toBe('<p dir="auto">نص</p>\n');
    expect(toMarkdown(stored)).toBe('نص\n');
    expect(toText(stored)).toBe('نص');
  });

  it('escapes what would end a text or an attribute', () => {
    expect(escapeHtml(`<a href="x" id='y'>&amp;`)).toBe('&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;');
    expect(escapeHtml('«نص»')).toBe('«نص»');
  });
});

const elements = new Set(
  'p h3 h4 blockquote ul ol li strong em u s code sub sup a br hr pre figure figcaption span small img table caption thead tbody tr th td'.split(
    ' ',
  ),
);
const attributes = new Set(
  'dir href rel src alt width height loading data-embed data-provider data-language scope colspan rowspan start value'.split(
    ' ',
  ),
);

function expectSafe(html: string): void {
  visit(parseFragment(html));
  function visit(node: DefaultTreeAdapterTypes.Node): void {
    if ('tagName' in node) {
      expect(elements).toContain(node.tagName);
      for (const { name, value } of node.attrs) {
        expect(attributes).toContain(name);
        if (name === 'href') expect(isSafeHref(value)).toBe(true);
        if (name === 'src') expect(isMediaUrl(value)).toBe(true);
      }
    } else expect(['#document-fragment', '#text']).toContain(node.nodeName);
    if ('childNodes' in node) for (const child of node.childNodes) visit(child);
  }
}

function textOf(node: DefaultTreeAdapterTypes.Node): string {
  if ('value' in node) return node.value;
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';
}
