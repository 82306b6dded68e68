import type { Day } from './hijri.ts';

/** What a wall clock shows. */
export type WallTime = Day & { hour: number; minute: number; second: number; millisecond: number };

// Zones come from settings and from a short list, but a map that only grows is a leak in waiting.
const mostZones = 100;
const formatters = new Map<string, Intl.DateTimeFormat>();

/** Whether clocks can be told by it: a name of the IANA database, or an offset such as +03:00. */
export function isZone(name: string): boolean {
  try {
    formatter(name);
    return true;
  } catch {
    return false;
  }
}

/** Whether it names a zone. An offset is none: it says nothing of when clocks change, or changed in the years of old articles. */
export function isZoneName(name: string): boolean {
  return !/^[+-]/.test(name) && isZone(name);
}

/** What clocks in a zone show at an instant, Gregorian. Throws RangeError for a zone that Intl does not know. */
export function wallTime(instant: Date, timeZone: string): WallTime {
  const parts = formatter(timeZone).formatToParts(instant);
  const value = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return {
    year: value('year'),
    month: value('month'),
    day: value('day'),
    hour: value('hour'),
    minute: value('minute'),
    second: value('second'),
    millisecond: instant.getUTCMilliseconds(),
  };
}

/**
 * The instant at which clocks in a zone show a time. When clocks go back and show it twice, the first; when they go
 * forward and skip it, as if they had not yet (02:30 in a skipped hour is 03:30): RFC 5545 §3.3.5, and "compatible" in
 * Temporal.
 */
export function instantOf(wall: WallTime, timeZone: string): Date {
  const asUtc = timeInUtc(wall);
  const dayMs = 86_400_000;
  const before = offsetMs(asUtc - dayMs, timeZone);
  const after = offsetMs(asUtc + dayMs, timeZone);
  const fitting = [before, after]
    .map((offset) => asUtc - offset)
    .filter((time) => time + offsetMs(time, timeZone) === asUtc);
  return new Date(fitting.length > 0 ? Math.min(...fitting) : asUtc - before);
}

/** From an instant on, so many milliseconds. */
export type OffsetFrom = { from: Date; offsetMs: number };

const firstYear = 1900;
const lastYear = 2100;
const newYearOffsets = new Map<string, readonly OffsetFrom[]>();

/**
 * How far clocks in a zone are ahead of UTC when years begin, newest first: with it the year of any instant can be told
 * without asking what clocks showed in summer. Each change counts from the middle of the year before.
 */
export function offsetsAtNewYear(timeZone: string): readonly OffsetFrom[] {
  const known = newYearOffsets.get(timeZone);
  if (known) return known;
  const offsets: OffsetFrom[] = [];
  for (let year = firstYear; year <= lastYear; year++) {
    const offset = offsetMs(Date.UTC(year, 0, 1), timeZone);
    if (offset !== offsets[0]?.offsetMs)
      offsets.unshift({ from: new Date(Date.UTC(year - 1, 6, 1)), offsetMs: offset });
  }
  if (newYearOffsets.size > mostZones) newYearOffsets.clear();
  newYearOffsets.set(timeZone, offsets);
  return offsets;
}

/** How far clocks in a zone are ahead of UTC. */
function offsetMs(time: number, timeZone: string): number {
  const shown = timeInUtc({ ...wallTime(new Date(time), timeZone), millisecond: 0 });
  return shown - Math.floor(time / 1000) * 1000;
}

/** When clocks in UTC show a time. Date.UTC takes the years 0 to 99 for those of the last century. */
function timeInUtc({ year, month, day, hour, minute, second, millisecond }: WallTime): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.setUTCHours(hour, minute, second, millisecond);
}

function formatter(timeZone: string): Intl.DateTimeFormat {
  let found = formatters.get(timeZone);
  if (!found) {
    if (formatters.size > mostZones) formatters.clear();
    found = new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formatters.set(timeZone, found);
  }
  return found;
}
