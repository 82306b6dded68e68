import { parseArabicDate } from '../arabic/dates.ts';
import { fold } from '../arabic/fold.ts';
import { instantOf } from '../arabic/zones.ts';
import { arabiseDate } from './english-date.ts';

/** The parts of a «headline - source, date» line. `date` is the text as it stands; `hasTime` says whether it names one. */
export type HeadlineLine = { headline: string; source: string; date: string; publishedAt: Date; hasTime: boolean };

/** What a line that is not quite one lacks. */
export type HeadlineProblem = { missing: ('headline' | 'source' | 'date')[]; date?: string };

/** A hyphen needs a space at one side at least, because compounds («U-20») are written with one; long dashes do not. */
const dash = /\s+[-|]\s*|\s*[-|]\s+|\s*[–—―]\s*/gu;
const comma = /\s*[,،;؛(]\s*|\s+[-–—|]\s+/gu;

/**
 * Reads a line as «headline - source, date». The date begins at the first comma after which everything is a date, and
 * the source at the last dash before it, unless `lead` begins with a longer source. Null when the line has no date.
 */
export function readHeadlineLine(line: string, lead: string, timeZone: string): HeadlineLine | HeadlineProblem | null {
  const dated = splitDate(line, timeZone);
  if (!dated) return null;
  const { before, ...when } = dated;
  const splits = [...before.matchAll(dash)].map((match) => ({
    headline: before.slice(0, match.index).trim(),
    source: before.slice(match.index + match[0].length).trim(),
  }));
  const whole = splits.filter(({ headline, source }) => headline !== '' && source !== '');
  const chosen = whole.find(({ source }) => stripSource(lead, source) !== lead) ?? whole.at(-1);
  if (chosen) return { ...chosen, ...when };
  const headless = splits.find(({ headline }) => headline === '');
  return { missing: headless ? ['headline'] : ['source'] };
}

/** The line «source, date» below a headline of its own, or the date alone below «headline - source». */
export function readTwoLines(first: string, second: string, timeZone: string): HeadlineLine | null {
  const dated = splitDate(second, timeZone);
  if (!dated) return null;
  const { before, ...when } = dated;
  if (before !== '') return before.length <= 60 ? { headline: first, source: before, ...when } : null;
  const match = [...first.matchAll(dash)].at(-1);
  if (!match) return null;
  const [headline, source] = [first.slice(0, match.index).trim(), first.slice(match.index + match[0].length).trim()];
  return headline === '' || source === '' ? null : { headline, source, ...when };
}

/** For a line shaped like one whose date cannot be read: the text that should be the date, or null. */
export function unreadableDate(line: string): string | null {
  for (const match of [...line.matchAll(dash)].reverse()) {
    const tail = line.slice(match.index + match[0].length);
    const at = tail.search(/[,،;؛]/u);
    if (at > 0 && /[\p{N}]/u.test(tail.slice(at))) return tail.slice(at + 1).trim();
  }
  return null;
}

/** Whether the line has a dash that could part a headline from its source. */
export function hasSource(line: string): boolean {
  return line.search(dash) > 0;
}

/** The text without «source - » at its start, also where its digits or harakat are written otherwise. */
export function stripSource(text: string, source: string): string {
  const wanted = fold(source);
  if (wanted === '') return text;
  for (const match of text.slice(0, source.length * 2 + 20).matchAll(/\s*[-–—―:|]\s*/gu)) {
    const prefix = fold(text.slice(0, match.index)).replace(/^[("«\s]+|[)"»\s]+$/g, '');
    if (prefix === wanted) return text.slice(match.index + match[0].length).trim();
  }
  return text;
}

type Dated = { before: string; date: string; publishedAt: Date; hasTime: boolean };

function splitDate(line: string, timeZone: string): Dated | null {
  const starts = [...line.matchAll(comma)].map((match) => ({ end: match.index, start: match.index + match[0].length }));
  for (const { end, start } of [{ end: 0, start: 0 }, ...starts]) {
    const date = line.slice(start).replace(/[).\s]+$/, '');
    const read = readDate(date, timeZone);
    if (read) return { before: line.slice(0, end).trim(), date, ...read };
  }
  return null;
}

/** A date without a time is taken for the beginning of that day in the site's time zone. */
function readDate(text: string, timeZone: string): { publishedAt: Date; hasTime: boolean } | null {
  if (!/\p{N}/u.test(text)) return null;
  const parsed = parseArabicDate(text, { timeZone }) ?? parseArabicDate(arabiseDate(text), { timeZone });
  if (!parsed) return null;
  if (parsed.kind === 'instant') return { publishedAt: parsed.instant, hasTime: true };
  const [year = 0, month = 0, day = 0] = parsed.date.split('-').map(Number);
  const midnight = { year, month, day, hour: 0, minute: 0, second: 0, millisecond: 0 };
  return { publishedAt: instantOf(midnight, timeZone), hasTime: false };
}
