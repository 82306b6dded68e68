import { cleanText, isSeen } from '../arabic/clean.ts';
import { inOrder } from './html-marks.ts';
import type { LinkMark, SentBlock } from './schema.ts';
import type { Decorator, ListItem, Style } from './vocabulary.ts';

/** Where a piece of text stands: what its block will be, and how its letters are marked. */
export type Place = {
  style: Style;
  list?: { type: ListItem; level: number };
  /** The list item it belongs to: paragraphs of one item stay one block. */
  item?: object;
  /** In a cell of a table, where ends of paragraphs are only spaces. */
  inCell: boolean;
  /** Where pictures go that would break the text: a cell of a table of data has no room for them. */
  aside?: BodyWriter;
  decorators: ReadonlySet<Decorator>;
  href?: string;
};

export type BodyWriter = ReturnType<typeof createBodyWriter>;

type Draft = {
  place: Place;
  spans: { _type: 'span'; text: string; marks: string[] }[];
  links: Map<string, string>;
};

/**
 * Collects running text into blocks, with white space as HTML shows it. Entities can bring back invisible characters,
 * so they are taken out here, before it is decided what is empty.
 */
export function createBodyWriter() {
  const body: SentBlock[] = [];
  let draft: Draft | null = null;
  let finished: { draft: Draft; length: number } | null = null;
  let linkCount = 0;

  function addText(text: string, place: Place): void {
    const words = cleanText(text, { multiline: true }).text.replace(/[ \t\n\f\r]+/g, ' ');
    const shown = draft === null || isBlank(endOf(draft)) ? words.replace(/^ /, '') : words;
    if (shown !== '') append(shown, place);
  }

  /** Text that only parts what is before it from what follows. */
  function addSeparator(text: string, place: Place): void {
    if (draft !== null) addText(text, place);
  }

  /** A line break; two in a row part paragraphs, as old editors wrote them. */
  function breakLine(place: Place): void {
    if (draft === null) return;
    if (place.inCell) addSeparator(' ', place);
    else if (endOf(draft) === '\n' && place.style === 'normal' && !place.list) finish();
    else {
      trimEnd(draft, ' ');
      append('\n', place);
    }
  }

  /** Ends the block that is being written. White space at its ends goes; a block with nothing to be seen is none. */
  function finish(): void {
    if (draft === null) return;
    trimEnd(draft, ' \n');
    trimStart(draft);
    const { place, spans, links } = draft;
    if (spans.some((span) => isSeen(span.text))) {
      const markDefs = [...links].map(([href, _key]): LinkMark => ({ _type: 'link', _key, href }));
      const list = place.list && { listItem: place.list.type, level: place.list.level };
      body.push({ _type: 'block', style: place.style, ...list, markDefs, children: spans });
      finished = { draft, length: body.length };
    }
    draft = null;
  }

  function addBlock(block: SentBlock): void {
    finish();
    body.push(block);
  }

  function append(text: string, place: Place): void {
    draft ??= resume(place) ?? { place, spans: [], links: new Map() };
    const marks: string[] = inOrder(place.decorators);
    if (place.href !== undefined) marks.push(linkKey(draft, place.href));
    const last = draft.spans.at(-1);
    if (last && last.marks.join() === marks.join()) last.text += text;
    else draft.spans.push({ _type: 'span', text, marks });
  }

  /** A second paragraph of a list item goes on in its block, on a new line: a new block would be a new item. */
  function resume(place: Place): Draft | null {
    if (place.item === undefined || finished === null || finished.length !== body.length) return null;
    const previous = finished.draft;
    if (previous.place.item !== place.item || previous.place.style !== place.style) return null;
    body.pop();
    const last = previous.spans.at(-1);
    if (last?.marks.length === 0) last.text += '\n';
    else previous.spans.push({ _type: 'span', text: '\n', marks: [] });
    return previous;
  }

  function linkKey({ links }: Draft, href: string): string {
    const key = links.get(href) ?? `l${++linkCount}`;
    links.set(href, key);
    return key;
  }

  return { body, addText, addSeparator, breakLine, finish, addBlock };
}

/** The last character. Regular expressions would read a long paragraph again for each of its pieces. */
function endOf({ spans }: Draft): string {
  return spans.at(-1)?.text.at(-1) ?? '';
}

function isBlank(character: string): boolean {
  return character === ' ' || character === '\n';
}

function trimEnd({ spans }: Draft, characters: string): void {
  for (let last = spans.at(-1); last; last = spans.at(-1)) {
    let end = last.text.length;
    while (end > 0 && characters.includes(last.text.charAt(end - 1))) end--;
    if (end < last.text.length) last.text = last.text.slice(0, end);
    if (end > 0) return;
    spans.pop();
  }
}

function trimStart({ spans }: Draft): void {
  for (let first = spans[0]; first; first = spans[0]) {
    first.text = first.text.replace(/^[ \n]+/, '');
    if (first.text !== '') return;
    spans.shift();
  }
}
