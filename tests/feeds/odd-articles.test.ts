import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parseAtomFeed, parseRssFeed } from 'feedsmith';
import MarkdownIt from 'markdown-it';
import { parseFragment } from 'parse5';
import { describe, expect, it } from 'vitest';
import type { PublishedArticle } from '../../src/delivery/schemas.ts';
import { renderAtom } from '../../src/feeds/atom.ts';
import { renderHtml } from '../../src/feeds/html.ts';
import { renderJsonFeed } from '../../src/feeds/json-feed.ts';
import { renderJsonLd } from '../../src/feeds/json-ld.ts';
import { renderMarkdown } from '../../src/feeds/markdown.ts';
import { renderNinjs } from '../../src/feeds/ninjs.ts';
import { renderRss } from '../../src/feeds/rss.ts';
import { type BodyInput, readBody } from '../../src/portable-text/body-input.ts';
import { articleOf, channelOf, fixedId, origin, site } from './fixtures.ts';
import { readXml } from './xml.ts';

type Given = Partial<PublishedArticle> & { body?: BodyInput };

const picture = (n: number) => ({ _type: 'image' as const, url: `https://cdn.sham.example/${n}.jpg?a=1&b=${n}` });
const named = (name: string) => ({ id: fixedId(51), name, slug: name });
const by = (role: string, name = 'سامر') => [{ id: fixedId(50), name, slug: 'x', role }];

/** What an article can be that most are not. */
const odd: [string, Given][] = [
  ['a headline alone', {}],
  ['no lead', { body: { text: 'فقرة أولى.\n\nفقرة ثانية.' } }],
  ['pictures alone', { body: [picture(1), picture(2)] }],
  [
    'pictures with words',
    { authors: by('تصوير'), body: [{ ...picture(1), caption: 'سوق <الحميدية>', credit: '& سامر' }] },
  ],
  ['a very long headline', { headline: 'كلمة طويلة جدا '.repeat(20).trim() }],
  ['a very long lead', { lead: 'جملة تصف ما جرى. '.repeat(250).trim() }],
  [
    'both directions',
    { headline: 'شركة Apple تطلق iPhone 17 (بسعر $1,199)', body: { markdown: 'نص ثم English.\n\n- item' } },
  ],
  ['English with Arabic names', { locale: 'en', headline: 'A deal', authors: by('author'), dateline: 'دمشق' }],
  ['a category and a tag of one name', { category: named('سياسة'), tags: [named('سياسة'), named('سوريا')] }],
  ['Persian', { locale: 'fa', headline: 'می‌خواهم', lead: 'نیم‌فاصله' }],
  ['Hebrew', { locale: 'he', headline: 'שלום' }],
  ['Chinese', { locale: 'zh-Hans', headline: '叙利亚签署协议', authors: by('author', '王') }],
  ['Kurdish', { locale: 'ckb', headline: 'هەواڵی سوریا' }],
  ['vowel marks', { headline: 'قَالَ الوَزِيرُ: «إِنَّ الحَقَّ»', kicker: 'عَاجِل' }],
  ['a table', { body: { markdown: '| الفريق | نقاط |\n|---|---|\n| الوحدة & | 12 |' } }],
  ['an embed', { body: { html: '<iframe src="https://v.example/?a=1&amp;b=2" title="فيديو <1>"></iframe>' } }],
  ['an embed without a name', { body: { html: '<iframe src="https://v.example/x"></iframe>' } }],
  ['quotes', { headline: 'قال «نعم» و"لا" و‘ربما’ و\'لن\'', body: { markdown: '> «سنبقى»\n>\n> — الوزير' } }],
  [
    'notes and links',
    { body: { html: '<p>نص<sup><a href="#n1">1</a></sup> <a href="/a b">رابط</a></p><p>1. حاشية</p>' } },
  ],
  ['emoji', { headline: 'فوز 🇸🇾🎉 👨‍👩‍👧', lead: '🎉', body: { text: '🏆' } }],
  ['code', { body: { markdown: '```js\nif (a < b && c) "]]>"\n```\n\nنص `x<y`' } }],
  ['lists in lists', { body: { markdown: '1. أ\n2. ب\n   - ج\n     1. د\n\nبعد' } }],
  [
    'what is markup elsewhere',
    { headline: 'A & B <c> &amp; ]]>', kicker: '<k>', source: { name: 'R&D', url: 'https://r.example/?س=1&b=<' } },
  ],
];

const schema = (name: string) => JSON.parse(readFileSync(new URL(`./schemas/${name}`, import.meta.url), 'utf8'));
const ninjs = new Ajv2020({ strict: false });
addFormats.default(ninjs);
ninjs.addSchema({ $id: 'https://geojson.org/schema/GeoJSON.json', type: 'object' });
const jsonFeed = new Ajv({ strict: false });
addFormats.default(jsonFeed);
const asDraft7 = ({ $schema: _, id, ...rest }: { $schema: string; id: string }) => ({ ...rest, $id: id });
jsonFeed.addSchema(asDraft7(schema('jsonfeed-1.json')));
const isNinjs = ninjs.compile(schema('ninjs-schema_3.0.json'));
const isJsonFeed = jsonFeed.compile(asDraft7(schema('jsonfeed-1.1.json')));

describe.each(odd)('an article with or in %s', (_, { body, ...given }) => {
  const articleWith = async () => {
    const sections = body
      ? [{ id: fixedId(60), anchor: 's1', heading: 'عنوان & <فقرة>', body: await readBody(body) }]
      : [];
    return articleOf({ id: fixedId(4), ...given, sections });
  };

  it('is ninjs and JSON-LD', async () => {
    const article = await articleWith();
    isNinjs(JSON.parse(renderNinjs(article, site, origin)));
    expect(isNinjs.errors).toBeNull();
    const linked = JSON.parse(renderJsonLd(article, site, origin));
    expect(linked.headline).toBe(article.headline);
    expect(linked.author.length).toBeGreaterThan(0);
    for (const url of linked.image ?? []) expect(URL.canParse(url)).toBe(true);
  });

  it('stands in feeds that others read', async () => {
    const article = await articleWith();
    const channel = channelOf([article]);
    isJsonFeed(JSON.parse(renderJsonFeed(channel)));
    expect(isJsonFeed.errors).toBeNull();
    const rss = renderRss(channel);
    expect(readXml(rss).one('//item/title')).toBe(article.headline);
    expect(readXml(rss).values('//item/description')).toHaveLength(1);
    expect(parseRssFeed(rss).items?.[0]?.title).toBe(article.headline);
    const atom = renderAtom(channel);
    expect(readXml(atom).one('//atom:entry/atom:title')).toBe(article.headline);
    expect(readXml(atom).one('//atom:entry/atom:content')).toBe(channel.items[0]?.html);
    expect(parseAtomFeed(atom).entries).toHaveLength(1);
  });

  it('is HTML without errors, and Markdown', async () => {
    const article = await articleWith();
    const errors: string[] = [];
    const onParseError = ({ code }: { code: string }) => void errors.push(code);
    parseFragment(renderHtml(article, site), { onParseError });
    parseFragment(channelOf([article]).items[0]?.html ?? '', { onParseError });
    expect(errors).toEqual([]);
    const tokens = new MarkdownIt('commonmark').parse(renderMarkdown(article, site), {});
    const title = tokens[tokens.findIndex(({ tag }) => tag === 'h1') + 1];
    expect(title?.children?.map(({ content }) => content).join('')).toBe(article.headline);
  });
});
