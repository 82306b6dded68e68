import { createLexicon, type Lexicon } from './lexicon.ts';

/** Turns one folded word into its stem. */
export type Stemmer = (word: string) => string;

const arabicLetter = /[\u0621-\u064a]/;
const article = /^[وف]?(?:[بك]?ال|لل)/;

/** The fewest letters a stem keeps. */
const minStem = 3;

let standard: Stemmer | undefined;

/**
 * The stem by which a folded word is indexed and found. Light stemming after Larkey, Ballesteros and Connell ("light10",
 * 2007), with pronouns, verbs and a lexicon added; words of other scripts are left alone.
 */
export function stem(word: string, lexicon?: Lexicon): string {
  if (lexicon) return createStemmer(lexicon)(word);
  standard ??= createStemmer(createLexicon());
  return standard(word);
}

/** A stemmer over a lexicon; build it once and keep it. */
export function createStemmer(lexicon: Lexicon): Stemmer {
  const { endings, lams, protectedWords } = lexicon;
  const keeps = (word: string) => protectedWords.has(word) || endings.has(word);
  const trim = (word: string) => (keeps(word) ? word : withoutEnding(word, keeps));
  const firstLetters = new Set(lexicon.firstLetters.map(trim));
  const articles = new Set(lexicon.articles.map(trim));
  const spellings = new Map<string, string>();

  const stemWord = (word: string): string => {
    if (word.length < minStem || protectedWords.has(word) || !arabicLetter.test(word)) return word;
    const found = stemJoined(word) ?? stemBare(word);
    return spellings.get(found) ?? found;
  };

  /** The stem of a word with the article, or with ل for it. */
  const stemJoined = (word: string): string | undefined => {
    const joined = article.exec(word)?.[0];
    if (joined === undefined || word.length - joined.length < minStem) return undefined;
    const own = joined.endsWith('ال') ? word.slice(joined.length - 2) : '';
    if (articles.has(trim(own))) return stemBare(own);
    const rest = word.slice(joined.length);
    // What begins with «بال» or «وال» may do so by itself: باليستي, بالونات, والدته; but والدين is "and the religion".
    if (/^[بو]ال$/.test(joined) && firstLetters.has(trim(word)) && !keeps(rest)) return undefined;
    return stemDefinite(own === '' && lams.has(`ل${rest}`) ? `ل${rest}` : rest);
  };

  const stemDefinite = (word: string) => (keeps(word) ? word : noun(trim(word)));

  /** Whether a word begins with a letter of its own; not before what is a word with its own ending: وديونها is "and its debts". */
  const keepsFirst = (word: string, trimmed: string) => {
    const next = word.slice(1);
    return firstLetters.has(trimmed) && !keeps(next) && keptWithin(next, keeps) === undefined;
  };

  const stemBare = (word: string): string => {
    let rest = withoutFuture(word);
    let trimmed = trim(rest);
    // At most two of these stand together, and و comes before the others.
    for (const prefix of [/^[وبل]/, /^[بل]/]) {
      if (rest.length < 4 || !prefix.test(rest) || keeps(rest) || keepsFirst(rest, trimmed)) break;
      const next = trim(rest.slice(1));
      if (next.length < minStem) break;
      rest = rest.slice(1);
      trimmed = next;
    }
    return keeps(rest) ? trimmed : verb(noun(trimmed));
  };

  /** سيعلن is future, سيارة and سنواته are not: four letters must be left when the ending is gone, and no noun of the lexicon. */
  const withoutFuture = (word: string): string => {
    const rest = future.test(word) ? word.replace(/^[وف]?س/, '') : word;
    const trimmed = trim(rest);
    return trimmed.length > minStem && !keeps(trimmed) ? rest : word;
  };

  for (const [indexed = '', ...others] of lexicon.spellings) {
    for (const other of others) spellings.set(stemWord(other), stemWord(indexed));
  }
  return stemWord;
}

/** The future س before an imperfect verb. */
const future = /^[وف]?س[يتن](?!ت[يا]ن$).{3}/;

/** But for ه, which may be the end of a feminine as well. */
const pronouns = /(?:هما|كما|ها|هم|هن|كم|نا)$/;

/** Of حياة: حياته, حياتها, حياتين. */
const longFeminine = /ات(?:هما|كما|ها|هم|هن|كم|نا|ه|ين|ان|ي)$/;

/** Two letters before ات are a short feminine noun: لغات is لغة, قوات is قوة. */
const shortPlural = /^..اته?$/;
/** مات and بات are verbs. */
const shortFeminine = /^.[^ا]ت$/;

/** Pronouns; ات or ت may stand before them. Then plural and dual endings, nisba, feminine, accusative. */
function withoutEnding(word: string, keeps: (word: string) => boolean): string {
  let rest = cut(word, pronouns);
  const kept = keptWithin(word, keeps);
  if (kept !== undefined) return kept;
  if (shortPlural.test(rest)) return `${rest.slice(0, 2)}ه`;
  if (rest !== word) {
    const plural = cut(rest, /ات$/);
    rest = plural === rest ? cut(rest, /ت$/) : plural;
  }
  // No verb has وا before a pronoun, but مستواها has.
  if (rest !== word) rest = cut(rest, /ا$/);
  rest = withoutInflection(rest, keeps);
  return rest === word || keeps(rest) ? rest : withoutFeminine(rest, keeps);
}

/** The word with an ending of its own to which another ending was added. */
function keptWithin(word: string, keeps: (word: string) => boolean): string | undefined {
  const within = [word.replace(pronouns, ''), word.replace(/ه$/, ''), word.replace(longFeminine, 'اه')];
  return within.find((each) => each !== word && keeps(each));
}

/** What has lost an ending may still have the ت of a feminine before it: شركتين, عمليتي, معلوماتي, لغتها. */
function withoutFeminine(word: string, keeps: (word: string) => boolean): string {
  if (shortFeminine.test(word)) return `${word.slice(0, 2)}ه`;
  const rest = cut(word, /ا?ت$/);
  return rest === word || keeps(rest) ? rest : cut(rest, /ي$/);
}

function withoutInflection(word: string, keeps: (word: string) => boolean): string {
  const nisba = (rest: string) => (keeps(rest) ? rest : cut(rest, /ي$/));
  for (const ending of [/ياته?$/, /اته?$/, /[وي]ن$/, /ان$/, /يه$/, /ته$/, /ه$/, /وا$/, /ا$/, /ت$/]) {
    const rest = cut(word, ending, ending.source === 'ان$' && !word.endsWith('تان') ? 4 : minStem);
    if (rest !== word) return nisba(ending.source === 'ه$' ? cut(rest, /ا$/) : rest);
  }
  return nisba(word);
}

function cut(word: string, ending: RegExp, atLeast = minStem): string {
  const rest = word.replace(ending, '');
  return rest.length >= atLeast ? rest : word;
}

/**
 * The verbal noun of forms VII, VIII and X joins its verb: انطلاق انطلق, ارتفاع ارتفع, استنكار استنكر, اعتداء اعتدى. The
 * pattern is regular and has no other meaning.
 */
function noun(word: string): string {
  return word.replace(/^(ا(?:ن..|.ت.|[صضطظ]ط.|[زدذ]د.|ست..))ا(?:ء|(.))$/, '$1$2');
}

/** The imperfect joins the perfect: يرتفع ارتفع, يستنكر استنكر, يستقيل استقال, يتعرض تعرض, يعلن علن. */
function verb(word: string): string {
  // The verbal noun of form II (تنظيم, تهديد) begins like these.
  if (/^ت..ي.$/.test(word)) return word;
  return word
    .replace(/^[يتن](?=ن...$|(?:.ت|[صضطظ]ط|[زدذ]د)..$|ست..)/, 'ا')
    .replace(/^(است.)ي(.)$/, '$1$2')
    .replace(/^[يت]ت(?=...)/, 'ت')
    .replace(/^ي(?=...$)/, '');
}
