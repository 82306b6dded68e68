import { z } from 'zod';
import { formatArabicDate } from '../arabic/dates.ts';
import { toArabicDigits } from '../arabic/digits.ts';
import { type MonthNames, monthNamesIn, solarMonthName } from '../arabic/months.ts';
import { commentCount, minuteCount } from '../arabic/plurals.ts';
import { refusal } from '../http/validation.ts';
import type { SiteSettings } from '../settings/schemas.ts';
import type { Display } from './schemas.ts';

/** The parameter that asks for dates and counts in words. */
export const displayQuery = z
  .string()
  .max(60)
  .refine(
    (tag) => languageOf(tag) !== null,
    refusal(
      'unsupported_locale',
      'Expected an Arabic or English language tag, such as ar-SY or en.',
      'يجب أن تكون علامة لغة عربية أو إنجليزية، مثل ar-SY أو en.',
    ),
  )
  .transform((tag) => Intl.getCanonicalLocales(tag)[0] ?? tag)
  .optional()
  .meta({
    type: 'string',
    description:
      'Adds `display`: dates and counts in words, in Arabic or English. The names of the months are those of the site’s settings; where those leave them to the `country`, SY, LB, IQ, JO and PS have تشرين الثاني, DZ and TN the names of the Maghreb (جانفي), MA نونبر, all others نوفمبر. `ar-EG-u-nu-arab` writes ١٢٣.',
    examples: ['ar-SY'],
  });

/** The language to write dates and counts out in; null where nobody wants them in words. */
export type DisplayLocale = string | null;

/** The language that was asked for; without asking, the site's own where its settings say so. */
export function displayLocale(
  asked: string | undefined,
  { locale, display }: Pick<SiteSettings, 'locale' | 'display'>,
): DisplayLocale {
  return asked ?? (display ? locale : null);
}

export type Displayable = {
  /** Instants; text is RFC 3339. */
  publishedAt: Date | string;
  updatedAt: Date | string;
  comments: { count: number };
  readingMinutes: number;
};

type DisplaySite = Pick<SiteSettings, 'locale' | 'timeZone' | 'months' | 'digits'>;

/**
 * What an article's dates and counts look like in words, on the clocks of the site. `locale` is what a reader asked for
 * (checked by `displayQuery`), or null for the site's own way. Languages other than English are answered in Arabic.
 */
export function displayOf(site: DisplaySite, locale: string | null, article: Displayable): Display {
  const tag = locale ?? site.locale;
  const { publishedAt, updatedAt, comments, readingMinutes } = article;
  const published = new Date(publishedAt);
  const updated = new Date(updatedAt);
  const { full, hijri, digits } = wordsIn(tag, site);
  const language = languageOf(tag) === 'en' ? 'en' : 'ar';
  return {
    locale: tag,
    publishedAt: full(published),
    updatedAt: full(updated),
    publishedAtHijri: hijri(published),
    updatedAtHijri: hijri(updated),
    comments: digits(commentCount(comments.count, language)),
    readingTime: digits(minuteCount(readingMinutes, language)),
  };
}

/** What a date looks like in words, in both calendars. */
export function dateInWords(site: DisplaySite, tag: string, date: Date): { full: string; hijri: string } {
  const { full, hijri } = wordsIn(tag, site);
  return { full: full(date), hijri: hijri(date) };
}

function wordsIn(tag: string, site: DisplaySite): Words {
  return languageOf(tag) === 'en' ? englishDates(tag, site) : arabicDates(tag, site);
}

type Words = { full(date: Date): string; hijri(date: Date): string; digits(text: string): string };

/** A month of the site's calendar, such as 2025-11, in words. */
export function monthInWords(site: DisplaySite, tag: string, month: string): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  if (languageOf(tag) === 'en') return `${englishMonth(number)} ${year}`;
  const { months, digits } = arabicWays(tag, site);
  const words = `${solarMonthName(number, months)} ${year}`;
  return digits === 'arab' ? toArabicDigits(words) : words;
}

function arabicWays(tag: string, site: DisplaySite): { months: MonthNames; digits: 'latn' | 'arab' } {
  return {
    months: site.months === 'country' ? monthsOf(tag) : site.months,
    digits: tag === site.locale ? site.digits : digitsOf(tag, site),
  };
}

function arabicDates(tag: string, site: DisplaySite): Words {
  const { timeZone } = site;
  const { months, digits } = arabicWays(tag, site);
  return {
    full: (date) => formatArabicDate(date, { timeZone, months, digits, time: true }),
    hijri: (date) => formatArabicDate(date, { timeZone, digits, calendar: 'hijri' }),
    digits: (text) => (digits === 'arab' ? toArabicDigits(text) : text),
  };
}

/** The month names of the country that a language tag names. */
function monthsOf(tag: string): MonthNames {
  return monthNamesIn(new Intl.Locale(tag).region ?? '') ?? 'international';
}

/** The digits that a language tag names; the site's where it names none. */
function digitsOf(tag: string, site: DisplaySite): 'latn' | 'arab' {
  const { numberingSystem } = new Intl.Locale(tag);
  return numberingSystem === 'latn' || numberingSystem === 'arab' ? numberingSystem : site.digits;
}

function englishDates(tag: string, { timeZone }: DisplaySite): Words {
  const { language, region } = new Intl.Locale(tag);
  const base = region === undefined ? language : `${language}-${region}`;
  return {
    full: (date) => spaced(formatter(base, timeZone, 'gregory').format(date)),
    hijri: (date) => spaced(formatter(base, timeZone, 'islamic-umalqura').format(date)),
    digits: (text) => text,
  };
}

function englishMonth(number: number): string {
  return new Date(Date.UTC(2000, number - 1)).toLocaleString('en', { month: 'long', timeZone: 'UTC' });
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Calendar and digits are pinned: the defaults of a locale differ between builds of ICU. */
function formatter(base: string, timeZone: string, calendar: 'gregory' | 'islamic-umalqura'): Intl.DateTimeFormat {
  const key = `${base} ${timeZone} ${calendar}`;
  let found = formatters.get(key);
  if (!found) {
    // Readers choose the country, and may name any.
    if (formatters.size > 100) formatters.clear();
    found = new Intl.DateTimeFormat(`${base}-u-ca-${calendar}-nu-latn`, {
      timeZone,
      dateStyle: 'full',
      ...(calendar === 'gregory' ? { timeStyle: 'short' } : {}),
    });
    formatters.set(key, found);
  }
  return found;
}

/** ICU puts a narrow space before AM and PM, which many fonts do not have. */
function spaced(text: string): string {
  return text.replace(/\u202f/g, ' ');
}

/** The language of a tag if dates can be written in it; null for others, and for what is no language tag. */
function languageOf(tag: string): 'ar' | 'en' | null {
  try {
    const { language } = new Intl.Locale(tag);
    return language === 'ar' || language === 'en' ? language : null;
  } catch {
    return null;
  }
}
