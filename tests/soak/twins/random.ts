export type Random = ReturnType<typeof randomFrom>;

/** Chance that comes again with the same seed (mulberry32). */
export function randomFrom(seed: number) {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  const below = (most: number) => Math.floor(next() * most);
  const chance = (share: number) => next() < share;
  const oneOf = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  return {
    below,
    chance,
    oneOf,
    /** Some of a list, each once, in any order. */
    some<T>(list: readonly T[], most: number): T[] {
      const left = [...list];
      const count = below(Math.min(most, left.length) + 1);
      return Array.from({ length: count }, () => left.splice(below(left.length), 1)[0] as T);
    },
    /** One of several by how often each is wanted. */
    weighted<T>(choices: readonly (readonly [weight: number, T])[]): T {
      let at = next() * choices.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, value] of choices) {
        at -= weight;
        if (at < 0) return value;
      }
      return (choices.at(-1) as readonly [number, T])[1];
    },
  };
}
