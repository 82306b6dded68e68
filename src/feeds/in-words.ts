import { firstStrong } from '../arabic/direction.ts';
import { wallTime } from '../arabic/zones.ts';
import { displayOf } from '../delivery/display.ts';
import type { PublishedArticle } from '../delivery/schemas.ts';
import type { SiteSettings } from '../settings/schemas.ts';
import { partOf, type Work, workOf } from './credits.ts';

/** When an article was published, in words of its own language, on the clocks of the site. */
export function dateInWords(article: PublishedArticle, site: SiteSettings): string {
  const { language } = new Intl.Locale(article.locale);
  if (language !== 'ar' && language !== 'en')
    return localDate(article, site.timeZone) ?? numericDate(article, site.timeZone);
  // The site's own tag says more than the language: the country, and with it the names of the months.
  const isOfSite = new Intl.Locale(site.locale).language === language;
  return displayOf(site, isOfSite ? site.locale : language, article).publishedAt;
}

/**
 * A date as Unicode CLDR has it for a language, Gregorian as all dates here, in the digits of the language. Null where
 * it does not know the names of months and days, or knows them in letters that run the other way only.
 */
function localDate({ locale, dir, publishedAt }: PublishedArticle, timeZone: string): string | null {
  if (Intl.DateTimeFormat.supportedLocalesOf(locale).length === 0) return null;
  const style = { dateStyle: 'full', timeStyle: 'short', calendar: 'gregory' } as const;
  const parts = new Intl.DateTimeFormat(locale, { ...style, timeZone }).formatToParts(new Date(publishedAt));
  const names = parts.filter(({ type }) => type === 'weekday' || type === 'month');
  if (names.some(({ value }) => (firstStrong(value) ?? dir) !== dir)) return null;
  return parts.map(({ value }) => value).join('');
}

/** A date that is read in any language, in the order of ISO 8601. */
function numericDate({ publishedAt }: PublishedArticle, timeZone: string): string {
  const { year, month, day, hour, minute } = wallTime(new Date(publishedAt), timeZone);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}`;
}

const works: Record<'ar' | 'en', { dir: 'rtl' | 'ltr'; words: Record<Exclude<Work, 'author'>, string> }> = {
  // Nouns of the work, as papers print them: they are the same of a man and of a woman.
  ar: { dir: 'rtl', words: { editor: 'تحرير', translator: 'ترجمة', photography: 'تصوير', video: 'فيديو' } },
  en: { dir: 'ltr', words: { editor: 'editing', translator: 'translation', photography: 'photos', video: 'video' } },
};

/**
 * What somebody did for an article who has not written it; null for its writers. A role is the newsroom's own word and
 * stays as it is, unless it is one of another language that there is a word for in Arabic or English.
 */
export function roleInWords(role: string, { locale }: Pick<PublishedArticle, 'locale'>): string | null {
  if (partOf(role) === 'author' || !/\p{L}/u.test(role)) return null;
  const said = role.replace(/[\s:]+$/, '');
  const { language } = new Intl.Locale(locale);
  const work = workOf(role);
  if ((language !== 'ar' && language !== 'en') || work === undefined || work === 'author') return said;
  const { dir, words } = works[language];
  return firstStrong(said) === dir ? said : words[work];
}

/** Scripts whose texts have the Arabic comma (Unicode, Script_Extensions of U+060C). */
const commaScripts = new Set(['Arab', 'Nkoo', 'Rohg', 'Syrc', 'Thaa', 'Yezi']);

/** What stands between two names or facts, in the script of the article. */
export function commaOf({ locale }: PublishedArticle): string {
  return commaScripts.has(new Intl.Locale(locale).maximize().script ?? '') ? '، ' : ', ';
}
