import { indexText } from '../../src/arabic/analyse.ts';
import { fold } from '../../src/arabic/fold.ts';
import { stopWords } from '../../src/arabic/lexicon.ts';
import { parseQuery } from '../../src/arabic/query.ts';

/** A word asked for: all of `terms`, or any of `alternatives` as a phrase. */
export type AskedWord = { terms: string[]; alternatives: string[][] };

/** How texts and questions become terms. */
export type Candidate = { name: string; index: (text: string) => string; ask: (question: string) => AskedWord[] };

const common = new Set(stopWords);

/** Words as the database itself would cut them, with the same common words left out of questions. */
export const native: Candidate = {
  name: 'unicode61',
  index: (text) => text,
  ask(question) {
    const words = [...new Set(question.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])];
    const uncommon = words.filter((word) => !common.has(fold(word)));
    return (uncommon.length > 0 ? uncommon : words).map((word) => ({ terms: [word], alternatives: [] }));
  },
};

export const khabar: Candidate = {
  name: 'khabar',
  index: indexText,
  ask(question) {
    const { words, phrases } = parseQuery(question);
    // A headline quotes names; the words of a phrase are words like the others here.
    const quoted = phrases.flat().map((term) => ({ terms: [term], alternatives: [] }));
    return [...words, ...quoted];
  },
};
