import { queryParts } from '../arabic/query.ts';
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
 * The query as it may have been meant: each of the first words that nothing holds is replaced by the nearest one of a
 * headline, as it is written there. What was not wanted stays so, as it was typed. Null where no word is unknown, or
 * nothing is near.
 */
export async function meantWords(
  finder: Finder,
  text: string,
  read: (q: string) => Promise<{ ask: Ask }>,
  spell: Speller,
): Promise<string | null> {
  let isChanged = false;
  let seen = 0;
  let unknown = 0;

  async function meantBy({ word, written }: { word: string; written: string }): Promise<string> {
    if (seen++ >= mostWords || unknown >= mostUnknown || (await isKnown(finder, word, read))) return written;
    unknown++;
    const near = await nearest(finder, word, spell);
    if (near !== null) isChanged = true;
    return near ?? written;
  }

  const parts: string[] = [];
  for (const part of queryParts(text)) {
    const words = writtenWords(part.text);
    if (words.length === 0) continue;
    if (part.isExcluded) {
      parts.push(part.typed);
      continue;
    }
    const meant: string[] = [];
    for (const each of words) meant.push(await meantBy(each));
    parts.push(part.isPhrase ? `"${meant.join(' ')}"` : meant.join(' '));
  }
  return isChanged ? parts.join(' ') : null;
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
