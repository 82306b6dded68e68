import { unitsOf } from '../code-units.ts';

/**
 * Text with a byte for each letter of Arabic: the single-byte mode of the Standard Compression Scheme for Unicode
 * (Unicode Technical Standard #6), as though it had begun with the tags 1C 0D 13, which put window 4 at U+0680 and choose
 * window 3, Arabic at U+0600. Characters of other windows are quoted, two bytes each, and what has none takes three.
 */
const quoteFirst = 0x01;
const quoteLast = 0x08;
const quoteUnicode = 0x0e;
const arabic = 0x0600;
const half = 0x80;
/** Bytes that a character takes at most. */
const longest = 3;
/** Where the windows begin that quoting n reaches with a byte below 80, and with one from there on. */
const fixed = [0, 0x0080, 0x0100, 0x0300, 0x2000, 0x2080, 0x2100, 0x3000];
const movable = [0x0080, 0x00c0, 0x0400, arabic, 0x0680, 0x3040, 0x30a0, 0xff00];

/** The byte of each character that has one; 0 is none. */
const bytesOf = new Uint8Array(arabic + half);
/** What each byte that is no tag stands for, in UTF-8 with the first byte lowest: two bytes from 80 on. */
const utf8 = new Uint16Array(256);
for (let byte = 0; byte < half; byte++) {
  if (!isTag(byte)) bytesOf[byte] = byte;
  bytesOf[arabic + byte] = byte + half;
  utf8[byte] = byte;
  utf8[byte + half] = Buffer.from(String.fromCharCode(arabic + byte)).readUInt16LE();
}

/** Texts of up to so many characters are worked on in the same place: new memory takes longer than the work. */
const few = 32 * 1024;
const keptBytes = Buffer.allocUnsafeSlow(few * longest);
const keptUtf8 = utf8Place(few);

/** The bytes of a text that is given in UTF-8. */
export function toScsu(utf8: Buffer): Buffer {
  const text = utf8.toString();
  const { length } = text;
  const units = unitsOf(text);
  const bytes = length <= few ? keptBytes : Buffer.allocUnsafeSlow(length * longest);
  let end = 0;
  for (let at = 0; at < length; at++) {
    const unit = units[at] as number;
    const byte = unit < arabic + half ? (bytesOf[unit] as number) : 0;
    if (byte !== 0) bytes[end++] = byte;
    else end = quote(unit, bytes, end);
  }
  return Buffer.from(bytes.subarray(0, end));
}

/**
 * The text of `bytes` that toScsu made, in UTF-8, in memory that the next call may write over. Throws on a tag that it
 * never writes.
 */
export function fromScsu(bytes: Uint8Array): Buffer {
  const { text, view } = bytes.length <= few ? keptUtf8 : utf8Place(bytes.length);
  const last = bytes.length - 1;
  let end = 0;
  let at = 0;
  while (at <= last) {
    // Nearly all of it, two at once and in a loop of its own: one by one, or with the tags in the same, it takes longer.
    for (; at < last; at += 2) {
      const first = bytes[at] as number;
      const second = bytes[at + 1] as number;
      if (first < 0x20 || second < 0x20) break;
      const length = 1 + (first >> 7);
      view.setUint32(end, (utf8[first] as number) | ((utf8[second] as number) << (8 * length)), true);
      end += length + 1 + (second >> 7);
    }
    if (at > last) break;
    const byte = bytes[at++] as number;
    if (!isTag(byte)) {
      view.setUint16(end, utf8[byte] as number, true);
      end += 1 + (byte >> 7);
    } else if (byte === quoteUnicode) {
      const code = quotedUnicode(bytes, at);
      at += code < 0x1_0000 ? 2 : 5;
      end += text.write(String.fromCodePoint(code), end);
    } else if (byte >= quoteFirst && byte <= quoteLast) {
      end += text.write(String.fromCodePoint(quoted(byte - quoteFirst, bytes[at++] ?? 0)), end);
    } else throw new Error(`text with the unknown tag ${byte}`);
  }
  return text.subarray(0, end);
}

/** Room for the text of so many bytes: none becomes more than two, and pairs are written four bytes wide. */
function utf8Place(length: number) {
  const text = Buffer.allocUnsafeSlow(length * 2 + 4);
  return { text, view: new DataView(text.buffer) };
}

/** The character behind a tag that quotes UTF-16. Where it is the first half of one, the other is behind another tag. */
function quotedUnicode(bytes: Uint8Array, at: number): number {
  const unit = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  if (unit < 0xd800 || unit > 0xdbff) return unit;
  const second = ((bytes[at + 3] ?? 0) << 8) | (bytes[at + 4] ?? 0);
  return 0x1_0000 + ((unit - 0xd800) << 10) + (second - 0xdc00);
}

/** Below 20, but for a tab and the ends of lines. */
function isTag(byte: number): boolean {
  return byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 13;
}

/** Writes what stands for a character without a byte of its own; returns where it ends. */
function quote(unit: number, bytes: Buffer, end: number): number {
  for (let window = 0; window < fixed.length; window++) {
    const low = unit - (fixed[window] as number);
    const high = unit - (movable[window] as number);
    const byte = low >= 0 && low < half ? low : high >= 0 && high < half ? high + half : null;
    if (byte === null) continue;
    bytes[end] = quoteFirst + window;
    bytes[end + 1] = byte;
    return end + 2;
  }
  bytes[end] = quoteUnicode;
  bytes[end + 1] = unit >> 8;
  bytes[end + 2] = unit & 0xff;
  return end + 3;
}

function quoted(window: number, byte: number): number {
  return byte < half ? (fixed[window] as number) + byte : (movable[window] as number) + byte - half;
}
