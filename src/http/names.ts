import { cleanName, type NameProblem } from '../arabic/clean.ts';
import type { LocalText } from '../errors.ts';
import { line } from './pieces.ts';
import { refusal } from './validation.ts';

/** What is wrong with a name, wherever one is given. */
export const nameProblems: Record<NameProblem, LocalText> = {
  empty: { en: 'It needs a letter or a digit.', ar: 'يجب أن يحوي حرفًا أو رقمًا.' },
  'mixed-scripts': { en: 'One word mixes alphabets.', ar: 'في كلمة واحدة حروف من أبجديات مختلفة.' },
  'mixed-digits': { en: 'It mixes two kinds of digits.', ar: 'فيه أرقام من نوعين مختلفين.' },
};

const codes: Record<NameProblem, string> = {
  empty: 'empty_name',
  'mixed-scripts': 'mixed_scripts',
  'mixed-digits': 'mixed_digits',
};

/** A person’s name that people see: kept as `cleanName` writes it, refused where it could pass for another. */
export function displayName(max: number) {
  return line(max)
    .superRefine((name, context) => {
      const { problem } = cleanName(name);
      if (!problem) return;
      const { en, ar } = nameProblems[problem];
      context.addIssue({ code: 'custom', message: problem, ...refusal(codes[problem], en, ar) });
    })
    .transform((name) => cleanName(name).name)
    .meta({ type: 'string', minLength: 1, maxLength: max });
}
