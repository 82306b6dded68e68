/** The ASCII digit of an Arabic-Indic (U+0660–0669) or Persian (U+06F0–06F9) digit; other characters as they are. */
export function asciiDigit(character: string): string {
  const code = character.charCodeAt(0);
  if (code >= 0x660 && code <= 0x669) return String(code - 0x660);
  if (code >= 0x6f0 && code <= 0x6f9) return String(code - 0x6f0);
  return character;
}

/** Writes Arabic-Indic and Persian digits as 0–9. */
export function toLatinDigits(text: string): string {
  return text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, asciiDigit);
}

/** Writes 0–9 as Arabic-Indic digits. */
export function toArabicDigits(text: string): string {
  return text.replace(/[0-9]/g, (digit) => String.fromCharCode(0x660 + Number(digit)));
}
