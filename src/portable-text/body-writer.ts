import { cleanText, isSeen } from '../arabic/clean.ts';
import { inOrder } from './html-marks.ts';
import { listOf, type OpenList } from './lists.ts';
import type { LinkMark, SentBlock } from './schema.ts';
import { type Decorator, type ListItem, maxStart, type Style } from './vocabulary.ts';

/** Where a piece of text stands: what its block will be, and how its letters are marked. */
export type Place = {
  style: Style;
  list?: List;
  item?: Item;
  /** In a cell of a table, where ends of paragraphs are only spaces. */
  inCell: boolean;
  /** Outside of every block, where old editors write no paragraphs, but leave a line blank. */
  isLoose?: true;
  /** Where each line is one, as in a poem. */
  keepsLines?: true;
  /** In a figure with a caption, where the titles of pictures, which are shown to the pointer, are none. */
  isCaptioned?: boolean;
  /** In a caption, where other captions are only read as words: each would be read twice for each around it. */
  isCaption?: true;
  /** Where pictures go that would break the text: a cell of a table of data has no room for them. */
  aside?: BodyWriter;
  decorators: ReadonlySet<Decorator>;
  href?: string;
};

/** A list, and the number that its next item is shown with, step by step. */
export type List = { type: ListItem; level: number; next: number; step: number };

/** An item of a list, and the number it is shown with. Its first paragraphs are one block. */
export type Item = { type: ListItem; level: number; number: number; isBegun: boolean };

export type BodyWriter = ReturnType<typeof createBodyWriter>;

type ListFields = Pick<Extract<SentBlock, { _type: 'block' }>, 'listItem' | 'level' | 'start'>;

type Draft = {
  place: Place;
  /** What says that it is an item, once it has been written as one. */
  list?: ListFields;
  /** In pieces: to look at the end of a text that has just grown, all of it would be copied. */
  spans: { pieces: string[]; marks: string[] }[];
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
  let open: OpenList[] = [];

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
    else if (endsInBlankLine(draft) && place.style === 'normal' && place.item?.isBegun !== false) finish();
    else {
      trimEnd(draft, ' \u00a0');
      append('\n', place);
    }
  }

  /** Ends the block that is being written. White space at its ends goes; a block with nothing to be seen is none. */
  function finish(): void {
    if (draft === null) return;
    trimEnd(draft, ' \n\u00a0');
    trimStart(draft);
    const { place, spans, links } = draft;
    const { style, item } = place;
    const children = spans.map(({ pieces, marks }) => ({ _type: 'span' as const, text: pieces.join(''), marks }));
    if (children.some((span) => isSeen(span.text))) {
      const markDefs = [...links].map(([href, _key]): LinkMark => ({ _type: 'link', _key, href }));
      if (item && !item.isBegun) draft.list = begin(item);
      if (!draft.list) open = [];
      body.push({ _type: 'block', style, ...draft.list, markDefs, children });
      finished = { draft, length: body.length };
    }
    draft = null;
  }

  function addBlock(block: SentBlock): void {
    finish();
    open = [];
    body.push(block);
  }

  function append(text: string, place: Place): void {
    draft ??= resume(place) ?? { place, spans: [], links: new Map() };
    const marks: string[] = inOrder(place.decorators);
    if (place.href !== undefined) marks.push(linkKey(draft, place.href));
    const last = draft.spans.at(-1);
    if (last && last.marks.join() === marks.join()) last.pieces.push(text);
    else draft.spans.push({ pieces: [text], marks });
  }

  /** An item says its number where counting would come to another one. */
  function begin(item: Item): ListFields {
    const { type, level, number } = item;
    item.isBegun = true;
    const list = listOf(open, { listItem: type, level }, (begun) => begun);
    if (type === 'bullet' || number === list.number || number < 0 || number > maxStart)
      return { listItem: type, level };
    list.number = number;
    return { listItem: type, level, start: number };
  }

  /**
   * A second paragraph of a list item goes on in its block, on a new line: a new block would be a new item. What follows
   * a picture or a list in an item is a paragraph of its own, after which the numbers go on.
   */
  function resume(place: Place): Draft | null {
    if (place.item === undefined || finished === null || finished.length !== body.length) return null;
    const previous = finished.draft;
    if (!previous.list || previous.place.item !== place.item || previous.place.style !== place.style) return null;
    body.pop();
    const last = previous.spans.at(-1);
    if (last?.marks.length === 0) last.pieces.push('\n');
    else previous.spans.push({ pieces: ['\n'], marks: [] });
    return previous;
  }

  function linkKey({ links }: Draft, href: string): string {
    const key = links.get(href) ?? `l${++linkCount}`;
    links.set(href, key);
    return key;
  }

  return { body, addText, addSeparator, breakLine, finish, addBlock };
}

function endOf({ spans }: Draft): string {
  return spans.at(-1)?.pieces.at(-1)?.at(-1) ?? '';
}

function endsInBlankLine({ spans }: Draft): boolean {
  for (let span = spans.length - 1; span >= 0; span--) {
    const { pieces } = spans[span] as Draft['spans'][number];
    for (let piece = pieces.length - 1; piece >= 0; piece--) {
      const text = pieces[piece] ?? '';
      const length = lengthWithout(text, ' \u00a0');
      if (length > 0) return text[length - 1] === '\n';
    }
  }
  return false;
}

function isBlank(character: string): boolean {
  return character === ' ' || character === '\n';
}

function trimEnd({ spans }: Draft, characters: string): void {
  for (let span = spans.at(-1); span; span = spans.at(-1)) {
    for (let piece = span.pieces.pop(); piece !== undefined; piece = span.pieces.pop()) {
      const length = lengthWithout(piece, characters);
      if (length === 0) continue;
      span.pieces.push(piece.slice(0, length));
      return;
    }
    spans.pop();
  }
}

/** A regular expression would try each run of these characters from each of its places. */
function lengthWithout(text: string, characters: string): number {
  let length = text.length;
  while (length > 0 && characters.includes(text.charAt(length - 1))) length--;
  return length;
}

function trimStart({ spans }: Draft): void {
  for (let first = spans[0]; first; first = spans[0]) {
    const start = first.pieces.findIndex((piece) => /[^ \n\u00a0]/.test(piece));
    if (start >= 0) {
      first.pieces.splice(0, start + 1, (first.pieces[start] ?? '').replace(/^[ \n\u00a0]+/, ''));
      return;
    }
    spans.shift();
  }
}
