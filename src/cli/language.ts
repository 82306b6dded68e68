import type { Language, LocalText } from '../errors.ts';

/** The language people are spoken to in: Arabic where the locale of the environment is, as POSIX ranks its variables. */
export const language: Language = languageOf(process.env);

export function languageOf({ LC_ALL, LC_MESSAGES, LANG }: Record<string, string | undefined>): Language {
  return /^ar(?:[_.@-]|$)/i.test(LC_ALL || LC_MESSAGES || LANG || '') ? 'ar' : 'en';
}

/** A text in the language of whoever reads it. What programs read (`--json`) never goes through here. */
export function say(text: LocalText): string {
  return text[language];
}
