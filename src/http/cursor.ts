import { z } from 'zod';
import { AppError } from '../errors.ts';
import { contentHash } from './content-hash.ts';

/**
 * Keyset cursors: the sort values of the last row, and a digest of the list's sort and filters, as base64url JSON. A
 * cursor brought to another list, sort or filter, or changed by hand into something else, is a 400.
 */
export type CursorKey = string | number | null;

/** Made once: to make a schema takes longer than to use it. */
const anything = z.array(z.unknown());

/** Names one list with its sort and filters, so that a cursor is tied to it. */
export function listDigest(name: string, query: Record<string, unknown>): string {
  const { cursor: _cursor, limit: _limit, fields: _fields, ...filters } = query;
  const sorted = Object.entries(filters)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return contentHash(JSON.stringify([name, sorted])).slice(0, 10);
}

export function encodeCursor(digest: string, keys: CursorKey[]): string {
  return Buffer.from(JSON.stringify([digest, ...keys])).toString('base64url');
}

/** The sort values in `cursor`, checked against `shape`; null without a cursor. Throws AppError `invalid-cursor`. */
export function decodeCursor<Shape extends z.ZodType>(
  cursor: string | undefined,
  digest: string,
  shape: Shape,
): z.infer<Shape> | null {
  if (cursor === undefined) return null;
  try {
    if (!/^[A-Za-z0-9_-]+$/.test(cursor)) throw new Error('not base64url');
    const [from, ...keys] = anything.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    if (from !== digest) throw new Error('of another list');
    return shape.parse(keys);
  } catch (cause) {
    throw new AppError('invalid-cursor', {
      cause,
      errors: [
        {
          in: 'query',
          pointer: '/cursor',
          code: 'invalid_cursor',
          message: { en: 'Not a cursor of this list.', ar: 'ليس مؤشرًا لهذه القائمة.' },
        },
      ],
    });
  }
}

/** An instant as a sort value, in milliseconds: one that every database can hold, of the years 1 to 9999. */
export const instantKey = z
  .number()
  .int()
  .min(Date.parse('0001-01-01T00:00:00Z'))
  .max(Date.parse('9999-12-31T23:59:59.999Z'));

/** Sort values of lists by time, then id: `[milliseconds, id]`. */
export const timeAndId = z.tuple([instantKey, z.uuid()]);

/** A count, or the number of a row, as a sort value: one that every database can hold. */
export const countKey = z.number().int().min(0).max(2_147_483_647);

/** Text as a sort value: one that every database can hold. */
const textKey = z
  .string()
  .max(1000)
  .refine((text) => !text.includes('\0') && text.isWellFormed());

/** Sort values of lists by a text key, then id. */
export const textAndId = z.tuple([textKey, z.uuid()]);

/** Cuts one row more than the page off `rows` and names the next page by the last row kept. */
export function toPage<Row>(rows: Row[], limit: number, digest: string, keysOf: (row: Row) => CursorKey[]) {
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  const next = rows.length > limit && last !== undefined ? encodeCursor(digest, keysOf(last)) : null;
  return { data, page: { next, limit } };
}
