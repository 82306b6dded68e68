import { AppError } from '../errors.ts';
import { endOf, nearestStorable, startOf } from './date-input.ts';

/**
 * The first instant that a query counts, and the one after the last. Throws AppError where the end comes before the
 * beginning: which of two dates is earlier depends on the time zone of the site, so no schema can tell.
 */
export function boundsOf(
  query: { from?: string | undefined; to?: string | undefined },
  timeZone: string,
): { from: Date | null; to: Date | null } {
  const from = query.from === undefined ? null : startOf(query.from, timeZone);
  // `to` is the last instant that counts, a day is all of it.
  const to = query.to === undefined ? null : afterLast(endOf(query.to, timeZone), query.to, timeZone);
  if (from !== null && to !== null && from >= to) throw endsBeforeItBegins();
  return { from: from && nearestStorable(from), to: to && nearestStorable(to) };
}

function endsBeforeItBegins(): AppError {
  const message = { en: 'It must not be earlier than from.', ar: 'يجب ألا يسبق هذا التاريخ قيمة from.' };
  return new AppError('invalid-request', {
    errors: [{ in: 'query', pointer: '/to', code: 'to_before_from', message }],
  });
}

function afterLast(end: Date, text: string, timeZone: string): Date {
  return end.getTime() === startOf(text, timeZone).getTime() ? new Date(end.getTime() + 1) : end;
}
