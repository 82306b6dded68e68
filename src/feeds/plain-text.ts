import type { PublishedArticle } from '../delivery/schemas.ts';
import type { SiteSettings } from '../settings/schemas.ts';
import { bodyText } from './article-parts.ts';
import { commaOf, dateInWords } from './in-words.ts';

/**
 * An article as plain text, as `khabar import` reads a news page where its date is Arabic or English: headline - source,
 * date; lead; sections. Nobody is named who wrote it: a page has no line for that, and it would be read as the lead.
 */
export function renderPlainText(article: PublishedArticle, site: SiteSettings): string {
  const { headline, kicker, lead, source } = article;
  const first = `${headline} - ${source?.name ?? site.name}${commaOf(article)}${dateInWords(article, site)}`;
  return `${[kicker, first, lead, bodyText(article)].filter(Boolean).join('\n\n')}\n`;
}
