import { z } from 'zod';
import { parseArabicDate } from '../arabic/dates.ts';
import { instantOf } from '../arabic/zones.ts';
import { refusal } from './validation.ts';

const rfc3339 = z.iso.datetime({ offset: true });

/**
 * A date as machines or people write it, kept as text: RFC 3339, an ISO date or date-time, in any digits, or a date line
 * such as «الثلاثاء 11 تشرين الثاني 2025 01:00 صباحًا». What it stands for depends on the time zone of the site, a
 * setting, so `startOf` and `endOf` tell it later. Whether it can be read does not: what is ambiguous or does not exist
 * is refused here.
 */
export const dateInput = z
  .string()
  .max(200)
  .refine(isDate, {
    abort: true,
    ...refusal(
      'invalid_date',
      'This is no date that can be read with certainty. Expected one such as 2025-11-11T01:00:00+03:00, 2025-11-11 or «11 نوفمبر 2025».',
      'هذا ليس تاريخًا يمكن فهمه على وجه اليقين. اكتبه مثل ‎2025-11-11T01:00:00+03:00‎ أو ‎2025-11-11‎ أو «11 نوفمبر 2025».',
    ),
  })
  .meta({
    type: 'string',
    maxLength: 200,
    description: 'RFC 3339, an ISO date, or an Arabic date line; without an offset in the time zone of the site',
    examples: ['2025-11-10T22:00:00Z', '2025-11-11', '11 تشرين الثاني 2025'],
  });

/** A date in a query string that may be left out. */
export const instantQuery = dateInput.optional();

/** The first instant of what a `dateInput` names: of a day without a time, its beginning in `timeZone`. */
export function startOf(text: string, timeZone: string): Date {
  return resolve(text, timeZone, 0);
}

/** Where a span that ends with a `dateInput` ends (exclusive): after a day without a time, the beginning of the next. */
export function endOf(text: string, timeZone: string): Date {
  return resolve(text, timeZone, 1);
}

const earliest = Date.parse('1000-01-01T00:00:00.000Z');
const latest = Date.parse('9999-12-31T23:59:59.999Z');

export const outOfRange = refusal(
  'out_of_range',
  'Expected a year from 1000 to 9999.',
  'يجب أن تكون السنة من 1000 إلى 9999.',
);

/**
 * Whether an instant is one that databases keep and RFC 3339 can write. Its year may not be the one that was written: an
 * offset moves it.
 */
export function isStorable(instant: Date): boolean {
  return instant.getTime() >= earliest && instant.getTime() <= latest;
}

/** The storable instant nearest to this one, for a bound of what is stored. */
export function nearestStorable(instant: Date): Date {
  return new Date(Math.min(Math.max(instant.getTime(), earliest), latest));
}

function resolve(text: string, timeZone: string, addedDays: number): Date {
  // Machines may name any year; what people write is read with more care.
  if (rfc3339.safeParse(text).success) return new Date(text);
  const parsed = parseArabicDate(text, { timeZone });
  if (!parsed) throw new Error('a date was used that its schema refuses');
  if (parsed.kind === 'instant') return parsed.instant;
  const [year = 0, month = 0, day = 0] = parsed.date.split('-').map(Number);
  return instantOf({ year, month, day: day + addedDays, hour: 0, minute: 0, second: 0, millisecond: 0 }, timeZone);
}

function isDate(text: string): boolean {
  return rfc3339.safeParse(text).success || parseArabicDate(text, { timeZone: 'UTC' }) !== null;
}
