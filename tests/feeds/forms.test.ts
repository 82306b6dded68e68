import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { type DefaultTreeAdapterMap, parseFragment } from 'parse5';
import { describe, expect, it } from 'vitest';
import type { PublishedArticle } from '../../src/delivery/schemas.ts';
import { bodyHtml, summaryOf } from '../../src/feeds/article-parts.ts';
import { toItem } from '../../src/feeds/channel.ts';
import { renderHtml } from '../../src/feeds/html.ts';
import { renderJsonLd } from '../../src/feeds/json-ld.ts';
import { renderMarkdown } from '../../src/feeds/markdown.ts';
import { renderPlainText } from '../../src/feeds/plain-text.ts';
import { parseNewsPage } from '../../src/imports/news-page.ts';
import { readBody } from '../../src/portable-text/body-input.ts';
import { line } from '../portable-text/arbitraries.ts';
import { articleOf, fixedId, fullArticle, origin, page, seedArticle, site } from './fixtures.ts';

const bare = articleOf({ id: fixedId(3) });

describe('JSON-LD', () => {
  const read = (article: PublishedArticle, settings = site) => JSON.parse(renderJsonLd(article, settings, origin));

  it('has what search engines ask of an article, whatever the article has', () => {
    const poor = { ...site, baseUrl: null, logoUrl: null, description: null, socialAccounts: [] };
    for (const settings of [site, poor])
      for (const article of [seedArticle, fullArticle, bare]) {
        const document = read(article, settings);
        expect(document).toMatchObject({ '@context': 'https://schema.org', '@type': 'NewsArticle' });
        expect(document.headline).toMatch(/\S/);
        for (const date of [document.datePublished, document.dateModified])
          expect(date).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(?:Z|[+-]\d\d:\d\d)$/);
        expect(Date.parse(document.dateModified)).toBeGreaterThanOrEqual(Date.parse(document.datePublished));
        expect(document.author.length).toBeGreaterThan(0);
        for (const author of document.author)
          expect([author['@type'], author.name]).toEqual([
            expect.stringMatching(/^(?:Person|Organization)$/),
            expect.stringMatching(/\S/),
          ]);
        expect(document.publisher).toMatchObject({ '@type': 'NewsMediaOrganization', name: site.name });
        expect(document.publisher.logo === undefined).toBe(settings.logoUrl === null);
        for (const address of [
          document.url,
          document.publisher.url,
          document.mainEntityOfPage['@id'],
          ...(document.image ?? []),
        ])
          expect(new URL(address).protocol).toBe('https:');
        // Two things with one name are one thing to who reads linked data.
        expect(document['@id']).not.toBe(document.mainEntityOfPage['@id']);
      }
  });

  it('names the accounts of the site as URIs, and none that is no web address', () => {
    const accounts = ['https://social.example/@شام', 'javascript:alert(1)'];
    const { publisher } = read(bare, { ...site, socialAccounts: accounts });
    expect(publisher.sameAs).toEqual([`https://social.example/@${encodeURIComponent('شام')}`]);
  });

  it('shows the pictures of the article, and none where it has none', () => {
    expect(read(fullArticle).image).toEqual(['https://cdn.sham.example/a.jpg?w=1200&q=80']);
    expect(read(seedArticle)).not.toHaveProperty('image');
  });

  it('leaves out what an article of nothing but a headline does not have', () => {
    const document = read(articleOf({ id: fixedId(3), sections: [], lead: null }));
    for (const member of ['description', 'articleBody']) expect(document).not.toHaveProperty(member);
    expect(Object.values(document)).not.toContain('');
  });

  it('names the writers, and the house where nobody signed', () => {
    expect(read(seedArticle).author).toEqual([
      { '@type': 'Person', name: 'ليلى حداد', url: encodeURI('https://sham.example/authors/ليلى-حداد/') },
    ]);
    expect(read(bare).author).toEqual([{ '@type': 'Organization', name: site.name, url: 'https://sham.example/' }]);
  });

  it('follows what an editor wrote for search engines', () => {
    const seo = { title: 'عنوان آخر', description: 'وصف آخر', canonicalUrl: 'https://other.example/x' };
    expect(read({ ...seedArticle, seo })).toMatchObject({
      ...{ headline: seedArticle.headline, alternativeHeadline: 'عنوان آخر', description: 'وصف آخر' },
      mainEntityOfPage: { '@id': 'https://other.example/x' },
    });
  });
});

describe('an HTML fragment', () => {
  it('has one heading, its language and direction, its time, and sections that can be linked to', () => {
    const root = elements(parseFragment(renderHtml(fullArticle, site)));
    const named = (name: string) => root.filter(({ tagName }) => tagName === name);
    expect(named('article').map(attributesOf)).toEqual([{ lang: 'en-GB', dir: 'ltr' }]);
    expect(named('h1').map(textOf)).toEqual([fullArticle.headline]);
    expect(named('time').map(attributesOf)).toEqual([{ datetime: fullArticle.publishedAt }]);
    expect(named('section').map(attributesOf)).toEqual([{ id: 's1' }, { id: 's2' }]);
    expect(named('h2').map(textOf)).toEqual(['What next? <i>']);
    expect(attributesOf(elements(parseFragment(renderHtml(seedArticle, site)))[0])).toEqual({ lang: 'ar', dir: 'rtl' });
  });

  it('lets each text that people wrote find its own direction', () => {
    const authors = [{ id: fixedId(8), name: 'ليلى حداد', slug: 'x', role: 'author' }];
    const root = elements(parseFragment(renderHtml({ ...fullArticle, authors }, site)));
    const written = root.filter((element) => /^(?:h[1-4]|p|li)$/.test(element.tagName));
    for (const element of written)
      if (attributesOf(element).class !== 'byline' && attributesOf(element).class !== 'published')
        expect([textOf(element), attributesOf(element).dir]).toEqual([textOf(element), 'auto']);
    expect(root.filter(({ tagName }) => tagName === 'bdi').map(textOf)).toEqual(['ليلى حداد']);
  });

  it('leaves what has no letters, such as scores and years, in the direction of the article', async () => {
    const html =
      '<h3>2 - 1</h3><p>٣ - ٢</p><ul><li>1<ul><li>أ</ul></ul><blockquote>*</blockquote><table><caption>2025</caption><tr><th>2024<th>أ<tr><td>3 - 2<td></table><figure><img src="https://a.example/1.jpg"><figcaption>(1)</figcaption></figure>';
    const sections = [{ id: fixedId(20), anchor: 's1', heading: '1948 - 2011', body: await readBody({ html }) }];
    const texts = { headline: '1 - 0', kicker: '24/7', lead: '1 - 0', dateline: '33.5, 36.3' };
    const article = articleOf({ id: fixedId(3), source: { name: '24', url: null }, ...texts, sections });
    // As «dir="auto"» it would be read from left to right (HTML, 3.2.6.4).
    for (const form of [renderHtml(article, site), bodyHtml(article, article.url), toItem(article, site, origin).html])
      expect([...(form ?? '').matchAll(/<(\w+)[^>]* dir="auto">([^<]*)/g)].map(([, tag, text]) => [tag, text])).toEqual(
        [
          ['li', 'أ'],
          ['th', 'أ'],
        ],
      );
  });

  it('writes the date in the language of the article, on the clocks of the site', () => {
    const dateOf = (article: PublishedArticle, settings = site) =>
      elements(parseFragment(renderHtml(article, settings)))
        .filter(({ tagName }) => tagName === 'time')
        .map(textOf)[0];
    expect(dateOf(seedArticle)).toBe('الثلاثاء 11 تشرين الثاني 2025 01:00 صباحًا');
    expect(dateOf(fullArticle)).toBe('Tuesday, November 11, 2025 at 1:15 AM');
    const british = { ...site, locale: 'en-GB' };
    expect(dateOf(fullArticle, british)).toContain('11 November 2025');
    expect(dateOf(seedArticle, british)).toContain('الثلاثاء 11');
  });
});

describe('Markdown', () => {
  const parser = new MarkdownIt('commonmark');
  /** Blocks of text as another parser reads them: the element that each stands in, and its words. */
  function blocks(markdown: string) {
    const tokens = parser.parse(markdown, {});
    return tokens.flatMap((token, index) => {
      if (token.type !== 'inline') return [];
      const words = (token.children ?? []).map(({ type, content }) => (type === 'softbreak' ? ' ' : content)).join('');
      return [[tokens[index - 1]?.tag ?? '', words] as const];
    });
  }

  it('is read back with its headline, origin, lead and sections', () => {
    const read = blocks(renderMarkdown(seedArticle, site));
    expect(read.slice(0, 3)).toEqual([
      ['h1', seedArticle.headline],
      ['p', 'ليلى حداد، سامر الخطيب (تحرير)، المصدر 7، الثلاثاء 11 تشرين الثاني 2025 01:00 صباحًا'],
      ['p', seedArticle.lead],
    ]);
    expect(read.filter(([tag]) => tag === 'h2').map(([, words]) => words)).toEqual(
      page.sections.map(({ heading }) => heading),
    );
    expect(
      read
        .slice(3)
        .filter(([tag]) => tag === 'p')
        .map(([, words]) => words),
    ).toEqual(page.sections.flatMap(({ paragraphs }) => paragraphs));
  });

  it('keeps the very words, whatever Markdown would take them for', () => {
    const words = fc.oneof(
      line,
      fc.constantFrom('#', 'C #', 'a ##', '1. x', '- x', '+ x', '*', '> x', '=== ', '[x]: /y'),
    );
    fc.assert(
      fc.property(words, words, words, words, (headline, lead, name, heading) => {
        const author = { id: fixedId(8), name, slug: 'x', role: 'author' };
        const sections = [{ id: fixedId(7), anchor: 's1', heading, body: [] }];
        const read = blocks(
          renderMarkdown({ ...bare, headline, kicker: name, lead, authors: [author], sections }, site),
        );
        const [kicker, title, by, beginning, last] = read;
        expect([kicker, title, beginning, last]).toEqual([
          ['p', name.trim()],
          ['h1', headline.trim()],
          ['p', lead.trim()],
          ['h2', heading.trim()],
        ]);
        expect(by?.[1].startsWith(`${name.trim()}، `)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('plain text', () => {
  it('is read by the importer of news pages as the page that it came from', () => {
    const again = parseNewsPage(renderPlainText(seedArticle, site), { timeZone: site.timeZone });
    if (!again.ok) throw new Error(again.problems.join());
    const { headline, source, publishedAt, lead, sections, dir } = again.page;
    expect({ headline, source, publishedAt, lead, sections, dir }).toEqual({
      ...{ headline: page.headline, source: page.source, publishedAt: page.publishedAt },
      ...{ lead: page.lead, sections: page.sections, dir: page.dir },
    });
  });

  it('is read so with every way to write the date', () => {
    for (const months of ['international', 'levant', 'maghreb', 'maroc', 'dual'] as const)
      for (const digits of ['latn', 'arab'] as const)
        for (const locale of ['ar', 'ar-EG', 'en-GB']) {
          const text = renderPlainText(seedArticle, { ...site, months, digits, locale });
          const again = parseNewsPage(text, { timeZone: site.timeZone });
          expect([months, digits, locale, again.ok && again.page.publishedAt]).toEqual([
            ...[months, digits, locale, page.publishedAt],
          ]);
        }
  });

  it('names the site where a story came from nowhere else', () => {
    expect(renderPlainText(bare, site)).toBe(`خبر - ${site.name}، الثلاثاء 11 تشرين الثاني 2025 11:00 صباحًا\n`);
  });

  it('leaves no hole where a section says nothing', async () => {
    const texts = ['أول', '', 'ثان'];
    const sections = await Promise.all(
      texts.map(async (text, n) => ({
        ...{ id: fixedId(n), anchor: `s${n}`, heading: null },
        body: await readBody({ text }),
      })),
    );
    expect(renderPlainText({ ...bare, sections }, site)).toMatch(/صباحًا\n\nأول\n\nثان\n$/);
  });
});

describe('a summary', () => {
  const whole = (lead: string) => summaryOf({ ...bare, lead }, 20);

  it('is cut between words', () => {
    expect(whole('وقعت سوريا إعلان تعاون')).toBe('وقعت سوريا إعلان…');
    expect(whole('وقعت سوريا\nإعلانتعاونسياسي')).toBe('وقعت سوريا…');
    const exact = `${'س'.repeat(9)} ${'ش'.repeat(10)}`;
    expect([whole(exact), whole(`${exact}ص`)]).toEqual([exact, `${'س'.repeat(9)} ${'ش'.repeat(10)}…`]);
  });

  it('never cuts a letter from its marks, or a character in two', () => {
    expect(whole(`${'س'.repeat(19)}😀😀`)).toBe(`${'س'.repeat(19)}…`);
    expect(whole(`${'س'.repeat(18)}مُّح`)).toBe(`${'س'.repeat(18)}…`);
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (lead) => whole(lead).isWellFormed()));
  });
});

type Node = DefaultTreeAdapterMap['node'];
type Element = DefaultTreeAdapterMap['element'];

function elements(node: Node): Element[] {
  const children = 'childNodes' in node ? node.childNodes : [];
  return children.flatMap((child) => ('tagName' in child ? [child, ...elements(child)] : []));
}

function attributesOf(element: Element | undefined): Record<string, string> {
  return Object.fromEntries((element?.attrs ?? []).map(({ name, value }) => [name, value]));
}

function textOf(node: Node): string {
  if ('value' in node) return node.value;
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';
}
