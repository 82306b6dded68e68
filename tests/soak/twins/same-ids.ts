import { createHash } from 'node:crypto';
import { v7 } from 'uuid';

const begin = Date.UTC(2025, 0, 1);
let made = 0;

/** An id in the order of those before it: what stands in for `uuid()`, so that two rooms give the same things the same ids. */
export function nextId(): string {
  made++;
  const random = createHash('sha256').update(`id ${made}`).digest().subarray(0, 16);
  return v7({ random, msecs: begin + Math.floor(made / 1000), seq: made % 1000 });
}

/** Goes on from here: every room begins each step with the same. */
export function startIdsAt(next: number): void {
  made = next;
}
