import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parseAtomFeed, parseJsonFeed, parseRssFeed } from 'feedsmith';
import { XmlDocument, XsdValidator } from 'libxml2-wasm';
import { xmlRegisterFsInputProviders } from 'libxml2-wasm/lib/nodejs.mjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { PublishedArticle } from '../../src/delivery/schemas.ts';
import { renderAtom } from '../../src/feeds/atom.ts';
import type { Channel } from '../../src/feeds/channel.ts';
import { renderJsonFeed } from '../../src/feeds/json-feed.ts';
import { renderNinjs } from '../../src/feeds/ninjs.ts';
import { renderRss } from '../../src/feeds/rss.ts';
import { renderNewsSitemap, renderSitemap, renderSitemapIndex } from '../../src/feeds/sitemap.ts';
import type { SiteSettings } from '../../src/settings/schemas.ts';
import { articleOf, channelOf as channelWith, fixedId, fullArticle, origin, seedArticle, site } from './fixtures.ts';
import { readXml } from './xml.ts';

const bareArticle = articleOf({ id: fixedId(3), lead: null });
const bareSite: SiteSettings = { ...site, description: null, logoUrl: null, socialAccounts: [], baseUrl: null };
const articles = [seedArticle, fullArticle, bareArticle];
const feedUrl = 'https://sham.example/feeds/x';

function channelOf(shown: PublishedArticle[], settings: SiteSettings = site) {
  return channelWith(shown, { site: settings, feedUrl });
}

const channels = [
  ['full texts', channelOf(articles)],
  ['summaries', channelOf(articles, { ...site, feedText: 'summary' })],
  ['a site without settings', channelOf(articles, bareSite)],
  ['no articles', channelOf([], bareSite)],
] as const;

const schema = (name: string) =>
  JSON.parse(readFileSync(new URL(`./schemas/${name}`, import.meta.url), 'utf8')) as Record<string, unknown>;

describe('ninjs', () => {
  for (const version of ['3.0', '3.1'])
    it(`meets the schema of IPTC, version ${version}`, () => {
      const ajv = new Ajv2020({ strict: false, allErrors: true });
      addFormats.default(ajv);
      ajv.addSchema({ $id: 'https://geojson.org/schema/GeoJSON.json', type: 'object' });
      const validate = ajv.compile(schema(`ninjs-schema_${version}.json`));
      for (const settings of [site, bareSite])
        for (const article of articles) {
          const item = JSON.parse(renderNinjs(article, settings, origin)) as Record<string, unknown>;
          validate(item);
          expect(validate.errors).toBeNull();
          // The check must be able to fail.
          expect(validate({ ...item, pubStatus: 'perhaps' })).toBe(false);
        }
    });
});

describe('JSON Feed', () => {
  // The schemas are of draft 4, which differs from what the validator knows only in the name of their id.
  const asDraft7 = (name: string) => {
    const { $schema: _, id, ...rest } = schema(name);
    return { ...rest, $id: String(id) };
  };

  it.each(channels)('meets the schema of SchemaStore: %s', (_, channel) => {
    const ajv = new Ajv({ strict: false, allErrors: true });
    addFormats.default(ajv);
    ajv.addSchema(asDraft7('jsonfeed-1.json'));
    const validate = ajv.compile(asDraft7('jsonfeed-1.1.json'));
    const feed = JSON.parse(renderJsonFeed(channel)) as { version: string };
    validate(feed);
    expect(validate.errors).toBeNull();
    expect(feed.version).toBe('https://jsonfeed.org/version/1.1');
    expect(validate({ ...feed, title: undefined })).toBe(false);
  });

  it('is read by another parser', () => {
    const feed = parseJsonFeed(renderJsonFeed(channelOf(articles)));
    expect(feed).toMatchObject({ title: site.name, language: 'ar-SY', feed_url: feedUrl });
    expect(feed.items?.map(({ title, id }) => [title, id])).toEqual(
      articles.map(({ headline, id }) => [headline, `urn:uuid:${id}`]),
    );
  });
});

describe('RSS', () => {
  it.each(channels)('has what RSS 2.0 requires: %s', (_, channel) => {
    const { one, values, elements } = readXml(renderRss(channel));
    expect(one('/rss/@version')).toBe('2.0');
    for (const name of ['title', 'link', 'description', 'language']) expect(one(`/rss/channel/${name}`)).not.toBe('');
    expect(one("/rss/channel/atom:link[@rel='self']/@href")).toBe(feedUrl);
    expect(values('//pubDate').every((date) => date === new Date(date).toUTCString())).toBe(true);
    expect(elements('//item')).toHaveLength(channel.items.length);
    // Of no articles there is no last change.
    expect(values('/rss/channel/lastBuildDate')).toHaveLength(Math.min(1, channel.items.length));
    for (const [index, item] of elements('//item').entries()) {
      const { title, url, id, html } = channel.items[index] ?? expect.unreachable();
      expect(one('title', item)).toBe(title);
      expect(one('link', item)).toBe(url);
      expect([one('guid', item), one('guid/@isPermaLink', item)]).toEqual([id, 'false']);
      // The bare article says nothing that could stand before its content.
      const isBare = title === 'خبر';
      expect(values('description', item)).toEqual(
        isBare ? (html === null ? [] : [html]) : [expect.stringMatching(/\S/)],
      );
      expect(values('content:encoded', item)).toEqual(html === null || isBare ? [] : [html]);
    }
  });

  it('names the writers, the terms, the languages and the pictures', () => {
    const { values } = readXml(renderRss(channelOf(articles)));
    expect(values('//item[1]/dc:creator')).toEqual(['ليلى حداد']);
    expect(values('//item[1]/dc:contributor')).toEqual(['سامر الخطيب']);
    expect(values('//item[1]/category')).toEqual(['سياسة', 'سوريا', 'التحالف الدولي']);
    expect(values('//item/dc:language')).toEqual(['ar', 'en-GB', 'ar']);
    expect(values('//item[2]/media:content/@url')).toEqual(['https://cdn.sham.example/a.jpg?w=1200&q=80']);
    expect(values('//item[2]/media:content/media:credit')).toEqual(['Photo: R. Haddad']);
    expect(values('//item[2]/media:content/media:description')).toEqual(['A market & its <people>']);
  });

  it('describes a picture without a caption by what it shows', () => {
    const image = { _type: 'image', _key: 'a', url: 'https://cdn.sham.example/b.jpg', alt: 'سوق عند الفجر' } as const;
    const shown = { ...fullArticle, sections: [{ id: fixedId(30), anchor: 's1', heading: null, body: [image] }] };
    const { values } = readXml(renderRss(channelOf([shown])));
    expect(values('//media:content/media:description')).toEqual(['سوق عند الفجر']);
  });

  it('says in a description, which is read as HTML, the very letters of the lead', () => {
    const [description] = readXml(renderRss(channelOf([fullArticle]))).values('//item/description');
    expect(description).toContain('&lt;/script&gt;&lt;script&gt;alert(1)');
    expect(description).not.toMatch(/<(?!br>)/);
  });

  it('writes plain text as the profile of the RSS Advisory Board recommends', () => {
    const headline = 'A&B <b>قَالَ</b> "نَعَم" & \'لا\' ]]> &amp; && &&';
    const channel = channelOf([{ ...fullArticle, headline, lead: headline }], { ...site, name: headline });
    const xml = renderRss({ ...channel, description: headline });
    const written = headline.replaceAll('&', '&#x26;').replaceAll('<', '&#x3C;').replaceAll('>', '&#x3E;');
    const shown = xml.replaceAll('&quot;', '"').replaceAll('&apos;', "'");
    for (const name of ['title', 'description'])
      expect(shown.split(`<${name}>${written}</${name}>`)).toHaveLength(name === 'title' ? 4 : 2);
    const { one } = readXml(xml);
    for (const path of ['title', 'description', 'image/title', 'item/title'])
      expect(one(`/rss/channel/${path}`)).toBe(headline);
    // Only an item's description is HTML.
    expect(one('//item/description')).toBe(
      'A&amp;B &lt;b&gt;قَالَ&lt;/b&gt; "نَعَم" &amp; \'لا\' ]]&gt; &amp;amp; &amp;&amp; &amp;&amp;',
    );
    expect(parseRssFeed(xml)).toMatchObject({ title: headline, items: [{ title: headline }] });
  });

  it('is read by another parser', () => {
    const feed = parseRssFeed(renderRss(channelOf(articles)));
    expect(feed).toMatchObject({ title: site.name, link: 'https://sham.example/', language: 'ar-SY' });
    expect(feed.items?.map(({ title }) => title)).toEqual(articles.map(({ headline }) => headline));
  });
});

describe('Atom', () => {
  const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

  it.each(channels)('has what RFC 4287 requires: %s', (_, channel) => {
    const { one, values, elements } = readXml(renderAtom(channel));
    for (const parent of ['/atom:feed', '/atom:feed/atom:entry'])
      for (const element of elements(parent)) {
        for (const name of ['id', 'title', 'updated']) expect(one(`atom:${name}`, element)).not.toBe('');
        expect(one('atom:id', element)).toMatch(/^(?:urn:uuid:|https:)\S+$/);
        expect(one("atom:link[@rel='alternate']/@href", element)).toMatch(/^https:\/\/\S+$/);
        expect(
          values('atom:author/atom:name | ancestor-or-self::atom:feed/atom:author/atom:name', element),
        ).not.toEqual([]);
      }
    const dates = values('//atom:updated | //atom:published');
    expect(dates.filter((date) => !instant.test(date) || Number.isNaN(Date.parse(date)))).toEqual([]);
    const ids = values('//atom:id');
    expect(new Set(ids).size).toBe(ids.length);
    expect(one("/atom:feed/atom:link[@rel='self']/@href")).toBe(feedUrl);
    expect(values('//atom:entry/atom:title')).toEqual(channel.items.map(({ title }) => title));
    expect(values("//atom:entry/atom:content[@type='html']")).toEqual(
      channel.items.flatMap(({ html }) => (html === null ? [] : [html])),
    );
  });

  it('holds no white space in an address', () => {
    const { one } = readXml(renderAtom(channelOf(articles, { ...site, logoUrl: `${site.logoUrl}&a=1&b=2&c=3&d=4` })));
    expect(one('/atom:feed/atom:logo')).toBe(`${site.logoUrl}&a=1&b=2&c=3&d=4`);
  });

  it('tells the language of the feed and of each entry, and its direction inside of the text', () => {
    const { values } = readXml(renderAtom(channelOf(articles)));
    expect(values('/atom:feed/@xml:lang')).toEqual(['ar-SY']);
    expect(values('//atom:entry/@xml:lang')).toEqual(['ar', 'en-GB', 'ar']);
    expect(values('//atom:content').map((html) => html.slice(0, html.indexOf('>') + 1))).toEqual([
      '<div lang="ar" dir="rtl">',
      '<div lang="en-GB" dir="ltr">',
      '<div lang="ar" dir="rtl">',
    ]);
  });

  it('is read by another parser', () => {
    const feed = parseAtomFeed(renderAtom(channelOf(articles)));
    expect(feed.entries?.map(({ id }) => id)).toEqual(articles.map(({ id }) => `urn:uuid:${id}`));
    expect(feed.entries?.[0]?.authors?.map(({ name }) => name)).toEqual(['ليلى حداد']);
    expect(feed.entries?.[0]?.contributors?.map(({ name }) => name)).toEqual(['سامر الخطيب']);
  });
});

describe('the title of a feed of one subject', () => {
  const formats = {
    rss: (channel: Channel) => readXml(renderRss(channel)).one('/rss/channel/title'),
    atom: (channel: Channel) => readXml(renderAtom(channel)).one('/atom:feed/atom:title'),
    json: (channel: Channel) => JSON.parse(renderJsonFeed(channel)).title as string,
  };

  it.each(Object.entries(formats))('holds nothing that cannot be seen: %s', (_, titleOf) => {
    for (const name of ['سياسة', 'NATO'])
      expect(titleOf(channelWith([], { subject: { kind: 'tag', id: 'x', name, slug: 'x', description: null } }))).toBe(
        `${name} - ${site.name}`,
      );
  });
});

describe('sitemaps', () => {
  let isValid: (xml: string, index?: boolean) => true | string;
  beforeAll(() => {
    xmlRegisterFsInputProviders();
    const validatorOf = (name: string) => {
      const path = fileURLToPath(new URL(`./schemas/${name}`, import.meta.url));
      return XsdValidator.fromDoc(XmlDocument.fromBuffer(readFileSync(path), { url: path }));
    };
    // Both name the same namespace, so each is a schema of its own.
    const [all, index] = [validatorOf('all.xsd'), validatorOf('siteindex.xsd')];
    isValid = (xml, asIndex = false) => {
      try {
        (asIndex ? index : all).validate(XmlDocument.fromString(xml));
        return true;
      } catch (error) {
        return String(error);
      }
    };
  });

  const entries = articles.map(({ url, updatedAt, headline, locale, publishedAt }) => ({
    ...{ url, updatedAt: new Date(updatedAt), headline, locale, publishedAt: new Date(publishedAt) },
  }));

  it('meet the schema of sitemaps.org', () => {
    expect(isValid(renderSitemap(entries))).toBe(true);
    expect(isValid(renderSitemap(entries).replace('<loc>', '<lok>').replace('</loc>', '</lok>'))).not.toBe(true);
  });

  it('have an index that meets its schema', () => {
    const parts = [0, 1].map((part) => ({ url: `https://sham.example/sitemap-${part}.xml`, updatedAt: null }));
    expect(isValid(renderSitemapIndex(parts), true)).toBe(true);
    expect(isValid(renderSitemapIndex([]), true)).not.toBe(true);
  });

  it('for news meet the schema of Google News, in every language', () => {
    const locales = ['ar', 'ar-SY', 'en-GB', 'zh-CN', 'zh-Hant-TW', 'zh', 'ckb', 'fa-IR'];
    const shown = locales.map((locale) => ({ ...(entries[1] ?? expect.unreachable()), locale }));
    const xml = renderNewsSitemap(site.name, [...entries, ...shown]);
    expect(isValid(xml)).toBe(true);
    expect(isValid(xml.replace('<news:title>', '<news:titel>').replace('</news:title>', '</news:titel>'))).not.toBe(
      true,
    );
    expect(readXml(xml).values('//news:title')[0]).toBe(seedArticle.headline);
    expect(readXml(xml).values('//news:language').slice(entries.length)).toEqual(
      'ar ar en zh-cn zh-tw zh-cn ckb fa'.split(' '),
    );
  });
});
