import type { Language } from '../errors.ts';
import { weightsOf } from './accept.ts';

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
  for (const [tag, weight] of weightsOf(header)) {
    const language = tag.split(/[-;]/, 1)[0];
    if ((language === 'ar' || language === 'en') && weight > bestWeight) {
      best = language;
      bestWeight = weight;
    }
  }
  return best;
}
