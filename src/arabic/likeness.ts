import { fold } from './fold.ts';

/**
 * Near-duplicates by MinHash (Broder 1997): a text is the set of its pairs of neighbouring words, folded; the share of
 * pairs that two texts have in common (Jaccard) is estimated by comparing the smallest hashes of each. One pass is
 * enough when each hash falls into one of 64 bins and the smallest of every bin is kept ("one permutation hashing", Li,
 * Owen and Zhang 2012); empty bins borrow from the next full one (Shrivastava and Li 2014), so short texts compare too.
 */
const bins = 64;
const rowsPerBand = 4;
const hexDigits = 4;
const minWords = 8;
const maxWords = 20_000;
const maxTextLength = 200_000;

/** At this similarity two stories are the same story with edits; unrelated stories stay below .2. */
export const nearDuplicate = 0.5;

/** The fingerprint of a text for `similarity` and `likenessBands`: 256 hex digits; empty under 8 words. */
export function fingerprint(text: string): string {
  const words = hashWords(text.slice(0, maxTextLength));
  if (words.length < minWords) return '';
  const smallest = new Uint32Array(bins).fill(0xffff_ffff);
  for (let at = 1; at < words.length; at++) {
    const pair = mix(Math.imul(words[at - 1] ?? 0, 31) + (words[at] ?? 0));
    const bin = pair >>> 26;
    const value = (pair & 0x03ff_ffff) >>> 0;
    if (value < (smallest[bin] ?? 0)) smallest[bin] = value;
  }
  return [...fillEmptyBins(smallest)].map((value) => hex(mix(value) >>> 16)).join('');
}

/** The estimated share of word pairs that two texts have in common, 0–1, within about .06; 0 without a fingerprint. */
export function similarity(a: string, b: string): number {
  if (a.length !== bins * hexDigits || a.length !== b.length) return 0;
  let same = 0;
  for (let at = 0; at < a.length; at += hexDigits) {
    if (a.slice(at, at + hexDigits) === b.slice(at, at + hexDigits)) same++;
  }
  return same / bins;
}

/**
 * Sixteen keys by which a database finds likely near-duplicates with an index: texts that share one are candidates for
 * `similarity`. Of pairs with a similarity of .5 two in three share a key, at .6 nine in ten, at .8 practically all.
 */
export function likenessBands(print: string): string[] {
  const width = rowsPerBand * hexDigits;
  const keys: string[] = [];
  for (let at = 0; at + width <= print.length; at += width)
    keys.push(hex(at / width).slice(-1) + print.slice(at, at + width));
  return keys;
}

/**
 * What a comment says, whatever its vowel marks, tatweel, spelling of hamza, spacing, punctuation and repeated letters:
 * two comments of which this is the same are the same comment. No text for people.
 */
export function commentWords(text: string): string {
  const cut = text.slice(0, maxTextLength);
  const squeezed = squeezePlain(cut) ?? squeezeAny(cut);
  return squeezed === '' ? text.trim() : squeezed;
}

/** The letters and digits of a text, folded, with each run of three and more equal letters made one letter. */
function squeezeAny(text: string): string {
  return fold(text)
    .replace(/[^\p{L}\p{N}]+/gu, '')
    .replace(/(\p{L})\1{2,}/gu, '$1');
}

function fillEmptyBins(smallest: Uint32Array): Uint32Array {
  const empty = 0xffff_ffff;
  return smallest.map((value, bin) => {
    if (value !== empty) return value;
    // The distance is mixed in, or two texts would agree on a borrowed bin and the bin it came from at once.
    for (let distance = 1; distance < bins; distance++) {
      const lent = smallest[(bin + distance) % bins] ?? empty;
      if (lent !== empty) return mix(lent + Math.imul(distance, 0x9e37_79b1));
    }
    return 0;
  });
}

const seed = 0x811c_9dc5;

/** A whole number of 32 bits that stands for a word among others. */
export function hashOf(word: string): number {
  let value = seed;
  for (let at = 0; at < word.length; at++) value = hashUnit(value, word.charCodeAt(at));
  return value;
}

/** FNV-1a over UTF-16 units. */
function hashUnit(value: number, unit: number): number {
  return Math.imul(value ^ unit, 0x0100_0193) >>> 0;
}

/** Hashes of the folded words of a text, in order. */
function hashWords(text: string): number[] {
  return hashPlainWords(text) ?? hashAnyWords(text);
}

function hashAnyWords(text: string): number[] {
  const words: number[] = [];
  for (const [word] of fold(text).matchAll(/[\p{L}\p{N}]+/gu)) if (words.push(hashOf(word)) === maxWords) break;
  return words;
}

const ends = 0;
const dropped = 1;
const depends = 2;

/**
 * What `fold` makes of each character up to U+206F: another one, nothing (`dropped`), what ends a word (`ends`), or
 * what depends on its neighbours (`depends`): marks and Korean vowels and finals, which compose with a letter.
 */
function foldCode(code: number): number {
  const character = String.fromCharCode(code);
  const to = fold(character);
  if (
    /[\u0653-\u0655\u1161-\u1175\u11a8-\u11c2]/.test(character) ||
    to.length > 1 ||
    (to !== '' && /\p{M}/u.test(character))
  )
    return depends;
  if (to === '') return dropped;
  return /[\p{L}\p{N}]/u.test(to) ? to.charCodeAt(0) : ends;
}

/** Not asked for yet. */
const unknown = 3;

/** `foldCode` of each character that was met, and which of its answers are digits. To ask for all takes tens of milliseconds. */
const folded = new Uint16Array(0x2070).fill(unknown);
const digits = new Uint8Array(0x2070);

function folds(code: number): number {
  const to = folded[code] ?? depends;
  return to === unknown ? learn(code) : to;
}

function learn(code: number): number {
  const to = foldCode(code);
  folded[code] = to;
  if (to > unknown && /\p{N}/u.test(String.fromCharCode(to))) digits[to] = 1;
  return to;
}

/** What `squeezeAny` makes of a text of such characters; else null. */
function squeezePlain(text: string): string | null {
  const codes = new Uint16Array(text.length);
  let length = 0;
  let run = 0;
  for (let at = 0; at < text.length; at++) {
    const to = folds(text.charCodeAt(at));
    if (to === depends) return null;
    if (to === dropped || to === ends) continue;
    run = length > 0 && codes[length - 1] === to ? run + 1 : 1;
    codes[length++] = to;
    // The third of a run takes the second with it, the others themselves.
    if (run >= 3 && digits[to] !== 1) length -= run === 3 ? 2 : 1;
  }
  return Buffer.from(codes.buffer, 0, length * 2).toString('utf16le');
}

/** The same in one pass over what nearly all Arabic and Latin texts consist of, ten times faster; else null. */
function hashPlainWords(text: string): number[] | null {
  const words: number[] = [];
  let value = seed;
  for (let at = 0; at <= text.length; at++) {
    const to = at === text.length ? ends : folds(text.charCodeAt(at));
    if (to === depends) return null;
    if (to === dropped) continue;
    if (to !== ends) value = hashUnit(value, to);
    else if (value !== seed) {
      if (words.push(value) === maxWords) break;
      value = seed;
    }
  }
  return words;
}

/** The finisher of MurmurHash3: every bit of the answer depends on every bit of the value. */
function mix(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85eb_ca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2_ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function hex(value: number): string {
  return value.toString(16).padStart(hexDigits, '0');
}
