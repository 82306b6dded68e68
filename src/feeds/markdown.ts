import { displayOf } from '../delivery/display.ts';
import type { PublishedArticle } from '../delivery/schemas.ts';
import { escapeDestination, escapeMarkdown } from '../portable-text/markdown-inline.ts';
import type { PortableText } from '../portable-text/schema.ts';
import { toMarkdown } from '../portable-text/to-markdown.ts';
import type { SiteSettings } from '../settings/schemas.ts';

/** An article as CommonMark: headline, where it comes from, lead, sections under their headings. */
export function renderMarkdown(article: PublishedArticle, site: SiteSettings): string {
  const { headline, kicker, lead, sections } = article;
  const parts = [
    kicker === null ? '' : `*${oneLine(kicker)}*`,
    `# ${oneLine(headline)}`,
    originOf(article, site),
    lead === null ? '' : `**${escapeMarkdown(lead).replace(/\s*\n\s*/g, ' ')}**`,
    ...sections.flatMap(({ heading, body }) => [
      heading === null ? '' : `## ${oneLine(heading)}`,
      toMarkdown(body as PortableText).trim(),
    ]),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function originOf(article: PublishedArticle, site: SiteSettings): string {
  const { authors, source, locale } = article;
  const isArabic = locale.startsWith('ar');
  const words = displayOf(site, isArabic ? (site.locale.startsWith('ar') ? null : 'ar') : 'en', article);
  const names = authors.map(({ name }) => oneLine(name));
  const outlet =
    source && (source.url ? `[${oneLine(source.name)}](${escapeDestination(source.url)})` : oneLine(source.name));
  return [...names, ...(outlet ? [outlet] : []), oneLine(words.publishedAt)].join(isArabic ? '، ' : ', ');
}

function oneLine(text: string): string {
  return escapeMarkdown(text.replace(/\s+/g, ' ').trim());
}
