import type { Ask } from './ask.ts';
import { type Finder, matchingOf } from './finder.ts';
import { withoutArticle, writtenWords } from './headline-words.ts';
import { nearestWord, slipsAllowed } from './nearest.ts';

const mostWords = 6;
/** Each unknown word takes a look through the vocabulary. */
const mostUnknown = 3;

/** How headlines write a folded word of theirs. */
type Speller = (word: string) => Promise<string>;

/**
 * The query as it may have been meant: each of the first words that nothing holds is replaced by the nearest one of a headline, as it is
 * written there. Null where no word is unknown, or nothing is near.
 */
export async function meantWords(
  finder: Finder,
  text: string,
  read: (q: string) => Promise<{ ask: Ask }>,
  spell: Speller,
): Promise<string | null> {
  const words = writtenWords(text).slice(0, mostWords);
  let isChanged = false;
  let unknown = 0;
  const meant: string[] = [];
  for (const { word, written } of words) {
    const isLookedFor = unknown < mostUnknown && !(await isKnown(finder, word, read));
    const near = isLookedFor ? await nearest(finder, word, spell) : null;
    if (isLookedFor) unknown++;
    if (near !== null) isChanged = true;
    meant.push(near ?? written);
  }
  return isChanged ? meant.join(' ') : null;
}

async function isKnown(finder: Finder, word: string, read: (q: string) => Promise<{ ask: Ask }>): Promise<boolean> {
  const { ask } = await read(word);
  return (await finder.count(matchingOf({ every: ask.wanted }), 1)) > 0;
}

/** Looks among the words with the same first letter or, for a slip in that, with the second one. */
async function nearest(finder: Finder, word: string, spell: Speller): Promise<string | null> {
  const whole = await nearestAsIs(finder, word);
  if (whole !== null) return spell(whole);
  const bare = withoutArticle(word);
  const meant = bare === word ? null : await nearestAsIs(finder, bare);
  return meant === null ? null : word.slice(0, word.length - bare.length) + (await spell(meant));
}

async function nearestAsIs(finder: Finder, word: string): Promise<string | null> {
  const slips = slipsAllowed(word);
  if (slips === 0) return null;
  const letters = [...new Set([...word].slice(0, 2))];
  const known = await finder.vocabulary(letters, { min: word.length - slips, max: word.length + slips });
  return nearestWord(word, known);
}
