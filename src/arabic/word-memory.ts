const slots = 0x1_0000;
const longest = 32;

/** What a word hashes to before its first character. */
export const noCharacters = 0x811c_9dc5 | 0;

/** FNV-1a: the hash of a word with one more UTF-16 unit. */
export function withCharacter(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x0100_0193);
}

export type WordMemory<Answer> = (text: string, start: number, end: number, hash: number) => Answer;

/**
 * Remembers what `read` answers for words of texts. Whoever cuts a text into words has seen each of their characters and
 * hands their hash over, so a word that is known is neither cut out nor hashed again. Each hash has one place, which
 * the last word has; words met seldom are asked of a second, larger memory.
 */
export function rememberWords<Answer>(read: (word: string) => Answer): WordMemory<Answer> {
  const asked = inTwoGenerations(read);
  let words: string[] | null = null;
  let answers: (Answer | undefined)[] = [];

  return (text, start, end, hash) => {
    if (end - start > longest) return read(text.slice(start, end));
    // Made with the first text: a process that analyses none needs no memory for it.
    if (words === null) {
      words = new Array<string>(slots).fill('');
      answers = new Array<Answer | undefined>(slots).fill(undefined);
    }
    const slot = (hash ^ (hash >>> 16)) & (slots - 1);
    if (stands(words[slot] ?? '', text, start, end)) return answers[slot] as Answer;
    // A slice of a text keeps the whole text in memory; a copy does not.
    const word = ` ${text.slice(start, end)}`.slice(1);
    words[slot] = word;
    const answer = asked(word);
    answers[slot] = answer;
    return answer;
  };
}

function stands(word: string, text: string, start: number, end: number): boolean {
  const { length } = word;
  if (length !== end - start) return false;
  for (let at = 0; at < length; at++) if (word.charCodeAt(at) !== text.charCodeAt(start + at)) return false;
  return true;
}

const wordsOfGeneration = 100_000;

/** In two generations, so that memory is bounded and frequent words are never forgotten at once. */
function inTwoGenerations<Answer>(read: (word: string) => Answer): (word: string) => Answer {
  let young = new Map<string, Answer>();
  let old = new Map<string, Answer>();
  return (word) => {
    const known = young.get(word);
    if (known !== undefined) return known;
    const answer = old.get(word) ?? read(word);
    if (young.size >= wordsOfGeneration) {
      old = young;
      young = new Map();
    }
    young.set(word, answer);
    return answer;
  };
}
