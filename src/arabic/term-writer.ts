import type { WordMemory } from './word-memory.ts';

const roomAtFirst = 8192;

/** Puts terms of words behind one another with spaces between them, without making strings of them. */
export function createTermWriter(memory: WordMemory) {
  let units = new Uint16Array(0);
  let end = 0;

  return {
    /** Adds the terms of the first `count` words that the memory has found. */
    add(words: Uint32Array, count: number): void {
      let next = end;
      for (let n = 0; n < count; n++) next += memory.roomOf(words[n] as number);
      if (next > units.length) units = enlarged(units, next);
      for (let n = 0; n < count; n++) end = memory.copyTerms(words[n] as number, units, end);
    },

    /** What was put together, and forgets it. */
    take(): string {
      const length = Math.max(0, end - 1);
      end = 0;
      return Buffer.from(units.buffer, 0, length * 2).toString('utf16le');
    },
  };
}

function enlarged(units: Uint16Array<ArrayBuffer>, least: number): Uint16Array<ArrayBuffer> {
  const larger = new Uint16Array(Math.max(roomAtFirst, 2 * units.length, least));
  larger.set(units);
  return larger;
}
