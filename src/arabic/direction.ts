/** Scripts written from right to left (Unicode, Bidi_Class R or AL). */
const rtlScripts = new Set(['Arab', 'Hebr', 'Thaa', 'Syrc', 'Nkoo', 'Adlm', 'Rohg', 'Mand', 'Samr', 'Aran']);
const rtlLetter =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Thaana}\p{Script=Syriac}\p{Script=Nko}\p{Script=Adlam}]/u;

/** The direction of the first strong letter (Unicode UAX #9, rule P2), or null in a text without letters. */
export function firstStrong(text: string): 'rtl' | 'ltr' | null {
  const letter = /\p{L}/u.exec(text)?.[0];
  if (letter === undefined) return null;
  return rtlLetter.test(letter) ? 'rtl' : 'ltr';
}

/** The direction of a language, by the script it is most likely written in (CLDR likely subtags). */
export function localeDirection(locale: string): 'rtl' | 'ltr' {
  try {
    return rtlScripts.has(new Intl.Locale(locale).maximize().script ?? '') ? 'rtl' : 'ltr';
  } catch {
    return 'ltr';
  }
}
