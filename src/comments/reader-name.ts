import { cleanName, type NameProblem, nameKey } from '../arabic/clean.ts';
import { type AppError, fieldError, type LocalText } from '../errors.ts';

const maxCharacters = 100;

const problems: Record<NameProblem, LocalText> = {
  empty: { en: 'It needs a letter or a digit.', ar: 'يلزم أن يحوي حرفًا أو رقمًا.' },
  'mixed-scripts': { en: 'One word mixes alphabets.', ar: 'في كلمة واحدة حروف من أبجديات مختلفة.' },
  'mixed-digits': { en: 'It mixes two kinds of digits.', ar: 'فيه أرقام من نوعين مختلفين.' },
};

/** A reader's display name as it is kept, and what it is compared by. Throws AppError `unprocessable` (422). */
export function readName(text: string): { name: string; key: string } {
  const { name, problem } = cleanName(text);
  if (problem) throw refusedName(problem.replace('-', '_'), problems[problem]);
  if ([...name].length > maxCharacters)
    throw refusedName('too_big', {
      en: `A name has at most ${maxCharacters} characters.`,
      ar: `الحد الأقصى لطول الاسم ${maxCharacters} حرف.`,
    });
  return { name, key: nameKey(name) };
}

/** The 422 for a name that, seen quickly, is that of somebody who works here. */
export function staffName(): AppError {
  return refusedName('reserved_name', {
    en: 'This is the name of one of our staff, or too much like it. Choose another.',
    ar: 'هذا الاسم لأحد العاملين لدينا أو شديد الشبه به. اختر اسمًا آخر.',
  });
}

function refusedName(code: string, message: LocalText): AppError {
  return fieldError('/author/name', code, message);
}
