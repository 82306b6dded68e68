import { localeDirection } from '../arabic/direction.ts';
import type { TermKind } from '../db/tables.ts';
import type { PublishedArticle } from '../delivery/schemas.ts';
import { ownDirection } from '../portable-text/own-direction.ts';
import type { SiteSettings } from '../settings/schemas.ts';
import { termUrl } from '../settings/urls.ts';
import {
  type ArticleImage,
  absoluteUrl,
  bodyHtml,
  escapeText,
  imagesOf,
  inOwnLanguage,
  type Origin,
  summaryOf,
  urnOf,
  xmlText,
} from './article-parts.ts';
import { type Credited, creditsOf } from './credits.ts';
import { uriOf } from './uris.ts';

/** What a feed is of: the whole site, or one category, tag or author. */
export type Subject = { kind: TermKind; id: string; name: string; slug: string; description: string | null } | null;

/** A feed before it has a format. Texts hold nothing that XML cannot. */
export type Channel = {
  id: string;
  title: string;
  description: string;
  pageUrl: string;
  feedUrl: string;
  locale: string;
  dir: 'rtl' | 'ltr';
  logoUrl: string | null;
  siteName: string;
  updated: Date;
  items: ChannelItem[];
};

export type ChannelItem = {
  id: string;
  url: string;
  title: string;
  summary: string;
  /** Null where the feed carries summaries only. */
  html: string | null;
  locale: string;
  authors: Named[];
  /** Those who had a part in it and are no writers. */
  contributors: Named[];
  categories: string[];
  published: Date;
  updated: Date;
  images: ArticleImage[];
};

type Named = { name: string; url: string | null };

export type ChannelDeps = {
  site: SiteSettings;
  origin: Origin;
  feedUrl: string;
  /** What the feed is known by for ever, wherever it moves (RFC 4287, 4.2.6). */
  id: string;
  subject: Subject;
};

/** Makes a feed of what toItem has made, newest first as it comes. */
export function toChannel(items: ChannelItem[], { site, origin, feedUrl, id, subject }: ChannelDeps): Channel {
  const home = site.baseUrl ?? origin;
  const latest = items.reduce((latestYet, { updated }) => Math.max(latestYet, updated.getTime()), 0);
  return {
    id,
    // Isolates would be boxes to some readers and make equal titles differ. A hyphen between spaces needs none: where the two
    // names run in different directions it takes that of what is around them (UAX #9, N2), and each stays in one piece.
    title: xmlText(subject === null ? site.name : `${subject.name} - ${site.name}`),
    description: xmlText(subject?.description ?? site.description ?? site.name),
    pageUrl: (subject && termUrl(site, subject.kind, subject, home)) ?? new URL('/', home).href,
    feedUrl,
    locale: site.locale,
    dir: localeDirection(site.locale),
    logoUrl: uriOf(site.logoUrl),
    siteName: xmlText(site.name),
    updated: new Date(latest),
    items,
  };
}

/** An article in a feed: most of the work that a feed is. */
export function toItem(article: PublishedArticle, site: SiteSettings, origin: Origin): ChannelItem {
  const { headline, category, tags, locale } = article;
  const url = absoluteUrl(article, site, origin);
  const { authors, others } = creditsOf(article, site, origin);
  const html = inOwnLanguage(article, leadHtml(article) + bodyHtml(article, url));
  return {
    id: urnOf(article),
    url,
    title: xmlText(headline),
    summary: xmlText(summaryOf(article)),
    html: site.feedText === 'full' ? xmlText(html) : null,
    locale,
    authors: authors.map(named),
    contributors: others.map(named),
    // A desk and a tag often have one name, and JSON Feed takes each tag once.
    categories: [...new Set([...(category ? [category] : []), ...tags].map(({ name }) => xmlText(name)))],
    published: new Date(article.publishedAt),
    updated: new Date(article.updatedAt),
    images: imagesOf(article),
  };
}

function named({ name, url }: Credited): Named {
  return { name: xmlText(name), url };
}

function leadHtml({ lead }: PublishedArticle): string {
  return lead === null ? '' : `<p${ownDirection(lead)}>${escapeText(lead).replaceAll('\n', '<br>')}</p>\n`;
}
