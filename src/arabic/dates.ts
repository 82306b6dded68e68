import { isGregorianDay, maxLength, readDateLine } from './date-line.ts';
import { toArabicDigits, toLatinDigits } from './digits.ts';
import { type Day, toHijri } from './hijri.ts';
import { hijriMonthName, type MonthNames, solarMonthName } from './months.ts';
import { instantOf, wallTime } from './zones.ts';

export type ParsedDate = { kind: 'instant'; instant: Date } | { kind: 'date'; date: string };

export type DateFormat = {
  timeZone: string;
  months?: MonthNames;
  digits?: 'latn' | 'arab';
  calendar?: 'gregory' | 'hijri';
  time?: boolean;
};

const weekdayNames = ['الأحد', 'الاثنين', 'الثلاثاء', 'الأربعاء', 'الخميس', 'الجمعة', 'السبت'];

const iso =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?: ?([Zz]|[+-]\d{2}(?::?\d{2})?))?)?$/;

/**
 * Reads an ISO 8601 date or date-time, or a human Arabic date line, in any digits. A text without a time is a `date`; a
 * time without an offset is local to `timeZone` (an IANA name; RangeError when unknown). Null for whatever is not
 * understood to the last word, does not exist, or contradicts itself: a weekday that does not fit its date is refused,
 * because nobody can tell which of the two is wrong.
 */
export function parseArabicDate(text: string, { timeZone }: { timeZone: string }): ParsedDate | null {
  if (text.length > maxLength) return null;
  const isoMatch = iso.exec(toLatinDigits(text.trim()));
  if (isoMatch) return readIso(isoMatch, timeZone);
  const line = readDateLine(text);
  if (!line) return null;
  const { day, time, weekday } = line;
  if (weekday !== undefined && weekday !== weekdayOf(day)) return null;
  if (!time) return { kind: 'date', date: isoDay(day) };
  return { kind: 'instant', instant: instantOf({ ...day, ...time, millisecond: 0 }, line.timeZone ?? timeZone) };
}

/**
 * Writes an instant as Arabic readers see it: «الثلاثاء 11 نوفمبر 2025 01:00 صباحًا». Months, digits and calendar are
 * chosen here and never left to the defaults of a locale, which differ between countries and between builds of ICU.
 */
export function formatArabicDate(
  date: Date,
  { timeZone, months = 'international', digits = 'latn', calendar = 'gregory', time = false }: DateFormat,
): string {
  const wall = wallTime(date, timeZone);
  const day = calendar === 'hijri' ? hijriText(toHijri(wall)) : solarText(wall, months);
  const text = `${weekdayNames[weekdayOf(wall)]} ${day}${time ? ` ${clockText(wall)}` : ''}`;
  return digits === 'arab' ? toArabicDigits(text) : text;
}

function readIso(match: RegExpExecArray, timeZone: string): ParsedDate | null {
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((digits) => Number(digits ?? 0));
  const wall = { year: year ?? 0, month: month ?? 0, day: day ?? 0, hour: hour ?? 0, minute: minute ?? 0 };
  // A year before 1700 is far likelier a Hijri date in ISO order than news.
  if (wall.year < 1700 || !isGregorianDay(wall)) return null;
  if (match[4] === undefined) return { kind: 'date', date: isoDay(wall) };
  if (wall.hour > 23 || wall.minute > 59 || (second ?? 0) > 59) return null;
  const millisecond = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  const full = { ...wall, second: second ?? 0, millisecond };
  const offset = match[8];
  if (offset === undefined) return { kind: 'instant', instant: instantOf(full, timeZone) };
  const minutes = offsetMinutes(offset);
  if (minutes === null) return null;
  return { kind: 'instant', instant: new Date(instantOf(full, 'UTC').getTime() - minutes * 60_000) };
}

/** Minutes ahead of UTC of Z, +03, +0300 or +03:00. */
function offsetMinutes(offset: string): number | null {
  if (/z/i.test(offset)) return 0;
  const digits = offset.slice(1).replace(':', '').padEnd(4, '0');
  const [hours, minutes] = [Number(digits.slice(0, 2)), Number(digits.slice(2))];
  if (hours > 23 || minutes > 59) return null;
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

function solarText({ year, month, day }: Day, months: MonthNames): string {
  return `${day} ${solarMonthName(month, months)} ${year}`;
}

function hijriText({ year, month, day }: Day): string {
  return `${day} ${hijriMonthName(month)} ${year} هـ`;
}

function clockText({ hour, minute }: { hour: number; minute: number }): string {
  const shown = String(hour % 12 || 12).padStart(2, '0');
  return `${shown}:${String(minute).padStart(2, '0')} ${hour < 12 ? 'صباحًا' : 'مساءً'}`;
}

function weekdayOf({ year, month, day }: Day): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay();
}

function isoDay({ year, month, day }: Day): string {
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
