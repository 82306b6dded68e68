import { asciiDigit } from './digits.ts';

/**
 * Marks that never change which word it is: Quranic signs, tatweel (U+0640), harakat, superscript alef, soft hyphen,
 * combining grapheme joiner, bidi controls, joiners, variation selectors. Source: Unicode blocks Arabic, Arabic
 * Extended-A and General Punctuation; compared with Lucene's ArabicNormalizer, which knows only U+064B–0652 and 0640.
 */
export const ignorable =
  /[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u0898-\u089f\u08ca-\u08ff\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]/g;

/**
 * Letters that writers use for one another: hamza seats (أ إ آ ٱ → ا; ؤ ئ → ء, which joins مسؤول and مسئول), final ى
 * and ة, the letters of Persian, Urdu and Kurdish keyboards, and the Greek sigma. Sources: Lucene's ArabicNormalizer and
 * PersianNormalizer, extended by what was counted in newspapers and readers' comments.
 */
const letters: Record<string, string> = {
  آ: 'ا',
  أ: 'ا',
  إ: 'ا',
  ٱ: 'ا',
  ٲ: 'ا',
  ٳ: 'ا',
  ٵ: 'ا',
  ى: 'ي',
  ی: 'ي',
  ې: 'ي',
  ے: 'ي',
  ئ: 'ء',
  ؤ: 'ء',
  ة: 'ه',
  ۀ: 'ه',
  ہ: 'ه',
  ۂ: 'ه',
  ۃ: 'ه',
  ە: 'ه',
  ھ: 'ه',
  ک: 'ك',
  ڪ: 'ك',
  ڭ: 'ك',
  گ: 'ك',
  پ: 'ب',
  چ: 'ج',
  ڤ: 'ف',
  ڥ: 'ف',
  ژ: 'ز',
  // Lower case makes one or the other of Σ, by what stands beside it.
  ς: 'σ',
};

/** The letters and digits that folding makes this one of. */
export function lookAlikes(folded: string): string[] {
  if (/^[0-9]$/.test(folded)) return [0x660, 0x6f0].map((zero) => String.fromCharCode(zero + Number(folded)));
  return Object.keys(letters).filter((letter) => letters[letter] === folded);
}

const foldable = new RegExp(`${ignorable.source}|[${Object.keys(letters).join('')}\u0660-\u0669\u06f0-\u06f9]`, 'g');

/**
 * Anything but characters that normalisation and lower case leave as they are: ASCII without capitals, Arabic letters,
 * and what cannot be seen.
 */
const needsComposing =
  /[^\0-@[-\x7f\u00ab\u00ad\u00bb\u060c\u061b\u061c\u061f\u0621-\u063a\u0640-\u0652\u0660-\u0669\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/;

/**
 * The form in which texts are compared: compatibility composed (NFKC, which turns presentation forms into letters),
 * lower case, without ignorable marks, look-alike letters and digits made one. Idempotent. Composing comes before the
 * letters are mapped, because a decomposed أ is ا and a mark; and once more at the end, because what is deleted may have
 * kept a letter from its mark.
 */
export function fold(text: string): string {
  if (!needsComposing.test(text)) return text.replace(foldable, foldCharacter);
  const safe = streamSafe(text);
  if (!needsComposing.test(safe)) return safe.replace(foldable, foldCharacter);
  const composed = safe.normalize('NFKC').toLowerCase();
  return composed.normalize('NFKC').replace(foldable, foldCharacter).normalize('NFKC');
}

const mostSentences = 10_000;

/**
 * At most thirty marks in a row (the Stream-Safe Text Format of UAX #15), because normalising takes time by the square
 * of their number; and ligatures that stand for a sentence (ﷺ grows to eighteen letters) once in a row, and not a
 * million times in a text.
 */
function streamSafe(text: string): string {
  const safe = text.replace(/(?<!\p{M})(\p{M}{30})\p{M}+/gu, '$1');
  if (!/[\ufdfa\ufdfb]/.test(safe)) return safe;
  let sentences = 0;
  return safe
    .replace(/([\ufdfa\ufdfb])(?:\s?\1)+/g, '$1')
    .replace(/[\ufdfa\ufdfb]/g, (ligature) => (++sentences > mostSentences ? '' : ligature.normalize('NFKC')));
}

function foldCharacter(character: string): string {
  const code = character.charCodeAt(0);
  if (code >= 0x660 && code <= 0x6f9) {
    const digit = asciiDigit(character);
    if (digit !== character) return digit;
  }
  return letters[character] ?? '';
}
