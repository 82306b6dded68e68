import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

const bytesOfOne = 16;
/** Asking the system for each one's random bytes takes longer than all the rest of it. */
const pool = Buffer.alloc(256 * bytesOfOne);
let used = pool.length;
let msecs = 0;
let seq = 0;

const pattern = /^[\da-f]{8}-[\da-f]{4}-[1-8][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/i;

/**
 * Whether a text is an id (RFC 9562, 4) and so no slug, which stands in the same place of an address. What only looks
 * like one, with a version or variant that no id has, is a slug like any other.
 */
export function isId(text: string): boolean {
  return pattern.test(text);
}

/** A new UUIDv7. Those of one thread are in order: within a millisecond they are counted on. */
export function uuid(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const random = pool.subarray(used, used + bytesOfOne);
  used += bytesOfOne;
  const now = Date.now();
  if (now > msecs) {
    msecs = now;
    seq = random.readUInt32BE(6) >>> 1;
  } else {
    seq = (seq + 1) | 0;
    if (seq === 0) msecs++;
  }
  return v7({ random, msecs, seq });
}
