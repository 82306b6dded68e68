import { transcode } from 'node:buffer';

/** Texts of up to so many units are worked on in the same place: new memory takes longer than the work. */
const few = 32 * 1024;
const kept = new Uint16Array(few);
const keptBytes = Buffer.from(kept.buffer);
/** Shorter ones are not worth the way through here. */
const fewForUtf8 = 128;

/**
 * The UTF-16 units of a text, in memory that the next call may write over and that may go on behind them. Where each of them
 * is looked at several times, this saves a tenth of asking the string.
 */
export function unitsOf(text: string): Uint16Array<ArrayBuffer> {
  const units = text.length <= few ? kept : new Uint16Array(text.length);
  bytesOf(units).write(text, 'utf16le');
  return units;
}

/** The same bytes as Buffer.from: three times as fast where a text is long and not in Latin letters. */
export function toUtf8(text: string): Buffer {
  if (text.length < fewForUtf8 || !text.isWellFormed()) return Buffer.from(text);
  return transcode(bytesOf(unitsOf(text)).subarray(0, 2 * text.length), 'utf16le', 'utf8');
}

function bytesOf(units: Uint16Array<ArrayBuffer>): Buffer {
  return units === kept ? keptBytes : Buffer.from(units.buffer);
}
