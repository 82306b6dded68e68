import { escapeText } from './article-parts.ts';

/**
 * Articles in one sitemap. It could have 50,000 addresses (sitemaps.org), but those are 20 MB, which nobody else would be
 * answered beside for a second, and which no cache of ours would keep.
 */
export const sitemapPartSize = 1000;
/** At most this many articles may stand in a news sitemap (Google). */
export const newsSitemapSize = 1000;

export type SitemapEntry = { url: string; updatedAt: Date | null };
export type NewsEntry = { url: string; headline: string; locale: string; publishedAt: Date };

const head = '<?xml version="1.0" encoding="UTF-8"?>\n';
const namespace = 'http://www.sitemaps.org/schemas/sitemap/0.9';

/** The index over the parts of a sitemap. */
export function renderSitemapIndex(parts: readonly SitemapEntry[]): string {
  return `${head}<sitemapindex xmlns="${namespace}">\n${entriesXml('sitemap', parts)}</sitemapindex>\n`;
}

/** One part of a sitemap. */
export function renderSitemap(entries: readonly SitemapEntry[]): string {
  return `${head}<urlset xmlns="${namespace}">\n${entriesXml('url', entries)}</urlset>\n`;
}

function entriesXml(element: 'sitemap' | 'url', entries: readonly SitemapEntry[]): string {
  const lastmod = (date: Date | null) => (date === null ? '' : `<lastmod>${date.toISOString()}</lastmod>`);
  return entries
    .map(({ url, updatedAt }) => `<${element}><loc>${escapeText(url)}</loc>${lastmod(updatedAt)}</${element}>\n`)
    .join('');
}

/** Articles of the last two days, as Google News takes them. */
export function renderNewsSitemap(siteName: string, entries: readonly NewsEntry[]): string {
  const urls = entries.map(
    ({ url, headline, locale, publishedAt }) =>
      `<url><loc>${escapeText(url)}</loc><news:news><news:publication><news:name>${escapeText(siteName)}</news:name><news:language>${newsLanguage(locale)}</news:language></news:publication><news:publication_date>${publishedAt.toISOString()}</news:publication_date><news:title>${escapeText(headline)}</news:title></news:news></url>\n`,
  );
  return `${head}<urlset xmlns="${namespace}" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n${urls.join('')}</urlset>\n`;
}

/** Two or three letters (ISO 639), except for Chinese, of which Google asks for one of two scripts. */
function newsLanguage(locale: string): string {
  const { language, script } = new Intl.Locale(locale).maximize();
  if (language !== 'zh') return language;
  return script === 'Hant' ? 'zh-tw' : 'zh-cn';
}

/** What robots may read of this server: the public API, not the editorial one; and where the sitemaps are. */
export function renderRobots(sitemaps: readonly string[]): string {
  return `User-agent: *\nDisallow: /v1/editorial/\nDisallow: /docs$\nDisallow: /docs/\n\n${sitemaps.map((url) => `Sitemap: ${url}\n`).join('')}`;
}
