import { domainToUnicode } from 'node:url';
import { wallTime } from '../arabic/zones.ts';
import type { TermKind } from '../db/tables.ts';
import type { SiteSettings } from './schemas.ts';

export type UrlArticle = {
  id: string;
  slug: string;
  /** An instant; text is RFC 3339. */
  publishedAt: Date | string;
  categorySlug: string | null;
};

export type ArticleUrls = { url: string; iri: string };

type UrlSite = Pick<SiteSettings, 'baseUrl' | 'urlPattern' | 'timeZone'>;
type Name = 'category' | 'id' | 'slug' | 'year' | 'month' | 'day';
type Piece = ArticleUrls | { name: Name };
type Part = { pieces: Piece[]; needsCategory: boolean };
type Pattern = { origin: string; iriOrigin: string; parts: Part[]; hasDate: boolean };

/** Settings are a new object after every change, so a pattern is read once for each. */
const patterns = new WeakMap<UrlSite, Pattern>();

/**
 * The address of an article's page on the site: percent-encoded (RFC 3986) and as people read it (RFC 3987). A part of
 * the pattern that holds {category} falls away where the article has none. Dates are those of the site's time zone.
 */
export function articleUrls(site: UrlSite, article: UrlArticle): ArticleUrls {
  const pattern = patterns.get(site) ?? compile(site);
  const values = valuesOf(pattern, site, article);
  let url = pattern.origin;
  let iri = pattern.iriOrigin;
  for (const { pieces, needsCategory } of pattern.parts) {
    if (needsCategory && article.categorySlug === null) continue;
    url += '/';
    iri += '/';
    for (const piece of pieces) {
      const encoded = 'name' in piece ? encode(values[piece.name]) : piece;
      url += encoded.url;
      iri += encoded.iri;
    }
  }
  return { url, iri };
}

/** The address of the page of a category, tag or author on the site, percent-encoded; null where it has none. */
export function termUrl(
  site: SiteSettings,
  kind: TermKind,
  { id, slug }: { id: string; slug: string },
  origin: string,
): string | null {
  const pattern = site[`${kind}UrlPattern`];
  if (pattern === null) return null;
  const path = pattern
    .split(/(\{\w+\})/)
    .map((piece) =>
      piece === '{id}' ? id : piece === '{slug}' ? encodeURIComponent(slug.toWellFormed()) : encodeURI(piece),
    )
    .join('');
  return new URL(path, site.baseUrl ?? origin).href;
}

function compile(site: UrlSite): Pattern {
  const parts = site.urlPattern
    .slice(1)
    .split('/')
    .map((part) => ({
      needsCategory: part.includes('{category}'),
      pieces: part
        .split(/(\{\w+\})/)
        .filter((piece) => piece !== '')
        .map((piece) => (piece.startsWith('{') ? { name: piece.slice(1, -1) as Name } : encode(piece))),
    }));
  const origin = site.baseUrl ?? '';
  const pattern = {
    origin,
    iriOrigin: readableOrigin(origin),
    parts,
    hasDate: /\{(?:year|month|day)\}/.test(site.urlPattern),
  };
  patterns.set(site, pattern);
  return pattern;
}

function valuesOf(pattern: Pattern, { timeZone }: UrlSite, article: UrlArticle): Record<Name, string> {
  const { id, slug, categorySlug, publishedAt } = article;
  const values = { id, slug, category: categorySlug ?? '', year: '', month: '', day: '' };
  if (!pattern.hasDate) return values;
  const { year, month, day } = wallTime(new Date(publishedAt), timeZone);
  return { ...values, year: pad(year, 4), month: pad(month, 2), day: pad(day, 2) };
}

/** What nearly all slugs are made of, which is seen at once: properties of Unicode take ten times as long. */
const plain = /^[A-Za-z0-9._~-]*$/;
const plainArabic = /^[A-Za-z0-9._~\u0620-\u063a\u0641-\u064a-]*$/;

/** In the form for people letters and digits of every script stay; what could end or divide an address is encoded. */
function encode(text: string): ArticleUrls {
  if (plain.test(text)) return { url: text, iri: text };
  const url = encodeURIComponent(text);
  if (plainArabic.test(text)) return { url, iri: text };
  return { url, iri: text.replace(/[^\p{L}\p{N}\p{M}._~-]/gu, encodeURIComponent) };
}

/** The origin with its host in letters, where that is a name such as xn--mgbh0fb.example. */
function readableOrigin(origin: string): string {
  if (!origin.includes('xn--')) return origin;
  const { protocol, hostname, port } = new URL(origin);
  return `${protocol}//${domainToUnicode(hostname)}${port === '' ? '' : `:${port}`}`;
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
