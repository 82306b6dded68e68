import { type DefaultTreeAdapterMap, type DefaultTreeAdapterTypes, defaultTreeAdapter, parseFragment } from 'parse5';
import { type BodyWriter, createBodyWriter, type Place } from './body-writer.ts';
import { textOf } from './captions.ts';
import type { BodyProblem } from './check.ts';
import { dropInnerLinks } from './html-anchors.ts';
import { itemAt, listAt } from './html-lists.ts';
import { attributeOf, decoratorsWithin, type Element } from './html-marks.ts';
import { addCode, addFrame, addImage, type Caption, embedOf, giveCaption } from './html-media.ts';
import { addTable } from './html-table.ts';
import { isSafeHref } from './links.ts';
import type { SentPortableText } from './schema.ts';
import type { Style } from './vocabulary.ts';

type ChildNode = DefaultTreeAdapterTypes.ChildNode;

/** Deeper than any page that was written by hand or by an editor, and shallow enough to walk. */
const maxDepth = 100;

/**
 * Reads HTML as a browser would (parse5 follows the WHATWG rules) and keeps what a body can hold. Text is never lost:
 * elements that have no form here give their text; only scripts, styles and the like are dropped, and links and
 * images with unsafe addresses leave their words behind. Nesting deeper than 100 elements is refused.
 */
export function fromHtml(html: string): { body: SentPortableText } | { problem: BodyProblem } {
  const fragment = parse(html);
  if (fragment === null) return { problem: tooDeep };
  dropInnerLinks(fragment);
  const writer = createBodyWriter();
  walkAll(fragment.childNodes, { style: 'normal', inCell: false, decorators: new Set() }, writer);
  writer.finish();
  return { body: writer.body };
}

function parse(html: string): DefaultTreeAdapterTypes.DocumentFragment | null {
  let depth = 0;
  const treeAdapter = {
    ...defaultTreeAdapter,
    onItemPush() {
      if (++depth > maxDepth) throw new TooDeep();
    },
    onItemPop() {
      depth--;
    },
  };
  try {
    return parseFragment<DefaultTreeAdapterMap>(html, { treeAdapter, scriptingEnabled: false });
  } catch (error) {
    if (error instanceof TooDeep) return null;
    throw error;
  }
}

/** Parsing cannot be stopped in any other way. */
class TooDeep extends Error {}

function walkAll(nodes: ChildNode[], place: Place, writer: BodyWriter): void {
  for (const node of nodes) {
    if ('value' in node) writer.addText(node.value, place);
    else if ('tagName' in node) walk(node, place, writer);
  }
}

function walk(element: Element, place: Place, writer: BodyWriter): void {
  const { tagName: tag } = element;
  if (dropped.has(tag) || (frames.has(tag) && addFrame(element, writer))) return;
  switch (tag) {
    case 'br':
      writer.breakLine(place);
      break;
    case 'hr':
      writer.addBlock({ _type: 'break' });
      break;
    case 'img':
      addImage(element, place, writer);
      break;
    case 'pre':
      addCode(element, writer);
      break;
    case 'q':
      // Browsers put these there (HTML, 15.3.4), and without them it would be said by the wrong person.
      writer.addText('"', place);
      walkOn();
      writer.addText('"', place);
      break;
    case 'figure':
      addFigure(element, place, writer);
      break;
    case 'table':
      if (!addTable(element, writer, { inline: (cell) => inlineOf(cell, place), caption: captionOf })) walkOn();
      break;
    default:
      walkOn();
  }

  function walkOn(): void {
    walkWithin(element, placeWithin(element, place), writer);
  }
}

/** The running text of a cell of a table, and the pictures in it. */
function inlineOf(cell: Element, place: Place) {
  const writer = createBodyWriter();
  const aside = createBodyWriter();
  const { list: _, item: __, ...around } = place;
  walkAll(cell.childNodes, { ...placeWithin(cell, around), style: 'normal', inCell: true, aside }, writer);
  writer.finish();
  const [block] = writer.body;
  const words =
    block?._type === 'block' ? { markDefs: block.markDefs ?? [], children: block.children } : { children: [] };
  return { words, pictures: aside.body };
}

function walkWithin(element: Element, place: Place, writer: BodyWriter): void {
  const { tagName: tag } = element;
  const isBlock = blocks.has(tag);
  if (isBlock) endParagraph(place, writer);
  if (tag === 'td' || tag === 'th') addCellBar(element, place, writer);
  walkAll(element.childNodes, place, writer);
  if (isBlock) endParagraph(place, writer);
}

/** Rows of a table that is none of data become paragraphs, with a bar between the cells. */
function addCellBar(element: Element, place: Place, writer: BodyWriter): void {
  const first = element.parentNode?.childNodes.find((node) => 'tagName' in node);
  if (first !== element && !startsWithPicture(element)) writer.addSeparator(' | ', place);
}

/** A picture ends the paragraph, so that a bar before it would part nothing. */
function startsWithPicture({ childNodes }: Element): boolean {
  const first = childNodes.find((node) => 'tagName' in node || ('value' in node && node.value.trim() !== ''));
  return first !== undefined && 'tagName' in first && (first.tagName === 'img' || startsWithPicture(first));
}

function endParagraph(place: Place, writer: BodyWriter): void {
  if (place.inCell) writer.addSeparator(' ', place);
  else writer.finish();
}

/** A figure gives its caption to the one image or embed in it, or to its table; otherwise the caption is a paragraph. */
function addFigure(element: Element, place: Place, writer: BodyWriter): void {
  const embed = embedOf(element);
  const { body } = place.aside ?? writer;
  const endBlock = () => (place.aside ? endParagraph(place, writer) : writer.finish());
  endBlock();
  const start = body.length;
  if (embed) (place.aside ?? writer).addBlock(embed);
  else
    walkAll(
      element.childNodes.filter((node) => !isTag(node, 'figcaption')),
      place,
      writer,
    );
  endBlock();
  const first = body[start];
  // Pictures out of its cells follow a table.
  const media = first?._type === 'table' || body.length === start + 1 ? first : undefined;
  for (const node of element.childNodes) {
    if (!isTag(node, 'figcaption')) continue;
    if (!place.isCaption && giveCaption(media, ...captionAndCredit(node))) continue;
    walkAll(node.childNodes, place, writer);
    endBlock();
  }
}

function captionAndCredit({ childNodes }: Element): [caption: Caption, credit: Caption] {
  const isCredit = (child: ChildNode) => isTag(child, 'small') || isTag(child, 'cite');
  return [captionOf(childNodes.filter((child) => !isCredit(child))), captionOf(childNodes.filter(isCredit))];
}

function captionOf(nodes: ChildNode[]): Caption {
  const writer = createBodyWriter();
  walkAll(nodes, { style: 'normal', inCell: false, isCaption: true, decorators: new Set() }, writer);
  writer.finish();
  const paragraphs = writer.body.flatMap((block) => (block._type === 'block' ? [block] : []));
  const markDefs = paragraphs.flatMap((block) => block.markDefs ?? []);
  const children = paragraphs.flatMap((block, index) => [
    ...(index === 0 ? [] : [{ _type: 'span' as const, text: '\n', marks: [] }]),
    ...block.children,
  ]);
  const isMarked = children.some(({ marks = [] }) => marks.length > 0);
  return { text: textOf({ children }), ...(isMarked ? { marked: { _type: 'block', markDefs, children } } : {}) };
}

function isTag(node: ChildNode, tag: string): node is Element {
  return 'tagName' in node && node.tagName === tag;
}

function placeWithin(element: Element, place: Place): Place {
  const { tagName: tag } = element;
  const within: Place = { ...place, decorators: decoratorsWithin(element, place.decorators) };
  const style = styleOf.get(tag);
  if (style !== undefined) within.style = style;
  if (tag === 'ul' || tag === 'ol' || tag === 'menu') within.list = listAt(element, place.list);
  if (tag === 'li' && place.list) within.item = itemAt(element, place.list);
  if (tag === 'td' || tag === 'th') within.inCell = true;
  const href = tag === 'a' ? hrefOf(element) : undefined;
  if (href !== undefined) within.href = href;
  return within;
}

/** As browsers read it: line breaks and tabs inside an address do not count, spaces are encoded. */
function hrefOf(element: Element): string | undefined {
  const href = attributeOf(element, 'href')
    ?.replace(/[\t\n\r]/g, '')
    .trim()
    .replaceAll(' ', '%20');
  return href !== undefined && isSafeHref(href) ? href : undefined;
}

const styleOf: ReadonlyMap<string, Style> = new Map<string, Style>([
  ['h1', 'h3'],
  ['h2', 'h3'],
  ['h3', 'h3'],
  ['h4', 'h4'],
  ['h5', 'h4'],
  ['h6', 'h4'],
  ['blockquote', 'blockquote'],
]);

const dropped = new Set('script style template title meta link base noframes noembed head'.split(' '));
const frames = new Set('iframe embed object video audio'.split(' '));
const blocks = new Set(
  `address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption footer form
  h1 h2 h3 h4 h5 h6 header hgroup legend li main menu nav ol optgroup option p section select summary table tbody tfoot
  thead tr ul`.split(/\s+/),
);

const tooDeep: BodyProblem = {
  path: [],
  code: 'too_deep',
  message: {
    en: `Elements may be nested ${maxDepth} deep at most.`,
    ar: `الحد الأقصى لتداخل العناصر: ${maxDepth} مستوى.`,
  },
};
