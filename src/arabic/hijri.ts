/** A day of a calendar; months and days count from 1. */
export type Day = { year: number; month: number; day: number };

const dayMs = 86_400_000;
const options = { year: 'numeric', month: 'numeric', day: 'numeric', timeZone: 'UTC' } as const;
/** Made when the first date is asked for: a calendar takes a fiftieth of the start. */
let umalqura: Intl.DateTimeFormat | undefined;

/**
 * The Gregorian day of a day in the Umm al-Qura calendar, the civil calendar of Saudi Arabia (it agreed with the printed
 * Hijri date of every dateline tried), or null when there is no such day. The tables of ICU cover 1300–1600 AH; other
 * years are refused, because arithmetic alone may be a day off.
 */
export function fromHijri({ year, month, day }: Day): Day | null {
  if (year < 1300 || year > 1600 || month < 1 || month > 12 || day < 1 || day > 30) return null;
  const months = (year - 1) * 12 + (month - 1);
  const estimate = Date.UTC(622, 6, 19) + Math.floor(months * 29.530588 + day - 1) * dayMs;
  // The mean month is never more than a few days off, so the day is one of these.
  for (let shift = -6; shift <= 6; shift++) {
    const time = estimate + shift * dayMs;
    const found = hijriDay(time);
    if (found.year === year && found.month === month && found.day === day) {
      const date = new Date(time);
      return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
    }
  }
  return null;
}

/** The Umm al-Qura day of midnight UTC of a Gregorian day. */
export function toHijri({ year, month, day }: Day): Day {
  return hijriDay(Date.UTC(year, month - 1, day));
}

function hijriDay(time: number): Day {
  umalqura ??= new Intl.DateTimeFormat('en-u-ca-islamic-umalqura-nu-latn', options);
  const parts = umalqura.formatToParts(time);
  const value = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return { year: value('year'), month: value('month'), day: value('day') };
}
