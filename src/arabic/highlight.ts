import { escapeHtml } from '../escape-html.ts';
import { type Analyser, standardAnalyser, type Token } from './analyse.ts';
import { likelyPlaces } from './likely-places.ts';
import { separates, wordClass } from './word-class.ts';

/** What to mark: a term wherever it stands, or terms that stand side by side. */
export type Mark = string | readonly string[];

export type SnippetOptions = { maxChars: number; enough: number; isThorough: boolean };

type Span = { start: number; end: number };
/** A marked place, and which of the marks it answers. */
type Hit = Span & { mark: number };

/** Marks texts for one query; make it once for all the texts that are found. */
export function createMarker(marks: Iterable<Mark>, analyser: Analyser = standardAnalyser) {
  const asked = [...marks].map((mark) => (typeof mark === 'string' ? [mark] : mark));
  const byFirst = marksByFirst(asked);
  const places = likelyPlaces(asked.map(([first]) => first ?? ''));
  const hitsOf = (text: string) => findHits(analyser.analyse(text), byFirst);

  return {
    /**
     * The text as HTML with `<mark>` around every word whose term is asked for, as far as texts are indexed; everything
     * else is escaped, so that the answer may stand in a page or in a quoted attribute. Marked words are those of the
     * original: «والتحالفات» for تحالف.
     */
    highlight(text: string): string {
      return render(text, hitsOf(text), 0, text.length);
    },

    /**
     * The part of a text, of at most `maxChars` UTF-16 units before escaping, that answers most of the marks, as HTML
     * like that of `highlight`. It begins and ends between words, with … where something was left out. Without a hit it
     * is the beginning of the text. Nothing better is looked for once a place answers `enough` marks. Words in an unlikely
     * form are looked for only where there are no others, and where somebody wants to be thorough.
     */
    snippet(text: string, { maxChars, enough, isThorough }: SnippetOptions): string {
      const likely = gather(likelyHits(text, places, byFirst, analyser), maxChars, enough);
      const isFound = likely.hits.length > 0 || (places && !isThorough);
      const { hits, best } = isFound ? likely : gather(hitsOf(text), maxChars, enough);
      const { start, end } = fitWindow(text, best, maxChars);
      const shown = render(text, hits, start, end);
      return `${start > 0 ? '…' : ''}${shown}${end < text.trimEnd().length ? '…' : ''}`;
    },
  };
}

/** Marks a text, as a marker does. */
export function highlight(text: string, marks: Iterable<Mark>, analyser?: Analyser): string {
  return createMarker(marks, analyser).highlight(text);
}

/** The part of a text that answers most of the marks, as a marker finds it. */
export function snippet(text: string, marks: Iterable<Mark>, maxChars = 200, analyser?: Analyser): string {
  const options = { maxChars, enough: Number.POSITIVE_INFINITY, isThorough: true };
  return createMarker(marks, analyser).snippet(text, options);
}

type MarksByFirst = ReadonlyMap<string, readonly { terms: readonly string[]; mark: number }[]>;

function marksByFirst(asked: readonly (readonly string[])[]): MarksByFirst {
  const byFirst = new Map<string, { terms: readonly string[]; mark: number }[]>();
  for (const [mark, terms] of asked.entries()) {
    const [first] = terms;
    if (first === undefined) continue;
    const others = byFirst.get(first);
    if (others) others.push({ terms, mark });
    else byFirst.set(first, [{ terms, mark }]);
  }
  return byFirst;
}

function findHits(tokens: readonly Token[], byFirst: MarksByFirst): Hit[] {
  const hits: Hit[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as Token;
    const asked = byFirst.get(token.term);
    if (asked === undefined) continue;
    for (const { terms, mark } of asked) {
      if (!terms.every((term, offset) => tokens[at + offset]?.term === term)) continue;
      hits.push({ start: token.start, end: tokens[at + terms.length - 1]?.end ?? token.end, mark });
    }
  }
  return hits;
}

/** More than these would not show a better place, and a letter may be likely everywhere. */
const mostPlaces = 500;
/** How far is read from a likely place on: a phrase is seldom longer, and one that is will be found otherwise. */
const phraseLength = 200;

/** Hits at the places where a word looks like one that is asked for. */
function* likelyHits(text: string, places: RegExp | null, byFirst: MarksByFirst, analyser: Analyser): Generator<Hit> {
  if (!places) return;
  places.lastIndex = 0;
  for (let number = 0; number < mostPlaces; number++) {
    const found = places.exec(text);
    if (!found) return;
    const start = wordStart(text, found.index);
    const end = wordEnd(text, found.index + 1);
    for (const term of analyser.terms(text.slice(start, end)))
      for (const { terms, mark } of byFirst.get(term) ?? []) {
        const rest = terms.length === 1 ? [] : analyser.analyse(text.slice(start, wordEnd(text, start + phraseLength)));
        if (terms.length === 1) yield { start, end, mark };
        else if (terms.every((each, offset) => rest[offset]?.term === each))
          yield { start, end: start + (rest[terms.length - 1]?.end ?? 0), mark };
      }
    places.lastIndex = Math.max(end, found.index + 1);
  }
}

/** No word is longer; of what is, any place is as good as another. */
const longestWord = 300;

function isInWord(text: string, at: number): boolean {
  return at >= 0 && at < text.length && wordClass(text, at) !== separates;
}

/** Where the word begins that stands at or around a place. */
function wordStart(text: string, place: number): number {
  let at = place;
  while (place - at < longestWord && isInWord(text, at - 1)) at--;
  return at;
}

/** Where the word ends that stands around a place, if one does. */
function wordEnd(text: string, place: number): number {
  let at = Math.min(place, text.length);
  while (at - place < longestWord && isInWord(text, at - 1) && isInWord(text, at)) at++;
  return at;
}

/** Hits that overlap become one mark. */
function render(text: string, hits: readonly Hit[], from: number, to: number): string {
  let html = '';
  let at = from;
  let open: Span | undefined;
  const close = () => {
    if (!open) return;
    html += `${escapeHtml(text.slice(at, open.start))}<mark>${escapeHtml(text.slice(open.start, open.end))}</mark>`;
    at = open.end;
  };
  for (const { start, end } of hits) {
    if (start < from || end > to) continue;
    if (open && start < open.end) {
      open.end = Math.max(open.end, end);
    } else {
      close();
      open = { start, end };
    }
  }
  close();
  return html + escapeHtml(text.slice(at, to));
}

/**
 * The hits of a text, and the place within `maxChars` that answers most marks; of equals the one with most hits, then the
 * first. The first that answers `enough` will do, and then no more is read than may be shown beside it.
 */
function gather(all: Iterable<Hit>, maxChars: number, enough: number): { hits: Hit[]; best: Span } {
  const hits: Hit[] = [];
  const counts = new Map<number, number>();
  let best = { start: 0, end: 0, score: 0 };
  let first = 0;
  let lastRead = Number.POSITIVE_INFINITY;
  for (const hit of all) {
    if (hit.start > lastRead) break;
    hits.push(hit);
    if (lastRead !== Number.POSITIVE_INFINITY) continue;
    counts.set(hit.mark, (counts.get(hit.mark) ?? 0) + 1);
    for (let left = hits[first]; left && left !== hit && hit.end - left.start > maxChars; left = hits[++first]) {
      const count = (counts.get(left.mark) ?? 1) - 1;
      if (count === 0) counts.delete(left.mark);
      else counts.set(left.mark, count);
    }
    const score = counts.size * 1000 + Math.min(999, hits.length - 1 - first);
    if (score > best.score) best = { start: hits[first]?.start ?? hit.start, end: hit.end, score };
    if (counts.size >= enough) lastRead = best.start + maxChars;
  }
  return { hits, best };
}

/** Widens a window to `maxChars`, a third of the room before it, and moves its ends to the ends of words. */
function fitWindow(text: string, { start, end }: Span, maxChars: number): Span {
  if (text.length <= maxChars) return { start: 0, end: text.length };
  const room = Math.max(0, maxChars - (end - start));
  const from = Math.max(0, Math.min(start - Math.floor(room / 3), text.length - maxChars));
  const to = Math.min(text.length, from + maxChars);
  const first = from === 0 ? 0 : nextWord(text, from, Math.min(start, to - 1));
  const last = to === text.length ? to : lastWordEnd(text, to, first);
  return { start: first, end: last > first ? last : wholeCharacter(text, to) };
}

/** Where the first word begins from a place on; the place itself where none begins before the limit. */
function nextWord(text: string, place: number, limit: number): number {
  let at = place;
  while (at <= limit && isInWord(text, at - 1)) at++;
  while (at <= limit && !isInWord(text, at)) at++;
  return at <= limit ? at : place;
}

/** Where the last word ends that ends at or before a place; nowhere (0) after the limit. */
function lastWordEnd(text: string, place: number, limit: number): number {
  let at = place;
  if (isInWord(text, at)) while (at > limit && isInWord(text, at - 1)) at--;
  while (at > limit && !isInWord(text, at - 1)) at--;
  return at > limit ? at : 0;
}

function wholeCharacter(text: string, place: number): number {
  const unit = text.charCodeAt(place);
  return unit >= 0xdc00 && unit <= 0xdfff ? place - 1 : place;
}
