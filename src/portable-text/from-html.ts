import type { DefaultTreeAdapterTypes } from 'parse5';
import { type BodyWriter, createBodyWriter, type Place } from './body-writer.ts';
import type { BodyProblem } from './check.ts';
import { dropInnerLinks } from './html-anchors.ts';
import { itemAt, listAt } from './html-lists.ts';
import { attributeOf, classesOf, decoratorsWithin, type Element } from './html-marks.ts';
import { addCode, addFrame, addImage, type Caption, embedOf, giveCaption, isVerse } from './html-media.ts';
import { parseHtml, tooDeep } from './html-parse.ts';
import { isPost, postOf } from './html-posts.ts';
import { addTable } from './html-table.ts';
import { isSafeHref } from './links.ts';
import type { SentPortableText } from './schema.ts';
import { textOf } from './spans.ts';
import type { Style } from './vocabulary.ts';

type ChildNode = DefaultTreeAdapterTypes.ChildNode;

/**
 * Reads HTML as a browser would (parse5 follows the WHATWG rules) and keeps what a body can hold. Text is never lost:
 * elements that have no form here give their text; only scripts, styles and the like are dropped, and links and
 * images with unsafe addresses leave their words behind. Nesting deeper than 100 elements is refused.
 */
export function fromHtml(html: string): { body: SentPortableText } | { problem: BodyProblem } {
  const fragment = parseHtml(html);
  if (fragment === null) return { problem: tooDeep };
  dropInnerLinks(fragment);
  const writer = createBodyWriter();
  walkAll(fragment.childNodes, { style: 'normal', inCell: false, isLoose: true, decorators: new Set() }, writer);
  writer.finish();
  return { body: writer.body };
}

function walkAll(nodes: ChildNode[], place: Place, writer: BodyWriter): void {
  for (const node of nodes) {
    if ('value' in node) addText(node.value, place, writer);
    else if ('tagName' in node) walk(node, place, writer);
  }
}

function addText(text: string, place: Place, writer: BodyWriter): void {
  if (!place.keepsLines && !place.isLoose) {
    writer.addText(text, place);
    return;
  }
  text.split(place.keepsLines ? '\n' : blankLine).forEach((part, index) => {
    if (index > 0 && place.keepsLines) writer.breakLine(place);
    else if (index > 0) writer.finish();
    writer.addText(part, place);
  });
}

function walk(element: Element, place: Place, writer: BodyWriter): void {
  const { tagName: tag } = element;
  if (dropped.has(tag) || classesOf(element).some((name) => controls.has(name))) return;
  const post = isPost(element) ? postOf(element) : undefined;
  if (post) {
    writer.addBlock(post);
    return;
  }
  if (frames.has(tag) && addFrame(element, writer)) return;
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
      if (isVerse(element)) walkOn({ ...place, keepsLines: true });
      else addCode(element, writer);
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

  function walkOn(around = place): void {
    walkWithin(element, placeWithin(element, around), writer);
  }
}

/** The running text of a cell of a table, and the pictures in it. */
function inlineOf(cell: Element, place: Place) {
  const writer = createBodyWriter();
  const aside = createBodyWriter();
  const { list: _, item: __, isLoose: ___, ...around } = place;
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
  const captions = element.childNodes.filter((node) => isTag(node, 'figcaption'));
  if (embed) (place.aside ?? writer).addBlock(embed);
  else
    walkAll(
      element.childNodes.filter((node) => !isTag(node, 'figcaption')),
      captions.length === 0 ? place : { ...place, isCaptioned: true },
      writer,
    );
  endBlock();
  const first = body[start];
  // Pictures out of its cells follow a table.
  const media = first?._type === 'table' || body.length === start + 1 ? first : undefined;
  for (const node of captions) {
    if (!place.isCaption && giveCaption(media, ...captionAndCredit(node))) continue;
    walkAll(node.childNodes, place, writer);
    endBlock();
  }
}

function captionAndCredit({ childNodes }: Element): [caption: Caption | undefined, credit: Caption | undefined] {
  const isCredit = (child: ChildNode) => isTag(child, 'small') || isTag(child, 'cite');
  return [captionOf(childNodes.filter((child) => !isCredit(child))), captionOf(childNodes.filter(isCredit))];
}

/** The words of a caption; nothing where it holds more than words. */
function captionOf(nodes: ChildNode[]): Caption | undefined {
  const writer = createBodyWriter();
  walkAll(nodes, { style: 'normal', inCell: false, isCaption: true, decorators: new Set() }, writer);
  writer.finish();
  const paragraphs = writer.body.flatMap((block) => (block._type === 'block' ? [block] : []));
  if (paragraphs.length < writer.body.length) return undefined;
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
  const within: Place = { ...place, decorators: decoratorsWithin(element, place) };
  if (blocks.has(tag)) delete within.isLoose;
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

const blankLine = /\n[^\S\n]*\n/;
const dropped = new Set('script style template title meta link base noframes noembed head'.split(' '));
/** What only works players and downloads, in Ghost and WordPress. */
const controls = new Set(
  'kg-audio-player kg-audio-hide kg-video-overlay kg-video-player-container wp-block-file__button'.split(' '),
);
const frames = new Set('iframe embed object video audio'.split(' '));
const blocks = new Set(
  `address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption footer form
  h1 h2 h3 h4 h5 h6 header hgroup legend li main menu nav ol optgroup option p pre section select summary table tbody tfoot
  thead tr ul`.split(/\s+/),
);
