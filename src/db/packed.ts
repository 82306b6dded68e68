import { pack } from './packing.ts';

const known = new WeakSet<Buffer>();

/** Bytes that are packed already: columns that pack take them as they are. */
export function packed(bytes: Buffer): Buffer {
  return takenAsPacked(pack(bytes));
}

/** The same, for what came from a thread that has packed it. */
export function takenAsPacked(stored: Buffer): Buffer {
  known.add(stored);
  return stored;
}

/** What a column that packs stores of `bytes`. */
export function toStored(bytes: Buffer): Buffer {
  return known.has(bytes) ? bytes : pack(bytes);
}
