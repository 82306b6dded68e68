import { transcode } from 'node:buffer';

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

/** What a byte stands for, and the byte of each character that has one: 0 is none. */
const units = new Uint16Array(256);
const bytesOf = new Uint8Array(arabic + half);
for (let byte = 0; byte < half; byte++) {
  units[byte] = byte;
  units[byte + half] = arabic + byte;
  if (byte >= 0x20 || standsForItself(byte)) bytesOf[byte] = byte;
  bytesOf[arabic + byte] = byte + half;
}

/** Texts of up to so many characters are worked on in the same place: new memory takes longer than the work. */
const few = 32 * 1024;
const keptUnits = new Uint16Array(few);
const keptBytes = Buffer.allocUnsafeSlow(few * longest);

/** The bytes of a text that is given in UTF-8. */
export function toScsu(utf8: Buffer): Buffer {
  const wide = transcode(utf8, 'utf8', 'utf16le');
  const length = wide.length / 2;
  const text = length <= few ? keptUnits : new Uint16Array(length);
  const bytes = length <= few ? keptBytes : Buffer.allocUnsafeSlow(length * longest);
  wide.copy(Buffer.from(text.buffer));
  let end = 0;
  for (let at = 0; at < length; at++) {
    const unit = text[at] as number;
    const byte = unit < arabic + half ? (bytesOf[unit] as number) : 0;
    if (byte !== 0) bytes[end++] = byte;
    else end = quote(unit, bytes, end);
  }
  return Buffer.from(bytes.subarray(0, end));
}

/** The text of `bytes` that toScsu made, in UTF-8. Throws on a tag that it never writes. */
export function fromScsu(bytes: Uint8Array): Buffer {
  const { length } = bytes;
  const text = length <= few ? keptUnits : new Uint16Array(length);
  let end = 0;
  let at = 0;
  while (at < length) {
    // Nearly all of it, in a loop of its own: with the tags in the same one it takes half as long again.
    for (; at < length; at++) {
      const byte = bytes[at] as number;
      if (byte < 0x20) break;
      text[end++] = units[byte] as number;
    }
    if (at === length) break;
    const tag = bytes[at++] as number;
    if (standsForItself(tag)) text[end++] = tag;
    else if (tag === quoteUnicode) text[end++] = ((bytes[at++] ?? 0) << 8) | (bytes[at++] ?? 0);
    else if (tag >= quoteFirst && tag <= quoteLast) text[end++] = quoted(tag - quoteFirst, bytes[at++] ?? 0);
    else throw new Error(`text with the unknown tag ${tag}`);
  }
  return transcode(Buffer.from(text.buffer, 0, end * 2), 'utf16le', 'utf8') as Buffer;
}

/** A tab and the ends of lines are no tags. */
function standsForItself(byte: number): boolean {
  return byte === 9 || byte === 10 || byte === 13;
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
