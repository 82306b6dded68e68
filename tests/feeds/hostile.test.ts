import fc from 'fast-check';
import { type DefaultTreeAdapterMap, parseFragment } from 'parse5';
import { describe, expect, it } from 'vitest';
import type { PublishedArticle } from '../../src/delivery/schemas.ts';
import { renderAtom } from '../../src/feeds/atom.ts';
import { renderHtml } from '../../src/feeds/html.ts';
import { renderJsonFeed } from '../../src/feeds/json-feed.ts';
import { renderJsonLd } from '../../src/feeds/json-ld.ts';
import { renderNinjs } from '../../src/feeds/ninjs.ts';
import { withoutPadding } from '../../src/feeds/plain-xml.ts';
import { renderRss } from '../../src/feeds/rss.ts';
import { renderNewsSitemap, renderSitemap } from '../../src/feeds/sitemap.ts';
import type { PortableText } from '../../src/portable-text/schema.ts';
import type { SiteSettings } from '../../src/settings/schemas.ts';
import { articleOf, channelOf as channelWith, fixedId, origin, site } from './fixtures.ts';
import { readXml } from './xml.ts';

/** Whatever text can hold: halves of characters, control characters, and what ends or begins markup. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc
    .array(
      fc.constantFrom(
        ...[
          '\ud83d',
          '\udc00',
          '\u0000',
          '\u0008',
          '\u000b',
          '\u001b',
          '\ufffe',
          '\uffff',
          '\r',
          '\n',
          '\u2028',
          '\u0085',
        ],
        ...[
          ']]>',
          '<![CDATA[',
          '-->',
          '</script>',
          '<script>alert(1)</script>',
          '<img src=x onerror=alert(1)>',
          '&',
          '"',
        ],
        ...[
          "'",
          '<',
          '>',
          '&#0;',
          '&nbsp;',
          '</div></article>',
          '<?xml',
          '\u202e',
          '\u2067',
          '👨‍👩‍👧',
          'سوريا',
          ' ',
          '\t',
        ],
      ),
      { maxLength: 6 },
    )
    .map((parts) => parts.join('')),
);
const url = fc.oneof(
  fc.constantFrom(
    'https://a.example/?a=1&b="<\'',
    'javascript:alert(1)',
    'data:text/html,<script>',
    '',
    'x" onload="y',
  ),
  text,
);
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });

const body = fc
  .tuple(text, text, url, url, text, text, text)
  .map(([one, two, href, src, alt, caption, code]): PortableText => {
    const span = { _type: 'span' as const, _key: 's', text: one, marks: ['l'] };
    const plain = { _type: 'block' as const, _key: 'a', style: 'normal' as const };
    return [
      { ...plain, markDefs: [{ _type: 'link', _key: 'l', href }], children: [span] },
      { ...plain, _key: 'b', style: 'blockquote', markDefs: [], children: [{ ...span, text: two, marks: [] }] },
      { _type: 'image', _key: 'c', url: src, alt, caption, credit: one },
      { _type: 'code', _key: 'd', code, language: alt },
      { _type: 'embed', _key: 'e', url: href, title: two, provider: caption },
    ];
  });

const named = fc.record({ id: fc.constant(fixedId(9)), name: text, slug: text });
const article: fc.Arbitrary<PublishedArticle> = fc
  .record({
    ...{ headline: text, kicker: maybe(text), lead: maybe(text), dateline: maybe(text) },
    ...{ source: maybe(fc.record({ name: text, url: maybe(url) })), category: maybe(named) },
    ...{ tags: fc.array(named, { maxLength: 2 }), locale: fc.constantFrom('ar', 'en', 'fa-IR') },
    authors: fc.array(fc.record({ id: fc.constant(fixedId(8)), name: text, slug: text, role: text }), { maxLength: 2 }),
    seo: maybe(fc.record({ title: text, description: text })),
    sections: fc.array(fc.record({ id: fc.constant(fixedId(7)), anchor: text, heading: maybe(text), body }), {
      maxLength: 2,
    }),
  })
  // Addresses are made of slugs, which are well-formed.
  .map(({ category, ...fields }) => {
    const made = articleOf({ id: fixedId(1), ...fields });
    return { ...made, category };
  });

const settings: fc.Arbitrary<SiteSettings> = fc
  .record({ name: text, description: maybe(text), feedText: fc.constantFrom('full' as const, 'summary' as const) })
  .map((fields) => ({ ...site, ...fields }));

const channelOf = (shown: PublishedArticle, own: SiteSettings, name: string | null) =>
  channelWith([shown, { ...shown, id: fixedId(2) }], {
    site: own,
    subject: name === null ? null : { kind: 'tag', id: fixedId(2), name, slug: 'x', description: name },
  });

describe('text of any kind', () => {
  it('never makes a feed or a sitemap that is not well-formed XML, or changes its shape', () => {
    fc.assert(
      fc.property(article, settings, maybe(text), (shown, own, name) => {
        const channel = channelOf(shown, own, name);
        const rss = readXml(renderRss(channel));
        expect(rss.elements('/rss/channel/item')).toHaveLength(2);
        expect(rss.elements('//item//*[not(self::media:* or ancestor::media:*)]/*')).toEqual([]);
        const atom = readXml(renderAtom(channel));
        expect(atom.elements('/atom:feed/atom:entry')).toHaveLength(2);
        const entry = { url: channel.items[0]?.url ?? '', headline: shown.headline, locale: shown.locale };
        const at = { updatedAt: new Date(0), publishedAt: new Date(0) };
        expect(readXml(renderSitemap([{ ...entry, ...at }])).elements('//map:url')).toHaveLength(1);
        expect(readXml(renderNewsSitemap(own.name, [{ ...entry, ...at }])).elements('//news:title')).toHaveLength(1);
      }),
      { numRuns: 300 },
    );
  });

  it('comes out of a feed as it went in, but for what XML cannot hold and white space at the ends', () => {
    fc.assert(
      fc.property(article, (shown) => {
        const channel = channelOf(shown, site, null);
        const [item] = channel.items;
        const asRead = (value: string | undefined) => (value ?? '').replace(/\r\n?/g, '\n').trim();
        const title = readXml(renderAtom(channel)).values('//atom:entry[1]/atom:title');
        expect((title[0] ?? '').trim()).toBe(asRead(item?.title));
        const place = item?.summary === '' ? 'description' : 'content:encoded';
        const html = readXml(renderRss(channel)).values(`//item[1]/${place}`);
        expect((html[0] ?? '').trim()).toBe(asRead(item?.html ?? ''));
      }),
      { numRuns: 200 },
    );
  });

  it('never makes JSON that a strict reader refuses', () => {
    fc.assert(
      fc.property(article, settings, (shown, own) => {
        for (const json of [
          renderJsonFeed(channelOf(shown, own, null)),
          renderNinjs(shown, own, origin),
          renderJsonLd(shown, own, origin),
        ]) {
          expect(JSON.parse(json)).toBeTypeOf('object');
          expect(json.isWellFormed()).toBe(true);
          expect(json).not.toMatch(/(?<!\\)(?:\\\\)*\\ud[89a-f]/i);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('cannot end a script element that JSON-LD stands in', () => {
    fc.assert(
      fc.property(article, settings, (shown, own) => {
        expect(renderJsonLd(shown, own, origin)).not.toMatch(/[<>&\u2028\u2029]/);
      }),
    );
  });

  it('is text in the HTML fragment: no element, attribute or address comes of it', () => {
    fc.assert(
      fc.property(article, (shown) => {
        const html = renderHtml(shown, site);
        const errors: string[] = [];
        const root = parseFragment(html, { onParseError: ({ code }) => void errors.push(code) });
        expect(errors).toEqual([]);
        expect(root.childNodes.map(({ nodeName }) => nodeName).filter((name) => name !== '#text')).toEqual(['article']);
        for (const { tagName, attrs } of elementsIn(root)) {
          expect(tags).toContain(tagName);
          for (const { name, value } of attrs) {
            expect(attributes).toContain(name);
            if (name === 'href' || name === 'src') expect(value).toMatch(/^(?:https?:\/\/|[^:]*$|[^:]*[/?#])/);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('XML without padding', () => {
  it('holds the same text', () => {
    fc.assert(
      fc.property(
        fc.array(
          text.filter((value) => value.isWellFormed()),
          { maxLength: 4 },
        ),
        (texts) => {
          const allowed = texts.map((value) => value.replace(/[^\n\t\x20-\ud7ff\ue000-\ufffd]/g, ''));
          const padded = allowed
            .map((value) => `<b>\n  <![CDATA[${value.replaceAll(']]>', ']]]]><![CDATA[>')}]]>\n</b>`)
            .join('\n ');
          const { values } = readXml(withoutPadding(`<?xml version="1.0"?>\n<a x="&gt;">\n${padded}</a>`));
          expect(values('/a/b')).toEqual(allowed);
        },
      ),
    );
  });
});

const tags = [
  ...[
    'article',
    'header',
    'section',
    'p',
    'h1',
    'h2',
    'h3',
    'h4',
    'time',
    'span',
    'bdi',
    'a',
    'br',
    'figure',
    'figcaption',
  ],
  ...['img', 'small', 'blockquote', 'pre', 'code', 'hr', 'ul', 'ol', 'li', 'strong', 'em', 'u', 's', 'sub', 'sup'],
];
const attributes = [
  ...['lang', 'dir', 'id', 'class', 'href', 'rel', 'datetime', 'src', 'alt', 'width', 'height', 'loading'],
  ...['data-embed', 'data-provider', 'data-language'],
];

type Parent = DefaultTreeAdapterMap['parentNode'];

function elementsIn(parent: Parent): DefaultTreeAdapterMap['element'][] {
  return parent.childNodes.flatMap((node) => ('tagName' in node ? [node, ...elementsIn(node)] : []));
}
