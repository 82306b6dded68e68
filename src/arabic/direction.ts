/** Scripts written from right to left (Unicode, Bidi_Class R or AL). */
const rtlScripts = new Set(['Arab', 'Hebr', 'Thaa', 'Syrc', 'Nkoo', 'Adlm', 'Rohg', 'Mand', 'Samr', 'Aran']);
const rtlLetter =
  /[\u061c\u200f\p{scx=Arabic}\p{scx=Hebrew}\p{scx=Thaana}\p{scx=Syriac}\p{scx=Nko}\p{scx=Adlam}\p{scx=Hanifi_Rohingya}\p{scx=Mandaic}\p{scx=Samaritan}]/u;

/**
 * The direction of the first strong character (Unicode UAX #9, rule P2): a letter or a directional mark. Null in a text
 * without any.
 */
export function firstStrong(text: string): 'rtl' | 'ltr' | null {
  const letter = /[\p{L}\u061c\u200e\u200f]/u.exec(text)?.[0];
  if (letter === undefined) return null;
  return rtlLetter.test(letter) ? 'rtl' : 'ltr';
}

/** The direction of a language, by the script it is most likely written in (CLDR likely subtags). */
export function localeDirection(locale: string): 'rtl' | 'ltr' {
  return (lastDirection.locale === locale ? lastDirection : rememberDirection(locale)).direction;
}

/** Most are asked for again at once, and to look one up takes as long as to store a row. */
let lastDirection: { locale: string; direction: 'rtl' | 'ltr' } = { locale: 'ar', direction: 'rtl' };

function rememberDirection(locale: string) {
  lastDirection = { locale, direction: findDirection(locale) };
  return lastDirection;
}

function findDirection(locale: string): 'rtl' | 'ltr' {
  try {
    return rtlScripts.has(new Intl.Locale(locale).maximize().script ?? '') ? 'rtl' : 'ltr';
  } catch {
    return 'ltr';
  }
}
