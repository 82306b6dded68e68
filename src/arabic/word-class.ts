/** How a UTF-16 unit takes part in words. */
export const separates = 0;
/** A letter or a digit: begins words and stays in them. */
export const starts = 1;
/** A mark or tatweel: stays in a word, never begins one. */
export const continues = 2;
/** An invisible character: does not cut a word when more of it follows. */
export const glue = 3;

const letter = /[\p{L}\p{N}]/u;
const mark = /[\p{M}\u0640]/u;
const invisible = /[\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]/;

/** One entry for each UTF-16 unit: asking a table is many times faster than asking Unicode properties. */
const classes = new Uint8Array(0x1_0000);
for (let unit = 0; unit < classes.length; unit++) {
  const character = String.fromCharCode(unit);
  if (invisible.test(character)) classes[unit] = glue;
  else if (mark.test(character)) classes[unit] = continues;
  else if (letter.test(character)) classes[unit] = starts;
}

/** The class of the unit at `at`; both halves of a surrogate pair have the class of their character. */
export function wordClass(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xd800 && unit <= 0xdfff ? pairClass(text, at) : (classes[unit] ?? separates);
}

/** The classes of characters beyond the first 65,536, one more than they are; 0 where nobody has asked yet. */
const pairClasses = new Uint8Array(0x10_0000);

function pairClass(text: string, at: number): number {
  const isSecond = text.charCodeAt(at) >= 0xdc00;
  const point = text.codePointAt(isSecond ? at - 1 : at) ?? 0;
  if (point < 0x1_0000) return separates;
  const known = pairClasses[point - 0x1_0000];
  if (known) return known - 1;
  const character = String.fromCodePoint(point);
  const kind = letter.test(character) ? starts : mark.test(character) ? continues : separates;
  pairClasses[point - 0x1_0000] = kind + 1;
  return kind;
}
