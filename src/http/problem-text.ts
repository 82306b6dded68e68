import { counted } from '../arabic/counted.ts';
import { type AppError, errorTable, type Language } from '../errors.ts';

/** The detail of a problem with its parameters filled in: numbers in words that fit them, Latin words kept apart. */
export function fillDetail(problem: AppError, language: Language, extra: Record<string, string> = {}): string {
  const params: Record<string, string | number> = { ...extra, ...problem.params };
  return errorTable[problem.code].detail[language].replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name] ?? '';
    if (name === 'seconds') return counted(Number(value), 'seconds', language);
    if (language === 'en') return String(value);
    return isolate(name === 'by' ? usersInArabic(String(value)) : String(value));
  });
}

function usersInArabic(names: string): string {
  return names
    .split(', ')
    .map((name) => users[name] ?? name)
    .join('، ');
}

/** What may still refer to a thing that somebody wants to delete. */
const users: Record<string, string> = {
  articles: 'مقالات',
  authors: 'كتّاب',
  categories: 'تصنيفات',
  comments: 'تعليقات',
  sections: 'أقسام',
};

/**
 * A piece without Arabic in an Arabic sentence, set apart (LRI, PDI) where its signs would otherwise wander to the
 * wrong side of it. Letters alone stay where they are.
 */
function isolate(text: string): string {
  return /\p{Script=Arabic}/u.test(text) || /^[A-Za-z0-9]*$/.test(text) ? text : `\u2066${text}\u2069`;
}
