import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAnalyser } from '../../src/arabic/analyse.ts';
import { countWords } from '../../src/arabic/reading.ts';
import { createWordMemory } from '../../src/arabic/word-memory.ts';
import { eachWords } from '../../src/arabic/words.ts';
import { toUtf8, unitsOf } from '../../src/code-units.ts';
import { anyText } from './arbitraries.ts';

const letters = 'ابتثجحخدذرزسشصضطظعغفقكلمنهوي';

/** Words of two and of four letters, so many that some share a hash. */
function manyWords(): string[] {
  const pairs = [...letters].flatMap((first) => [...letters].map((second) => first + second));
  return [...pairs, ...pairs.flatMap((pair) => pairs.map((other) => pair + other))];
}

function wordsOf(text: string): string[] {
  const found: string[] = [];
  eachWords(text, ({ count, starts, ends }) => {
    for (let n = 0; n < count; n++) found.push(text.slice(starts[n], ends[n]));
  });
  return found;
}

function termsBy(memory: ReturnType<typeof createWordMemory>, text: string): string[] {
  const found: string[] = [];
  eachWords(text, (words) => {
    const places = memory.find(words);
    for (let n = 0; n < words.count; n++) found.push(memory.terms(places[n] as number));
  });
  return found;
}

describe('eachWords', () => {
  it('finds the same words, however many there are', () => {
    const words = manyWords().slice(0, 1000);
    expect(wordsOf(words.join(' '))).toEqual(words);
    expect(wordsOf(words.slice(0, 256).join('،'))).toEqual(words.slice(0, 256));
    expect(wordsOf(' … ')).toEqual([]);
  });

  it('takes a character of two units for one', () => {
    expect(wordsOf('𞺀𞺁 😀ب\ud800ت\udc00')).toEqual(['𞺀𞺁', 'ب', 'ت']);
  });
});

describe('a word memory', () => {
  it('mixes no words up that share a place or a hash', () => {
    const memory = createWordMemory((word) => `${word}ـ`, 10);
    const words = manyWords();
    for (const _ of [1, 2])
      for (let at = 0; at < words.length; at += 20_000) {
        const some = words.slice(at, at + 20_000);
        expect(termsBy(memory, some.join(' '))).toEqual(some.map((word) => `${word}ـ`));
      }
  });

  it('forgets when it is full, and goes on', () => {
    let asked = 0;
    const memory = createWordMemory((word) => {
      asked++;
      return word.slice(0, 64);
    }, 64);
    const long = manyWords()
      .slice(0, 20_000)
      .map((word) => word + 'ب'.repeat(250));
    for (let at = 0; at < long.length; at += 500) {
      const some = long.slice(at, at + 500);
      expect(termsBy(memory, some.join(' '))).toEqual(some.map((word) => word.slice(0, 64)));
    }
    expect(asked).toBe(long.length);
    expect(termsBy(memory, long.at(-1) ?? '')).toHaveLength(1);
    expect(asked).toBe(long.length);
    expect(termsBy(memory, long[0] ?? '')).toHaveLength(1);
    expect(asked).toBe(long.length + 1);
  });

  it('gives what an analyser gives that has never met a word', () => {
    const known = createAnalyser();
    fc.assert(
      fc.property(anyText, (text) => {
        known.indexText(text);
        expect(known.indexText(text)).toBe(createAnalyser().indexText(text));
      }),
      { numRuns: 100 },
    );
  });
});

describe('units', () => {
  it('are those of the text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const units = unitsOf(text).subarray(0, text.length);
        expect([...units]).toEqual(Array.from({ length: text.length }, (_, at) => text.charCodeAt(at)));
      }),
    );
  });

  it('become the same UTF-8 as by any other way, long or short', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 2000 }), (text, times) => {
        const long = text.repeat(times);
        expect(toUtf8(long).equals(Buffer.from(long))).toBe(true);
      }),
    );
  });
});

it('counts words as the rule says it', () => {
  const rule = /[\p{L}\p{N}\u0640](?:[\p{L}\p{N}\p{M}\u0640\u200c\u200d\u034f\ufe00-\ufe0f.'’-])*/gu;
  fc.assert(
    fc.property(anyText, (text) => {
      expect(countWords(text)).toBe(text.match(rule)?.length ?? 0);
    }),
    { numRuns: 1000 },
  );
});
