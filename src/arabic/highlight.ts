import { type Analyser, standardAnalyser, type Token } from './analyse.ts';
import { likelyPlaces } from './likely-places.ts';
import { separates, wordClass } from './word-class.ts';

/** What to mark: a term wherever it stands, or terms that stand side by side. */
export type Mark = string | readonly string[];

export type Marker = ReturnType<typeof createMarker>;

type Span = { start: number; end: number };
/** A marked place, and which of the marks it answers. */
type Hit = Span & { mark: number };

/** Marks texts for one query; make it once for all the texts that are found. */
export function createMarker(marks: Iterable<Mark>, analyser: Analyser = standardAnalyser) {
  const asked = [...marks].map((mark) => (typeof mark === 'string' ? [mark] : mark));
  const byFirst = marksByFirst(asked);
  const places = likelyPlaces(asked.map(([first]) => first ?? ''));

  return {
    /**
     * The text as HTML with `<mark>` around every word whose term is asked for; everything else is escaped, so that the
     * answer may stand in a page or in a quoted attribute. Marked words are those of the original: «والتحالفات» for تحالف.
     */
    highlight(text: string): string {
      return render(text, findHits(analyser.analyse(text), byFirst), 0, text.length);
    },

    /**
     * The part of a text, of at most `maxChars` UTF-16 units before escaping, that answers most of the marks, as HTML
     * like that of `highlight`. It begins and ends between words, with … where something was left out. Without a hit it
     * is the beginning of the text. Nothing better is looked for once a place answers `enough` marks.
     */
    snippet(text: string, maxChars: number, enough: number): string {
      const likely = likelyHits(text, places, byFirst, analyser);
      const near = bestWindow(likely.length > 0 ? likely : findHits(analyser.analyse(text), byFirst), maxChars, enough);
      // Likely places are not all there are, so all of what may be shown is analysed.
      const from = beforeWord(text, Math.min(near.start - Math.ceil(maxChars / 3), text.length - maxChars));
      const to = afterWord(text, Math.max(near.end, near.start + maxChars));
      const tokens = analyser.analyse(text.slice(from, to)).map((token) => moved(token, from));
      const hits = findHits(tokens, byFirst);
      const { start, end } = fitWindow(text, tokens, near, maxChars);
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
  return createMarker(marks, analyser).snippet(text, maxChars, Number.POSITIVE_INFINITY);
}

/** Escapes text for HTML elements and quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
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
  for (const [at, token] of tokens.entries()) {
    for (const { terms, mark } of byFirst.get(token.term) ?? []) {
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

/** Hits at the places where a word begins to look like one that is asked for. */
function likelyHits(text: string, places: RegExp | null, byFirst: MarksByFirst, analyser: Analyser): Hit[] {
  const hits: Hit[] = [];
  if (!places) return hits;
  places.lastIndex = 0;
  for (let number = 0; number < mostPlaces; number++) {
    const found = places.exec(text);
    if (!found) break;
    const from = wordStart(text, found.index);
    const to = afterWord(text, found.index + 1);
    const [token] = analyser.analyse(text.slice(from, to));
    for (const { terms, mark } of (token && byFirst.get(token.term)) ?? []) {
      const own = terms.length === 1 ? [] : analyser.analyse(text.slice(from, afterWord(text, from + phraseLength)));
      const isWhole = terms.length === 1 || terms.every((term, offset) => own[offset]?.term === term);
      if (isWhole) hits.push({ start: from, end: from + ((own[terms.length - 1] ?? token)?.end ?? 0), mark });
    }
    places.lastIndex = to;
  }
  return hits;
}

function moved({ term, start, end }: Token, by: number): Token {
  return { term, start: start + by, end: end + by };
}

/** No word is longer; of what is, the end of the line is as good a place. */
const longestWord = 300;

/** Where the word begins that stands at a place. */
function wordStart(text: string, place: number): number {
  let at = place;
  while (at > 0 && place - at < longestWord && wordClass(text, at - 1) !== separates) at--;
  return at;
}

/** The place, or the beginning of the word that stands there. */
function beforeWord(text: string, place: number): number {
  return place <= 0 ? 0 : wordStart(text, place);
}

/** The place, or the end of the word that stands there. */
function afterWord(text: string, place: number): number {
  if (place >= text.length) return text.length;
  let at = place;
  while (at < text.length && at - place < longestWord && wordClass(text, at) !== separates) at++;
  return at;
}

/** Hits that overlap become one mark. */
function render(text: string, hits: readonly Hit[], from: number, to: number): string {
  const html: string[] = [];
  let at = from;
  let open: Span | undefined;
  const close = () => {
    if (!open) return;
    html.push(escapeHtml(text.slice(at, open.start)), `<mark>${escapeHtml(text.slice(open.start, open.end))}</mark>`);
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
  html.push(escapeHtml(text.slice(at, to)));
  return html.join('');
}

/**
 * The hits within `maxChars` of one another that answer most marks; of equals those with most hits, then the first. The
 * first that answer `enough` will do.
 */
function bestWindow(hits: readonly Hit[], maxChars: number, enough: number): Span {
  const counts = new Map<number, number>();
  let best = { start: 0, end: 0, score: 0 };
  let first = 0;
  for (const [last, hit] of hits.entries()) {
    counts.set(hit.mark, (counts.get(hit.mark) ?? 0) + 1);
    for (let left = hits[first]; left && first < last && hit.end - left.start > maxChars; left = hits[++first]) {
      const count = (counts.get(left.mark) ?? 1) - 1;
      if (count === 0) counts.delete(left.mark);
      else counts.set(left.mark, count);
    }
    const score = counts.size * 1000 + Math.min(999, last - first);
    if (score > best.score) best = { start: hits[first]?.start ?? hit.start, end: hit.end, score };
    if (counts.size >= enough) break;
  }
  return best;
}

/** Widens a window to `maxChars`, a third of the room before it, and moves its ends to the ends of words. */
function fitWindow(text: string, tokens: readonly Token[], { start, end }: Span, maxChars: number): Span {
  if (text.length <= maxChars) return { start: 0, end: text.length };
  const room = Math.max(0, maxChars - (end - start));
  const from = Math.max(0, Math.min(start - Math.floor(room / 3), text.length - maxChars));
  const to = Math.min(text.length, from + maxChars);
  const first = from === 0 ? 0 : tokens[firstAt(tokens, from)]?.start;
  const last = to === text.length ? to : lastEnd(tokens, to);
  const begin = first !== undefined && first <= start && first < to ? first : from;
  return { start: begin, end: last !== undefined && last > begin ? last : wholeCharacter(text, to) };
}

/** Where the last word ends that ends at or before a place. Words of several terms stand in the list several times. */
function lastEnd(tokens: readonly Token[], place: number): number | undefined {
  let index = firstAt(tokens, place) - 1;
  while (index >= 0 && (tokens[index]?.end ?? 0) > place) index--;
  return tokens[index]?.end;
}

/** The index of the first token that starts at or after a place. */
function firstAt(tokens: readonly Token[], place: number): number {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tokens[middle]?.start ?? 0) < place) low = middle + 1;
    else high = middle;
  }
  return low;
}

function wholeCharacter(text: string, place: number): number {
  const unit = text.charCodeAt(place);
  return unit >= 0xdc00 && unit <= 0xdfff ? place - 1 : place;
}
