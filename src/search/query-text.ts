import { z } from 'zod';
import { refusal } from '../http/validation.ts';

/** More than anyone types. */
const maxLetters = 1000;

/** What somebody looks for: the parameter `q` of every search. */
export const searchText = z
  .string()
  .max(maxLetters)
  .refine(
    (text) => /[\p{L}\p{N}]/u.test(text),
    refusal('empty_query', 'There is no letter to look for.', 'لا يوجد حرف للبحث عنه.'),
  )
  .meta({
    type: 'string',
    maxLength: maxLetters,
    description:
      'Words, "phrases" («these» too) and -excluded words, in any spelling, with or without vowel marks and prefixes',
    examples: ['«التحالف الدولي» سوريا -العراق'],
  });
