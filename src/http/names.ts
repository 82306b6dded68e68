import { cleanName, type NameProblem } from '../arabic/clean.ts';
import { line } from './pieces.ts';
import { refusal } from './validation.ts';

const problems: Record<NameProblem, ReturnType<typeof refusal>> = {
  empty: refusal('empty_name', 'It needs a letter or a digit.', 'يجب أن يحوي حرفًا أو رقمًا.'),
  'mixed-scripts': refusal('mixed_scripts', 'One word mixes alphabets.', 'في كلمة واحدة حروف من أبجديات مختلفة.'),
  'mixed-digits': refusal('mixed_digits', 'It mixes two kinds of digits.', 'فيه أرقام من نوعين مختلفين.'),
};

/** A person’s name that people see: kept as `cleanName` writes it, refused where it could pass for another. */
export function displayName(max: number) {
  return line(max)
    .superRefine((name, context) => {
      const { problem } = cleanName(name);
      if (problem) context.addIssue({ code: 'custom', message: problem, ...problems[problem] });
    })
    .transform((name) => cleanName(name).name)
    .meta({ type: 'string', minLength: 1, maxLength: max });
}
