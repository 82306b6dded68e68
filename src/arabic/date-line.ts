import { fold } from './fold.ts';
import { type Day, fromHijri } from './hijri.ts';
import { hijriMonths, solarMonths } from './months.ts';

/** Longer than any date line; a longer text is prose. */
export const maxLength = 200;

/** What a date line says: always a day; a time and a zone only when they are written. */
export type DateLine = { day: Day; weekday?: number; time?: ClockTime; timeZone?: string };
export type ClockTime = { hour: number; minute: number; second: number };

type Reading = { gregorian?: Day; hijri?: Day; weekday?: number; time?: ClockTime; timeZone?: string };
type Groups = Record<string, string | undefined>;

/** Takes what a rule matched into the reading; false when the words contradict themselves or what was read before. */
type Take = (reading: Reading, groups: Groups) => boolean;

const weekdays: Record<string, number> = {
  احد: 0,
  اثنين: 1,
  ثلاثاء: 2,
  ثلاثا: 2,
  اربعاء: 3,
  اربعا: 3,
  خميس: 4,
  جمعه: 5,
  سبت: 6,
};

/** Zones that news lines name after «بتوقيت». Amman and Oman are both written عمان, so neither is here. */
const zones: Record<string, string> = {
  غرينتش: 'UTC',
  جرينتش: 'UTC',
  غرينيتش: 'UTC',
  'مكه المكرمه': 'Asia/Riyadh',
  مكه: 'Asia/Riyadh',
  الرياض: 'Asia/Riyadh',
  السعوديه: 'Asia/Riyadh',
  دمشق: 'Asia/Damascus',
  بيروت: 'Asia/Beirut',
  بغداد: 'Asia/Baghdad',
  القاهره: 'Africa/Cairo',
  تونس: 'Africa/Tunis',
};

/** Hours each part of the day may name, and which of them are afternoon (on a clock of twelve hours). */
const periods: Record<string, (hour: number) => number | null> = {
  ص: beforeNoon,
  am: beforeNoon,
  صباحا: beforeNoon,
  'قبل الظهر': beforeNoon,
  م: afterNoon,
  pm: afterNoon,
  مساء: afterNoon,
  مساءا: afterNoon,
  'بعد الظهر': afterNoon,
  فجرا: (hour) => (hour <= 6 ? hour : hour === 12 ? 0 : null),
  ضحي: (hour) => (hour >= 7 && hour <= 11 ? hour : null),
  ظهرا: (hour) => (hour >= 1 && hour <= 3 ? hour + 12 : hour >= 11 && hour <= 15 ? hour : null),
  عصرا: (hour) => (hour >= 2 && hour <= 6 ? hour + 12 : hour >= 14 && hour <= 18 ? hour : null),
  ليلا: (hour) => (hour <= 5 || hour >= 18 ? hour : hour === 12 ? 0 : hour <= 11 ? hour + 12 : null),
  'بعد منتصف الليل': (hour) => (hour <= 5 ? hour : hour === 12 ? 0 : null),
};

const solar = alternatives(solarMonths);
const hijri = alternatives(hijriMonths);
const period = alternatives(new Map(Object.entries(periods)));
const end = '(?![\\p{L}\\p{N}])';
const dayNumber = '(?<day>\\d{1,2}|الاول(?= من )|غره)';
const beforeMonth = ' ?[-/]? ?(?:من )?(?:شهر )?';
const beforeYear = ' ?[-/]? ?(?:من )?(?:ل?(?:عام|سنه|العام) )?';
const era = `(?: ?(?<era>هجريه?|هجريا|ه|ميلاديه?|ميلاديا|م))?${end}`;

/** Tried in order wherever the line has been read to. */
const rules: readonly [RegExp, Take][] = [
  [
    rule(
      `${dayNumber}${beforeMonth}(?<month>${solar})(?:(?: ?[-/] ?| )(?<twin>${solar}))?${beforeYear}(?<year>\\d{4})${era}`,
    ),
    takeSolar,
  ],
  [rule(`(?<month>${solar}) (?<day>\\d{1,2}) (?<year>\\d{4})${era}`), takeSolar],
  [rule(`${dayNumber}${beforeMonth}(?<month>${hijri})${beforeYear}(?<year>\\d{4})${era}`), takeHijri],
  [rule(`(?<day>\\d{1,2}) ?(?<mark>[-/.]) ?(?<month>\\d{1,2}) ?\\k<mark> ?(?<year>\\d{4})${era}`), takeNumbers],
  [rule(`(?<year>\\d{4})(?<mark>[-/.])(?<month>\\d{1,2})\\k<mark>(?<day>\\d{1,2})${era}`), takeYearFirst],
  [
    rule(
      `(?:(?:في )?(?:تمام )?الساعه )?(?<hour>\\d{1,2}):(?<minute>\\d{2})(?::(?<second>\\d{2}))?(?: ?(?<period>${period}))?${end}`,
    ),
    takeTime,
  ],
  [
    rule(`(?:(?:في )?(?:تمام )?الساعه )?(?<hour>\\d{1,2}) ?(?<period>${period.replace(/\|[صم](?=\||$)/g, '')})${end}`),
    takeTime,
  ],
  [rule(`(?:ال)?(?<weekday>${Object.keys(weekdays).join('|')})${end}`), takeWeekday],
  [rule(`(?:ب?توقيت )(?<zone>${Object.keys(zones).join('|')})${end}|(?:gmt|utc)${end}`), takeZone],
  [rule(`(?:اليوم|يوم|الموافق|موافق|بتاريخ|تاريخ|تم النشر|النشر|نشر|في|ل|بالتوقيت المحلي)${end}`), () => true],
  [rule('رقم العدد \\[?\\d{1,6}\\]?'), () => true],
  [rule('[-/|:.ـ ]+'), () => true],
];

/**
 * Reads a human date line such as «اليوم الثلاثاء 11 نوفمبر 2025 01:00 صباحاً» from its first word to its last. A word
 * that is not understood («أمس»), a day that does not exist (31 شباط), a Hijri date more than a day from the Gregorian
 * one beside it, or any part said twice makes it null: a wrong date is worse than none.
 */
export function readDateLine(text: string): DateLine | null {
  if (text.length > maxLength) return null;
  const line = fold(text)
    .replace(/[،,()«»"؛]/g, ' ')
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/\s+/g, ' ')
    .trim();
  const reading: Reading = {};
  let at = 0;
  while (at < line.length) {
    const next = readAt(line, at, reading);
    if (next === null) return null;
    at = next;
  }
  return conclude(reading);
}

/** Where the rule that matches at `at` ends, after taking its words into the reading; null when nothing fits. */
function readAt(line: string, at: number, reading: Reading): number | null {
  for (const [pattern, take] of rules) {
    pattern.lastIndex = at;
    const match = pattern.exec(line);
    if (match) return take(reading, match.groups ?? {}) ? pattern.lastIndex : null;
  }
  return null;
}

function conclude({ gregorian, hijri, weekday, time, timeZone }: Reading): DateLine | null {
  const converted = hijri && fromHijri(hijri);
  if (hijri && !converted) return null;
  // Hijri months begin with a sighting of the moon, so a country may be a day from the civil calendar.
  if (gregorian && converted && Math.abs(dayCount(gregorian) - dayCount(converted)) > 1) return null;
  const day = gregorian ?? converted;
  if (!day) return null;
  return {
    day,
    ...(weekday === undefined ? {} : { weekday }),
    ...(time === undefined ? {} : { time }),
    ...(timeZone === undefined ? {} : { timeZone }),
  };
}

function takeSolar(reading: Reading, { day, month = '', twin, year, era }: Groups): boolean {
  const number = solarMonths.get(month);
  if (number === undefined || (twin !== undefined && solarMonths.get(twin) !== number)) return false;
  if (era?.startsWith('ه')) return false;
  return setGregorian(reading, toDay(year, number, day));
}

function takeHijri(reading: Reading, { day, month = '', year, era }: Groups): boolean {
  const number = hijriMonths.get(month);
  if (number === undefined || era?.startsWith('م')) return false;
  return setHijri(reading, toDay(year, number, day));
}

/** Day first, as every Arab country writes it. A year from 1300 to 1600 is Hijri, unless it says م. */
function takeNumbers(reading: Reading, { day, month, year, era }: Groups): boolean {
  const date = toDay(year, Number(month), day);
  const isHijri = date.year >= 1300 && date.year <= 1600;
  if (era !== undefined && era.startsWith('ه') !== isHijri) return false;
  return isHijri ? setHijri(reading, date) : setGregorian(reading, date);
}

/** Year first is ISO order, where 1447 could be meant either way: Hijri only when it says هـ. */
function takeYearFirst(reading: Reading, groups: Groups): boolean {
  if (Number(groups.year) < 1700 && groups.era === undefined) return false;
  return takeNumbers(reading, groups);
}

function takeTime(reading: Reading, { hour, minute = '0', second = '0', period }: Groups): boolean {
  if (reading.time) return false;
  const inPeriod = period === undefined ? (value: number) => value : periods[period];
  const time = { hour: inPeriod?.(Number(hour)) ?? -1, minute: Number(minute), second: Number(second) };
  if (time.hour < 0 || time.hour > 23 || time.minute > 59 || time.second > 59) return false;
  reading.time = time;
  return true;
}

function takeWeekday(reading: Reading, { weekday = '' }: Groups): boolean {
  if (reading.weekday !== undefined) return false;
  reading.weekday = weekdays[weekday] ?? -1;
  return true;
}

function takeZone(reading: Reading, { zone }: Groups): boolean {
  if (reading.timeZone !== undefined) return false;
  reading.timeZone = zone === undefined ? 'UTC' : (zones[zone] ?? 'UTC');
  return true;
}

function setGregorian(reading: Reading, day: Day): boolean {
  if (reading.gregorian || day.year < 1700 || !isGregorianDay(day)) return false;
  reading.gregorian = day;
  return true;
}

function setHijri(reading: Reading, day: Day): boolean {
  if (reading.hijri) return false;
  reading.hijri = day;
  return true;
}

function toDay(year: string | undefined, month: number, day: string | undefined): Day {
  const number = day === 'الاول' || day === 'غره' ? 1 : Number(day);
  return { year: Number(year), month, day: number };
}

/** Whether the Gregorian calendar has such a day. */
export function isGregorianDay({ year, month, day }: Day): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function dayCount({ year, month, day }: Day): number {
  return Date.UTC(year, month - 1, day) / 86_400_000;
}

/** «12 صباحًا» is midnight, as clocks of twelve hours have it (CLDR). */
function beforeNoon(hour: number): number | null {
  return hour === 12 ? 0 : hour < 12 ? hour : null;
}

/** «12 مساءً» is noon, as clocks of twelve hours have it (CLDR). */
function afterNoon(hour: number): number | null {
  if (hour === 0) return null;
  return hour < 12 ? hour + 12 : hour;
}

/** Longest first, or «ربيع الأول» would stop at a shorter name. */
function alternatives(names: Map<string, unknown>): string {
  return [...names.keys()].sort((a, b) => b.length - a.length).join('|');
}

function rule(pattern: string): RegExp {
  return new RegExp(pattern, 'uy');
}
