import { type AnyColumn, inArray, type SQL } from 'drizzle-orm';
import { classifyDatabaseError } from './db/errors.ts';
import { AppError } from './errors.ts';
import type { ExpectedVersions } from './http/etag.ts';

/** The condition of a compare-and-set: that a row still has one of the versions; none where it may have any. */
export function hasVersion(column: AnyColumn, expected: ExpectedVersions): SQL | undefined {
  return expected === 'any' ? undefined : inArray(column, [...expected]);
}

/** The same of a row that was read for it. Throws AppError `precondition-failed` (412). */
export function demandVersion(version: number, expected: ExpectedVersions): void {
  if (expected !== 'any' && !expected.includes(version)) throw new AppError('precondition-failed');
}

/**
 * After a compare-and-set: throws 412 when the row is there with another version, 404 when it is not there at all.
 */
export function assertChanged<Row>(changed: Row | undefined, current: unknown): asserts changed is Row {
  if (changed !== undefined) return;
  throw new AppError(current === undefined ? 'not-found' : 'precondition-failed');
}

/**
 * Runs `work` and turns a broken constraint into the error its name stands for in `errors`; the key `*foreign-key`
 * stands for any reference. The database decides, so there is no moment in which two requests can both be right.
 */
export async function translateConstraints<T>(
  errors: Record<string, () => AppError>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const fault = classifyDatabaseError(error);
    if (!fault) throw error;
    const known = (fault.constraint && errors[fault.constraint]) || errors[`*${fault.kind}`];
    throw known ? Object.assign(known(), { cause: error }) : error;
  }
}
