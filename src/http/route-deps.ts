import type { Database } from '../db/database.ts';
import type { Idempotency } from './idempotency.ts';

/** What every module of editorial routes is given, beside its own service. */
export type RouteDeps = { db: Database; idempotency: Idempotency };
