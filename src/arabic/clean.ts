import { fold } from './fold.ts';

/** What was taken out of a text, by kind. Codes are part of the API. */
export type Removal = { code: RemovalCode; count: number };
export type RemovalCode =
  | 'bidi-control'
  | 'invisible'
  | 'control'
  | 'private-use'
  | 'noncharacter'
  | 'lone-surrogate'
  | 'excess-marks'
  | 'repeated-mark';

/** Almost all text has none of this, and one test says so. */
const suspect =
  /[\0-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\u3164\ufeff\uffa0\ufff9-\ufffb\p{Co}\p{Cn}\p{Cs}\u{e0000}-\u{e007f}]|\p{M}{5}/u;

/**
 * Takes out what readers never see but machines trip over, as counted in real news and comments: controls, bidi
 * embeddings, overrides and isolates (UTR #36: they can make a text read differently from what it says), zero-width
 * characters, fillers, tags outside emoji flags, private use and unassigned code points, lone surrogates, and more
 * than four marks on one letter. ZWJ and ZWNJ stay between letters or emoji, where scripts need them; single
 * directional marks (U+200E, 200F, 061C) stay. Visible text is never changed. Line breaks become \n, and stay only
 * with `multiline`, otherwise they become spaces.
 */
export function cleanText(text: string, { multiline = false } = {}): { text: string; removed: Removal[] } {
  const isPlain = isUsual(text);
  const lines = isPlain ? text : text.replace(/\r\n?|[\v\f\u0085\u2028\u2029]/g, '\n');
  const shaped = multiline ? lines : lines.replaceAll('\n', ' ');
  if (isPlain || isUsual(shaped) || !suspect.test(shaped)) return { text: shaped, removed: [] };
  const counts = new Map<RemovalCode, number>();
  const drop = (code: RemovalCode, amount = 1) => {
    counts.set(code, (counts.get(code) ?? 0) + amount);
    return '';
  };
  const cleaned = shaped
    .replace(/\p{Cs}/gu, () => drop('lone-surrogate'))
    .replace(/[\0-\x08\x0b-\x1f\x7f-\x9f]/g, () => drop('control'))
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, () => drop('bidi-control'))
    .replace(
      /(\u{1f3f4}[\u{e0020}-\u{e007e}]+\u{e007f})|[\u{e0000}-\u{e007f}]/gu,
      (_, flag?: string) => flag ?? drop('invisible'),
    )
    .replace(/[\u00ad\u034f\u115f\u1160\u180e\u200b\u2060-\u2065\u3164\ufeff\uffa0\ufff9-\ufffb]/g, () =>
      drop('invisible'),
    )
    .replace(/\p{Co}/gu, () => drop('private-use'))
    .replace(/(?![\u{e0020}-\u{e007f}])\p{Cn}/gu, () => drop('noncharacter'))
    .replace(/(?<![\p{L}\p{M}\p{Emoji}\ufe0f])[\u200c\u200d]+|[\u200c\u200d]+(?![\p{L}\p{Emoji}])/gu, (run) =>
      drop('invisible', run.length),
    )
    .replace(/([\u200c\u200d])[\u200c\u200d]+/g, (run, joiner: string) => {
      drop('repeated-mark', run.length - 1);
      return joiner;
    })
    .replace(/([\u061c\u200e\u200f])[\u061c\u200e\u200f]+/g, (run, mark: string) => {
      drop('repeated-mark', run.length - 1);
      return mark;
    })
    .replace(/(\p{M}{4})(\p{M}+)/gu, (_, kept: string, excess: string) => {
      drop('excess-marks', [...excess].length);
      return kept;
    });
  return { text: cleaned, removed: [...counts].map(([code, count]) => ({ code, count })) };
}

/** Whether there is anything to be seen in a clean text: white space and directional marks are not. */
export function isSeen(text: string): boolean {
  return /[^\s\u061c\u200e\u200f]/.test(text);
}

const usualCharacter = /[\t\n -~\u00a0-\u00ac\u00ae-\u00ff\u060c\u061b\u061f-\u066d\u2010-\u2027\u2030-\u205e]/;
const usual = 1;
const mark = 2;

/**
 * Letters, digits and punctuation that Arabic and Latin texts are written with: they hold nothing suspect as long as no
 * letter has five marks. Every text is looked through, so it is a table: asking it takes a tenth of the regular expression.
 */
const kinds = new Uint8Array(0x1_0000);
for (let code = 0; code < 0x2060; code++) {
  const character = String.fromCharCode(code);
  if (/[\u064b-\u065f]/.test(character)) kinds[code] = mark;
  else if (usualCharacter.test(character)) kinds[code] = usual;
}

/** Whether a text has none but usual characters, as most texts do. */
function isUsual(text: string): boolean {
  let marks = 0;
  for (let at = 0; at < text.length; at++) {
    const kind = kinds[text.charCodeAt(at)];
    if (kind === usual) marks = 0;
    else if (kind !== mark || ++marks === 5) return false;
  }
  return true;
}

const maxNameLength = 1000;
/** Words of Arabic letters alone, with a space between them, as most names here are: nothing in them needs a change. */
const plainName = /^[\u0621-\u063a\u0641-\u064a]+(?: [\u0621-\u063a\u0641-\u064a]+)*$/;

export type NameProblem = 'empty' | 'mixed-scripts' | 'mixed-digits';

/**
 * A display name as it is kept: NFKC, one line, white space collapsed, tatweel dropped (after the Nickname profile of
 * PRECIS, RFC 8266). `problem` names what makes it unfit: no letter or digit, a word that mixes Arabic, Latin, Greek
 * or Cyrillic letters (UTS #39), or Arabic-Indic beside Persian digits (RFC 5892, A.8 and A.9). What follows the first
 * thousand characters is cut, because NFKC can make a text eighteen times longer.
 */
export function cleanName(text: string): { name: string; removed: Removal[]; problem?: NameProblem } {
  const cut = text.slice(0, maxNameLength);
  if (plainName.test(cut)) return { name: cut, removed: [] };
  const { text: visible, removed } = cleanText(cut);
  // Composed again at each step, because a mark may meet its letter when what stood between them is gone.
  const bare = visible
    .normalize('NFKC')
    .replace(/[\u0640\u061c\u200e\u200f]/g, '')
    .normalize('NFKC');
  const name = cleanText(bare).text.normalize('NFKC').replace(/\s+/gu, ' ').trim();
  const problem = nameProblem(name);
  return problem ? { name, removed, problem } : { name, removed };
}

function nameProblem(name: string): NameProblem | undefined {
  if (!/[\p{L}\p{N}]/u.test(name)) return 'empty';
  if (/[\u0660-\u0669]/.test(name) && /[\u06f0-\u06f9]/.test(name)) return 'mixed-digits';
  const scripts = [/\p{Script=Arabic}/u, /\p{Script=Latin}/u, /\p{Script=Cyrillic}/u, /\p{Script=Greek}/u];
  const mixed = name
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .some((word) => scripts.filter((script) => script.test(word)).length > 1);
  return mixed ? 'mixed-scripts' : undefined;
}

/** Letters of other scripts that look like Latin ones (from Unicode's confusables, the pairs used to spoof names). */
const lookalikes: Record<string, string> = {
  а: 'a',
  в: 'b',
  с: 'c',
  ԁ: 'd',
  е: 'e',
  ғ: 'f',
  һ: 'h',
  і: 'i',
  ї: 'i',
  ј: 'j',
  к: 'k',
  ӏ: 'l',
  м: 'm',
  н: 'h',
  о: 'o',
  р: 'p',
  ԛ: 'q',
  г: 'r',
  ѕ: 's',
  т: 't',
  у: 'y',
  ѵ: 'v',
  ԝ: 'w',
  х: 'x',
  α: 'a',
  β: 'b',
  ε: 'e',
  η: 'n',
  ι: 'i',
  κ: 'k',
  ν: 'v',
  ο: 'o',
  ρ: 'p',
  τ: 't',
  υ: 'u',
  χ: 'x',
  0: 'o',
  1: 'l',
  '|': 'l',
  ı: 'i',
  ɑ: 'a',
  ɡ: 'g',
};
/** Digits that pass for letters beside Arabic ones: ١ for ا, ٥ for ه. Folding has made them 1 and 5. */
const digitForLetter = /(?<=[\u0621-\u064a])[15]|[15](?=[\u0621-\u064a])/g;
const lookalike = new RegExp(`[${Object.keys(lookalikes).join('')}]`, 'gu');

/**
 * What names are compared by, so that nobody passes for another: folded, accents off, without spaces and punctuation,
 * look-alike letters made one, and Arabic letters that differ only in dots of a final form joined by `fold`.
 */
export function nameKey(name: string): string {
  const cut = name.slice(0, maxNameLength);
  if (plainName.test(cut)) return fold(cut).replaceAll(' ', '').slice(0, 300);
  return fold(cut)
    .normalize('NFD')
    .replace(/[\p{M}\p{P}\p{S}\s]+/gu, '')
    .normalize('NFC')
    .replace(digitForLetter, (digit) => (digit === '1' ? 'ا' : 'ه'))
    .replace(lookalike, (character) => lookalikes[character] ?? character)
    .slice(0, 300);
}
