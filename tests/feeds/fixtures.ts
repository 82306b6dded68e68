import { readFileSync } from 'node:fs';
import { localeDirection } from '../../src/arabic/direction.ts';
import { loadConfig } from '../../src/config.ts';
import type { PublishedArticle } from '../../src/delivery/schemas.ts';
import { type Channel, toChannel, toItem } from '../../src/feeds/channel.ts';
import { parseNewsPage } from '../../src/imports/news-page.ts';
import { pageLine } from '../../src/imports/page-line.ts';
import { fromText } from '../../src/portable-text/from-text.ts';
import { normaliseBody } from '../../src/portable-text/normalise.ts';
import type { SentPortableText } from '../../src/portable-text/schema.ts';
import type { SiteSettings } from '../../src/settings/schemas.ts';
import { defaultSiteSettings } from '../../src/settings/service.ts';
import { articleUrls } from '../../src/settings/urls.ts';

/** Ids that never change, numbered so that each names its own thing. */
export const fixedId = (n: number) => `0199a000-0000-7000-8000-${String(n).padStart(12, '0')}`;

/** A newsroom whose every setting says something. */
export const site: SiteSettings = {
  ...defaultSiteSettings(loadConfig({})),
  name: 'صحيفة "الشام" & أخبارها',
  description: 'أخبار سوريا والمنطقة، على مدار الساعة.',
  baseUrl: 'https://sham.example',
  locale: 'ar-SY',
  timeZone: 'Asia/Damascus',
  logoUrl: 'https://cdn.sham.example/logo.png?w=600&h=60',
  socialAccounts: ['https://social.example/@sham'],
  urlPattern: '/{category}/{id}/{slug}',
  categoryUrlPattern: '/أقسام/{slug}',
  tagUrlPattern: '/tags/{id}-{slug}.html',
  authorUrlPattern: '/authors/{slug}/',
  months: 'levant',
};
export const origin = 'https://api.sham.example';

export const page = (() => {
  const text = readFileSync(new URL('../../src/cli/seed-article.txt', import.meta.url), 'utf8');
  const result = parseNewsPage(text, { timeZone: site.timeZone });
  if (!result.ok) throw new Error(result.problems.join('\n'));
  return result.page;
})();

/** A published article as renderers are given it. */
export function articleOf(given: Partial<PublishedArticle> & { id: string }): PublishedArticle {
  const article = {
    ...{ slug: 'خبر', locale: 'ar', headline: 'خبر', kicker: null, lead: null, source: null, dateline: null },
    ...{ urgency: null, authors: [], category: null, tags: [], wordCount: 100, readingMinutes: 1 },
    ...{ publishedAt: '2025-11-11T08:00:00.000Z', updatedAt: '2025-11-11T09:30:00.000Z' },
    ...{ comments: { mode: 'pre' as const, count: 0 }, sections: [], seo: null, custom: {} },
    ...given,
  };
  const urls = articleUrls(site, { ...article, categorySlug: article.category?.slug ?? null });
  return { ...article, dir: localeDirection(article.locale), ...urls };
}

const seedLine = pageLine(page);

/** The page that the project began with. */
export const seedArticle = articleOf({
  id: fixedId(1),
  slug: 'سوريا-توقع-إعلان-تعاون-سياسي-مع-التحالف-الدولي-ضد-داعش',
  headline: page.headline,
  lead: page.lead,
  source: { name: page.source, url: 'https://source7.example/' },
  category: { id: fixedId(10), name: 'سياسة', slug: 'سياسة' },
  tags: [
    { id: fixedId(11), name: 'سوريا', slug: 'سوريا' },
    { id: fixedId(12), name: 'التحالف الدولي', slug: 'التحالف-الدولي' },
  ],
  authors: [
    { id: fixedId(13), name: 'ليلى حداد', slug: 'ليلى-حداد', role: 'author' },
    { id: fixedId(14), name: 'سامر الخطيب', slug: 'سامر-الخطيب', role: 'editor' },
  ],
  publishedAt: page.publishedAt.toISOString(),
  updatedAt: '2025-11-11T09:30:00.000Z',
  wordCount: 367,
  readingMinutes: 3,
  comments: { mode: 'pre', count: 2 },
  sections: (seedLine.sections ?? []).map(({ heading = null, body }, index) => ({
    id: fixedId(20 + index),
    anchor: `s${index + 1}`,
    heading,
    body: fromText((body as { text: string }).text),
  })),
});

const everything: SentPortableText = [
  {
    _type: 'block',
    markDefs: [{ _type: 'link', _key: 'l', href: 'https://stats.example/q?a=1&b="2"'.replaceAll('"', '%22') }],
    children: [
      { _type: 'span', text: 'Prices rose <3% in "Q3" & fell again ]]> ' },
      { _type: 'span', text: 'official figures', marks: ['l', 'strong'] },
      { _type: 'span', text: ' said 🎉👨‍👩‍👧.' },
    ],
  },
  {
    _type: 'image',
    url: 'https://cdn.sham.example/a.jpg?w=1200&q=80',
    alt: 'A market "at dawn"',
    caption: 'A market & its <people>',
    credit: 'Photo: R. Haddad',
    width: 1200,
    height: 800,
  },
  { _type: 'block', style: 'h3', children: [{ _type: 'span', text: 'In short' }] },
  { _type: 'block', listItem: 'bullet', level: 1, children: [{ _type: 'span', text: 'Bread' }] },
  { _type: 'block', listItem: 'bullet', level: 2, children: [{ _type: 'span', text: 'خبز' }] },
  { _type: 'block', listItem: 'number', level: 1, children: [{ _type: 'span', text: 'Oil' }] },
  { _type: 'block', style: 'blockquote', children: [{ _type: 'span', text: 'قال الوزير: «سترتفع الأسعار».' }] },
  { _type: 'code', language: 'sql', code: "select '</script>' where a < b && ']]>'" },
  { _type: 'break' },
  { _type: 'embed', url: 'https://video.example/watch?v=1&t=2', title: 'Watch', provider: 'video' },
];

/** An article with whatever an article can have, in English, on the Arabic site. */
export const fullArticle = articleOf({
  id: fixedId(2),
  slug: 'prices-rise',
  locale: 'en-GB',
  kicker: 'Economy & <markets>',
  headline: '"Prices" rise & fall ]]> <b>again</b>',
  lead: 'A lead with a line\nthat breaks, </script><script>alert(1)</script> and \u061cعربي.',
  source: { name: 'Source "7" & sons', url: 'https://source7.example/?a=1&b=2' },
  dateline: 'Damascus',
  urgency: 3,
  publishedAt: '2025-11-10T22:15:00.000Z',
  updatedAt: '2025-11-10T22:15:00.000Z',
  wordCount: 60,
  seo: { title: 'Prices: what moved them', description: 'What moved prices in the third quarter.' },
  sections: [
    { id: fixedId(30), anchor: 's1', heading: null, body: normaliseBody(everything) },
    {
      id: fixedId(31),
      anchor: 's2',
      heading: 'What next? <i>',
      body: normaliseBody([{ _type: 'block', children: [{ _type: 'span', text: 'Nobody knows.\nYet.' }] }]),
    },
  ],
});

/** A feed of articles, as the service makes it. */
export function channelOf(articles: PublishedArticle[], about: Partial<Parameters<typeof toChannel>[1]> = {}): Channel {
  const deps = {
    site,
    origin,
    feedUrl: 'https://sham.example/feeds/x',
    id: `urn:uuid:${fixedId(99)}`,
    subject: null,
    ...about,
  };
  const items = articles.map((article) => toItem(article, deps.site, deps.origin));
  return toChannel(items, deps);
}
