import { isUtf8 } from 'node:buffer';
import { inflateRawSync } from 'node:zlib';
import { compressSync, uncompressSync } from 'lz4-napi';
import { firstDictionary, secondDictionary } from './dictionaries.ts';
import { fromScsu, toScsu } from './scsu.ts';

/**
 * Bytes as they are stored: a first byte that says how, then the bytes. What is written once under a number is read by
 * it for ever, so a better dictionary is a new number. Why these ways: docs/decisions/0011.
 */
const plain = 0;
/** Read, and written no more. */
const deflated = 1;
/** For what is no text, or a text in an alphabet that SCSU makes longer. */
const lz4 = 2;
const lz4OfScsu = 3;

/** Below this nothing is won. */
const shortest = 64;

const dictionary = Buffer.from(firstDictionary);
const scsuDictionary = toScsu(Buffer.from(secondDictionary));

/** The bytes to store for `bytes`: about a third of them for a story in Arabic. */
export function pack(bytes: Buffer): Buffer {
  if (bytes.length >= shortest) {
    const packed = packText(bytes) ?? marked(lz4, compressSync(bytes, dictionary));
    if (packed.length <= bytes.length) return packed;
  }
  return marked(plain, bytes);
}

/** Null where a letter a byte gains nothing. */
function packText(bytes: Buffer): Buffer | null {
  if (!isUtf8(bytes)) return null;
  const scsu = toScsu(bytes);
  return scsu.length > bytes.length ? null : marked(lz4OfScsu, compressSync(scsu, scsuDictionary));
}

/** What was packed. Throws on bytes that `pack` did not write. */
export function unpack(stored: Buffer): Buffer {
  return stored[0] === lz4OfScsu ? Buffer.from(unpackForNow(stored)) : unpackForNow(stored);
}

/** The same in memory that the next call of either may write over: for who copies it at once. */
export function unpackForNow(stored: Buffer): Buffer {
  if (stored[0] === lz4OfScsu) return fromScsu(uncompressSync(stored.subarray(1), scsuDictionary));
  if (stored[0] === lz4) return uncompressSync(stored.subarray(1), dictionary);
  if (stored[0] === deflated) return inflateRawSync(stored.subarray(1), { dictionary });
  if (stored[0] === plain) return stored.subarray(1);
  throw new Error(`bytes packed in the unknown way ${stored[0]}`);
}

function marked(way: number, bytes: Buffer): Buffer {
  const stored = Buffer.allocUnsafe(bytes.length + 1);
  stored[0] = way;
  bytes.copy(stored, 1);
  return stored;
}
