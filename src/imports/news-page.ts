import { cleanText } from '../arabic/clean.ts';
import { toLatinDigits } from '../arabic/digits.ts';
import { firstStrong } from '../arabic/direction.ts';
import { fold } from '../arabic/fold.ts';
import type { LocalText } from '../errors.ts';
import {
  type HeadlineLine,
  type HeadlineProblem,
  hasSource,
  readHeadlineLine,
  readTwoLines,
  stripSource,
  unreadableDate,
} from './headline-line.ts';
import { pageTexts } from './page-texts.ts';

export type PageSection = { heading: string | null; paragraphs: string[] };

export type NewsPage = {
  headline: string;
  source: string;
  publishedAt: Date;
  /** The date as the page writes it. */
  date: string;
  dir: 'rtl' | 'ltr';
  lead: string | null;
  sections: PageSection[];
  /** What the page says about its readers' comments; their text is not part of it. */
  commentCount: number | null;
};

export type NewsPageResult = { ok: true; page: NewsPage; warnings: LocalText[] } | { ok: false; problems: LocalText[] };

/** How many lines from its start the «headline - source, date» line of a page is looked for in. */
const headlineWithin = 15;
const longestHeading = 90;
const mostHeadingWords = 14;

/** «وقال الوزير:» opens a quotation and «وأضاف أن» goes on with one: neither is a heading, however short. */
const speech = '(?:قال|اضاف|اوضح|اكد|تابع|ذكر|اشار|صرح|كتب|ختم|شدد|لفت)ت?';
const reportsSpeech = new RegExp(`^[وف]${speech}(?!\\p{L})`, 'u');
const opensSpeech = new RegExp(`^[وف]?${speech}(?!\\p{L})|^(?:he|she|they) |said:$`, 'u');

/**
 * Reads the plain text of a news page: lines before the one that reads «headline - source, date», that line, the lead,
 * and sections under headings. Every line with text is a paragraph or a heading; blank lines mean nothing. A page that
 * lacks a part is refused with the list of all it lacks; what was guessed or left out is in `warnings`.
 */
export function parseNewsPage(text: string, { timeZone }: { timeZone: string }): NewsPageResult {
  const lines = readLines(text);
  if (lines.length === 0) return { ok: false, problems: [pageTexts.empty] };
  const found = findHeadline(lines, timeZone);
  const problems = 'missing' in found ? describeMissing(found) : [];
  const { lines: body, commentCount, cut } = cutAtCommentCount(lines.slice(found.next));
  if (body.length === 0) problems.push(pageTexts.noText);
  if ('missing' in found || problems.length > 0) return { ok: false, problems };

  const { headline, source, publishedAt, date } = found.line;
  const { lead, rest } = takeLead(body, source);
  const dir = firstStrong(headline) ?? 'rtl';
  const page = { headline, source, publishedAt, date, dir, lead, sections: splitSections(rest), commentCount };
  const warnings: LocalText[] = [];
  if (!found.line.hasTime) warnings.push(pageTexts.noTime(date));
  if (cut > 0) warnings.push(pageTexts.cut(cut));
  if (commentCount) warnings.push(pageTexts.commentsElsewhere(commentCount));
  return { ok: true, page, warnings };
}

function readLines(text: string): string[] {
  return cleanText(text, { multiline: true })
    .text.split('\n')
    .map((line) => line.replace(/\s+/gu, ' ').replace(/^[\s\u200e\u200f\u061c]+|[\s\u200e\u200f\u061c]+$/gu, ''))
    .filter((line) => line !== '');
}

type Found = { next: number } & ({ line: HeadlineLine } | HeadlineProblem);

function findHeadline(lines: string[], timeZone: string): Found {
  const top = lines.slice(0, headlineWithin);
  let partial: Found | undefined;
  for (const [index, line] of top.entries()) {
    const before = top[index - 1];
    const one = readHeadlineLine(line, lines[index + 1] ?? '', timeZone);
    if (one && 'headline' in one) return { line: one, next: index + 1 };
    const two = before === undefined || isIntroduction(before) ? null : readTwoLines(before, line, timeZone);
    if (two) return { line: two, next: index + 1 };
    const date = one || isIntroduction(line) ? null : unreadableDate(line);
    if (one) partial ??= { ...one, next: index + 1 };
    else if (date !== null) partial ??= { missing: ['date'], date, next: index + 1 };
  }
  if (partial) return partial;
  const index = top.findIndex((line) => !isIntroduction(line));
  if (index < 0) return { missing: ['headline', 'source', 'date'], next: top.length };
  return { missing: hasSource(top[index] ?? '') ? ['date'] : ['source', 'date'], next: index + 1 };
}

function isIntroduction(line: string): boolean {
  return /[:：]$/u.test(line) || /^(?:نعرض لكم|نقدم لكم|اليكم|زوارنا|ننشر لكم)/u.test(fold(line));
}

function describeMissing({ missing, date }: HeadlineProblem): LocalText[] {
  return missing.map((part) =>
    part === 'date' && date !== undefined ? pageTexts.badDate(date) : pageTexts.missing(part),
  );
}

function takeLead(body: string[], source: string): { lead: string | null; rest: string[] } {
  const [first = '', ...rest] = body;
  const lead = stripSource(first, source);
  // Where no outlet's name opens it, a first line that reads as a heading is one, and the page has no lead.
  if (lead === first && isHeading(first, rest[0])) return { lead: null, rest: body };
  return lead === '' ? takeLead(rest, source) : { lead, rest };
}

function splitSections(lines: string[]): PageSection[] {
  const sections: PageSection[] = [];
  let open: PageSection | undefined;
  for (const [index, line] of lines.entries()) {
    const isFirstUnderHeading = open !== undefined && open.paragraphs.length === 0;
    if (!isFirstUnderHeading && isHeading(line, lines[index + 1])) {
      open = { heading: line, paragraphs: [] };
      sections.push(open);
      continue;
    }
    if (!open) {
      open = { heading: null, paragraphs: [] };
      sections.push(open);
    }
    open.paragraphs.push(line);
  }
  return sections;
}

/** A heading is a short line without closing punctuation before a longer paragraph; «؟» and «:» may end one. */
function isHeading(line: string, next: string | undefined): boolean {
  if (next === undefined || line.length > longestHeading || next.length <= line.length) return false;
  if (line.split(' ').length > mostHeadingWords || /^[•*·▪●◦]|^[-–—] /u.test(line)) return false;
  const ending = line.replace(/[\s"'«»“”‘’)\]]+$/u, '').at(-1) ?? '';
  if (/[.!…،؛,;]/u.test(ending)) return false;
  return !(ending === ':' ? opensSpeech : reportsSpeech).test(fold(line));
}

function cutAtCommentCount(lines: string[]): { lines: string[]; commentCount: number | null; cut: number } {
  const index = lines.findIndex((line) => readCommentCount(line) !== null);
  if (index < 0) return { lines, commentCount: null, cut: 0 };
  const commentCount = readCommentCount(lines[index] ?? '');
  return { lines: lines.slice(0, index), commentCount, cut: lines.length - index - 1 };
}

const arabicNumbers = new Map(Object.entries({ واحد: 1, واحده: 1 }));
const arabicComment = '(?:ال)?تعليق(?:ات|ان|ين|ا)?';

/** The number in a line that only counts comments («0 تعليق», «لا تعليقات», «التعليقات (3)»), or null. */
function readCommentCount(line: string): number | null {
  if (line.length > 40) return null;
  const text = toLatinDigits(fold(line))
    .replace(/[()[\]:.،]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const counted =
    new RegExp(`^(\\d{1,7}) ?${arabicComment}$`).exec(text) ??
    new RegExp(`^${arabicComment} (\\d{1,7})$`).exec(text) ??
    /^(\d{1,7}) comments?$/.exec(text) ??
    /^comments? (\d{1,7})$/.exec(text);
  if (counted) return Number(counted[1]);
  if (new RegExp(`^(?:لا|بدون|لا توجد|لا يوجد|لا يوجد اي|ليس هناك) ${arabicComment}(?: بعد)?$`).test(text)) return 0;
  if (/^(?:no|be the first to) comments?(?: yet)?$/.test(text)) return 0;
  if (/^تعليق(?:ان|ين)(?: اثنان)?$/.test(text)) return 2;
  const word = /^تعليق (\S+)$/.exec(text)?.[1];
  return arabicNumbers.get(word ?? '') ?? null;
}
