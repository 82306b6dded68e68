import { type Analyser, standardAnalyser, type Token } from './analyse.ts';

/** What to mark: a term wherever it stands, or terms that stand side by side. */
export type Mark = string | readonly string[];

type Span = { start: number; end: number };
/** A marked place, and which of the marks it answers. */
type Hit = Span & { mark: number };

/**
 * The text as HTML with `<mark>` around every word whose term is asked for; everything else is escaped, so that the
 * answer may stand in a page or in a quoted attribute. Marked words are those of the original: «والتحالفات» for تحالف.
 */
export function highlight(text: string, marks: Iterable<Mark>, analyser: Analyser = standardAnalyser): string {
  return render(text, findHits(analyser.analyse(text), [...marks]), 0, text.length);
}

/**
 * The part of a text, of at most `maxChars` UTF-16 units before escaping, that answers most of the marks, as HTML like
 * that of `highlight`. It begins and ends between words, with … where something was left out. Without a hit it is the
 * beginning of the text.
 */
export function snippet(
  text: string,
  marks: Iterable<Mark>,
  maxChars = 200,
  analyser: Analyser = standardAnalyser,
): string {
  const tokens = analyser.analyse(text);
  const hits = findHits(tokens, [...marks]);
  const best = bestWindow(hits, maxChars);
  const { start, end } = fitWindow(text, tokens, best, maxChars);
  const shown = render(text, hits, start, end);
  return `${start > 0 ? '…' : ''}${shown}${end < text.trimEnd().length ? '…' : ''}`;
}

/** Escapes text for HTML elements and quoted attributes. */
export function escapeHtml(text: string): string {
  if (!/[&<>"']/.test(text)) return text;
  return text
    .replaceAll('&', '&#38;')
    .replaceAll('<', '&#60;')
    .replaceAll('>', '&#62;')
    .replaceAll('"', '&#34;')
    .replaceAll("'", '&#39;');
}

function findHits(tokens: readonly Token[], marks: readonly Mark[]): Hit[] {
  const byFirst = new Map<string, { terms: readonly string[]; mark: number }[]>();
  for (const [index, mark] of marks.entries()) {
    const terms = typeof mark === 'string' ? [mark] : mark;
    const [first] = terms;
    if (first === undefined) continue;
    const others = byFirst.get(first);
    if (others) others.push({ terms, mark: index });
    else byFirst.set(first, [{ terms, mark: index }]);
  }
  const hits: Hit[] = [];
  for (const [at, token] of tokens.entries()) {
    for (const { terms, mark } of byFirst.get(token.term) ?? []) {
      if (!terms.every((term, offset) => tokens[at + offset]?.term === term)) continue;
      hits.push({ start: token.start, end: tokens[at + terms.length - 1]?.end ?? token.end, mark });
    }
  }
  return hits;
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

/** The hits within `maxChars` of one another that answer most marks; of equals those with most hits, then the first. */
function bestWindow(hits: readonly Hit[], maxChars: number): Span {
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
