import type { PublishedArticle } from '../delivery/schemas.ts';
import type { SiteSettings } from '../settings/schemas.ts';
import { bodyText, commaOf, dateInWords } from './article-parts.ts';

/** An article as plain text, as `khabar import` reads a news page: headline - source, date; lead; sections. */
export function renderPlainText(article: PublishedArticle, site: SiteSettings): string {
  const { headline, kicker, lead, source } = article;
  const first = `${headline} - ${source?.name ?? site.name}${commaOf(article)}${dateInWords(article, site)}`;
  return `${[kicker, first, lead, bodyText(article)].filter(Boolean).join('\n\n')}\n`;
}
