import type { Actor } from './auth/permissions.ts';
import type { Database } from './db/database.ts';

/**
 * What every use case is handed first: for whom it acts, under which request, and how it writes. `write` is the
 * database's, or one that records an Idempotency-Key in the same transaction; a use case calls it exactly once.
 */
export type Work = {
  actor: Actor;
  requestId: string | null;
  write: Database['write'];
};
