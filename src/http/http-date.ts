const dates = new Map<number, string>();

/** An instant as headers have it, in whole seconds. Thousands are asked for within one, and to write a date takes a while. */
export function httpDate(instant: number): string {
  const second = Math.floor(instant / 1000);
  const known = dates.get(second);
  if (known !== undefined) return known;
  if (dates.size > 10) dates.clear();
  const text = new Date(second * 1000).toUTCString();
  dates.set(second, text);
  return text;
}

const ofDay = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const ofMonth = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const time = '\\d\\d:\\d\\d:\\d\\d';
/** RFC 9110, 5.6.7: the form of today, that of RFC 850, and that of C's asctime. */
const dateForms = new RegExp(
  `^(?:${ofDay}, \\d\\d ${ofMonth} \\d{4} ${time} GMT|[A-Z][a-z]+day, \\d\\d-${ofMonth}-\\d\\d ${time} GMT|${ofDay} ${ofMonth} [ \\d]\\d ${time} \\d{4})$`,
);

/** The instant that a header names, in milliseconds; null for what is no date of HTTP, however well it could be read. */
export function readHttpDate(header: string): number | null {
  if (!dateForms.test(header)) return null;
  const instant = Date.parse(header.endsWith('GMT') ? header : `${header} GMT`);
  return Number.isNaN(instant) ? null : instant;
}
