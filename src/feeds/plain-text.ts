import { displayOf } from '../delivery/display.ts';
import type { PublishedArticle } from '../delivery/schemas.ts';
import type { SiteSettings } from '../settings/schemas.ts';
import { bodyText } from './article-parts.ts';

/** An article as plain text, as `khabar import` reads a news page: headline - source, date; lead; sections. */
export function renderPlainText(article: PublishedArticle, site: SiteSettings): string {
  const { headline, kicker, lead, source, locale } = article;
  const isArabic = locale.startsWith('ar');
  const words = displayOf(site, isArabic ? (site.locale.startsWith('ar') ? null : 'ar') : 'en', article);
  const first = `${headline} - ${source?.name ?? site.name}${isArabic ? '، ' : ', '}${words.publishedAt}`;
  return `${[kicker, first, lead, bodyText(article)].filter(Boolean).join('\n\n')}\n`;
}
