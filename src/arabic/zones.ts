import type { Day } from './hijri.ts';

/** What a wall clock shows. */
export type WallTime = Day & { hour: number; minute: number; second: number; millisecond: number };

const formatters = new Map<string, Intl.DateTimeFormat>();

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
  const asUtc = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second, wall.millisecond);
  const dayMs = 86_400_000;
  const before = offsetMs(asUtc - dayMs, timeZone);
  const after = offsetMs(asUtc + dayMs, timeZone);
  const fitting = [before, after]
    .map((offset) => asUtc - offset)
    .filter((time) => time + offsetMs(time, timeZone) === asUtc);
  return new Date(fitting.length > 0 ? Math.min(...fitting) : asUtc - before);
}

/** How far clocks in a zone are ahead of UTC. */
function offsetMs(time: number, timeZone: string): number {
  const wall = wallTime(new Date(time), timeZone);
  const shown = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second);
  return shown - Math.floor(time / 1000) * 1000;
}

function formatter(timeZone: string): Intl.DateTimeFormat {
  let found = formatters.get(timeZone);
  if (!found) {
    // Zones come from settings and from a short list, but a map that only grows is a leak in waiting.
    if (formatters.size > 100) formatters.clear();
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
