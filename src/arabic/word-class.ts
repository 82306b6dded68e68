/** How a character takes part in words. */
export const separates = 1;
/** A letter or a digit: begins words and stays in them. */
export const starts = 2;
/** A mark or tatweel: stays in a word, never begins one. */
export const continues = 3;
/** An invisible character: does not cut a word when more of it follows. */
export const glue = 4;

const letter = /[\p{L}\p{N}]/u;
const mark = /[\p{M}\u0640]/u;
const invisible = /[\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]/;

/** By code point, 0 where nobody has asked yet: asking a table is many times faster than asking Unicode properties. */
const classes = new Uint8Array(0x11_0000);

/** The class of the unit at `at`; both halves of a surrogate pair have the class of their character. */
export function wordClass(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  const point = isSurrogate(unit) ? pointOf(text.charCodeAt(at - 1), unit, text.charCodeAt(at + 1)) : unit;
  return classes[point] || classify(point);
}

/** The same of UTF-16 units, of which the first `length` are a text. */
export function classOfUnit(units: Uint16Array, at: number, length: number): number {
  const unit = units[at] as number;
  if (!isSurrogate(unit)) return classes[unit] || classify(unit);
  const point = pointOf(at > 0 ? units[at - 1] : none, unit, at + 1 < length ? units[at + 1] : none);
  return classes[point] || classify(point);
}

const none = 0;

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

/** The character that a half of one belongs to. Half a character without the other is itself: neither letter nor mark. */
function pointOf(before = none, half: number, after = none): number {
  const [high, low] = half < 0xdc00 ? [half, after] : [before, half];
  const isPair = high >= 0xd800 && high < 0xdc00 && low >= 0xdc00 && low <= 0xdfff;
  return isPair ? 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00) : half;
}

function classify(point: number): number {
  const character = String.fromCodePoint(point);
  const found = classOf(character);
  classes[point] = found;
  return found;
}

function classOf(character: string): number {
  if (invisible.test(character)) return glue;
  if (mark.test(character)) return continues;
  return letter.test(character) ? starts : separates;
}
