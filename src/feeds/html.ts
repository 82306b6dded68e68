import type { PublishedArticle } from '../delivery/schemas.ts';
import { isMediaUrl } from '../portable-text/links.ts';
import { ownDirection } from '../portable-text/own-direction.ts';
import type { PortableText } from '../portable-text/schema.ts';
import { toHtml } from '../portable-text/to-html.ts';
import type { SiteSettings } from '../settings/schemas.ts';
import { escapeText, xmlText } from './article-parts.ts';
import { partOf } from './credits.ts';
import { commaOf, dateInWords } from './in-words.ts';

/**
 * An article as a fragment of semantic HTML, to be put into a page: every text escaped, no scripts, no styles. What people
 * wrote finds its own direction, as paragraphs of bodies do: an Arabic article may have an English kicker.
 */
export function renderHtml(article: PublishedArticle, site: SiteSettings): string {
  const { locale, dir, kicker, headline, lead, authors, source, dateline, publishedAt } = article;
  const byline = authors
    .map(({ name, role }) => `<bdi class="${partOf(role)}">${escapeText(name)}</bdi>`)
    .join(commaOf(article));
  const origin = [
    byline === '' ? '' : `<p class="byline">${byline}</p>\n`,
    source === null ? '' : `<p class="source"${ownDirection(source.name)}>${sourceHtml(source)}</p>\n`,
    dateline === null ? '' : `<p class="dateline"${ownDirection(dateline)}>${escapeText(dateline)}</p>\n`,
    `<p class="published"><time datetime="${publishedAt}">${escapeText(dateInWords(article, site))}</time></p>\n`,
  ];
  const fragment = [
    `<article lang="${escapeText(locale)}" dir="${dir}">\n<header>\n`,
    kicker === null ? '' : `<p class="kicker"${ownDirection(kicker)}>${escapeText(kicker)}</p>\n`,
    `<h1${ownDirection(headline)}>${escapeText(headline)}</h1>\n`,
    ...origin,
    '</header>\n',
    lead === null ? '' : `<p class="lead"${ownDirection(lead)}>${escapeText(lead).replaceAll('\n', '<br>')}</p>\n`,
    ...article.sections.map(sectionHtml),
    '</article>\n',
  ].join('');
  return xmlText(fragment);
}

function sectionHtml({ anchor, heading, body }: PublishedArticle['sections'][number]): string {
  const title = heading === null ? '' : `<h2${ownDirection(heading)}>${escapeText(heading)}</h2>\n`;
  return `<section id="${escapeText(anchor)}">\n${title}${toHtml(body as PortableText)}</section>\n`;
}

function sourceHtml({ name, url }: { name: string; url: string | null }): string {
  return url === null || !isMediaUrl(url)
    ? escapeText(name)
    : `<a href="${escapeText(url)}" rel="noopener">${escapeText(name)}</a>`;
}
