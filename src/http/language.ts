import type { Language } from '../errors.ts';

/** The language of error texts on a site of this locale (BCP 47): Arabic where it is Arabic, English for every other. */
export function languageOfLocale(locale: string): Language {
  return new Intl.Locale(locale).language === 'ar' ? 'ar' : 'en';
}

/**
 * The language of error texts: the better liked of Arabic and English in Accept-Language (RFC 9110, 12.5.4), or
 * `fallback` when neither is named.
 */
export function preferredLanguage(header: string | undefined, fallback: Language): Language {
  if (header === undefined || header.length > 1000) return fallback;
  let best: Language = fallback;
  let bestWeight = 0;
  for (const range of header.split(',')) {
    const [tag = '', ...parameters] = range.trim().toLowerCase().split(';');
    const language = tag.trim().split('-')[0];
    if (language !== 'ar' && language !== 'en') continue;
    const weight = qualityOf(parameters);
    if (weight > bestWeight) {
      best = language;
      bestWeight = weight;
    }
  }
  return best;
}

function qualityOf(parameters: string[]): number {
  for (const parameter of parameters) {
    const match = /^\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*$/.exec(parameter);
    if (match) return Number(match[1]);
  }
  return 1;
}
