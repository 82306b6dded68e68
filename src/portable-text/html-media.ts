import type { DefaultTreeAdapterTypes } from 'parse5';
import { firstStrong } from '../arabic/direction.ts';
import type { BodyWriter, Place } from './body-writer.ts';
import { attributeOf, classesOf, type Element } from './html-marks.ts';
import { isMediaUrl } from './links.ts';
import type { SentBlock } from './schema.ts';
import { maxCaptionLength } from './vocabulary.ts';

/** An image that cannot be kept (a relative or `data:` address) leaves its alternative text behind. */
export function addImage(element: Element, place: Place, writer: BodyWriter): void {
  const alt = attributeOf(element, 'alt')?.trim();
  // Pages that load images late keep the address elsewhere, and put a placeholder in src.
  const url = ['data-src', 'data-lazy-src', 'src', 'srcset', 'data-srcset']
    .map((name) => mediaUrl(name.endsWith('srcset') ? firstOf(attributeOf(element, name)) : attributeOf(element, name)))
    .find((address) => address !== undefined);
  if (url === undefined || (alt !== undefined && alt.length > maxCaptionLength)) {
    if (alt) writer.addText(alt, place);
    return;
  }
  const target = place.aside ?? writer;
  const last = target.body.at(-1);
  if (last?._type === 'image' && last.url === url && isInside(element, 'noscript')) return;
  const caption = place.isCaptioned ? undefined : attributeOf(element, 'title')?.trim();
  target.addBlock({
    _type: 'image',
    url,
    ...(alt ? { alt } : {}),
    ...(caption && caption.length <= maxCaptionLength ? { caption } : {}),
    ...pixels('width', element),
    ...pixels('height', element),
  });
}

/** The first address of a list of them (HTML, 4.8.4.2.1). */
function firstOf(sources: string | undefined): string | undefined {
  return /[^\s,]+(?:,+[^\s,]+)*/.exec(sources ?? '')?.[0];
}

/** Frames, players and the like become an embed. Answers whether it did. */
export function addFrame(element: Element, writer: BodyWriter): boolean {
  const sources = element.childNodes.filter((node): node is Element => 'tagName' in node && node.tagName === 'source');
  const addresses = [
    ...['src', 'data', 'data-src', 'data-lazy-src'].map((name) => attributeOf(element, name)),
    ...sources.map((source) => attributeOf(source, 'src')),
  ];
  const url = addresses.map(mediaUrl).find((address) => address !== undefined);
  if (url === undefined) return false;
  const title = attributeOf(element, 'title')?.trim();
  writer.addBlock({ _type: 'embed', url, ...(title && title.length <= maxCaptionLength ? { title } : {}) });
  return true;
}

/**
 * Whether preformatted text is one to be read, such as a poem, of which only the lines are to be kept: WordPress says so,
 * and no program begins with Arabic letters, but in a comment.
 */
export function isVerse(element: Element): boolean {
  if (classesOf(element).includes('wp-block-verse')) return true;
  const isCode = element.childNodes.some((node) => 'tagName' in node && node.tagName === 'code');
  const text = rawText(element);
  return !isCode && !comment.test(text) && firstStrong(text) === 'rtl';
}

const comment = /^\s*(?:#|\/[/*]|--|;|<!--)/;

/** Preformatted text, with its language where the class names one as CommonMark writers do. */
export function addCode(element: Element, writer: BodyWriter): void {
  const code = rawText(element).replace(/\n$/, '');
  const inner = element.childNodes.find((node): node is Element => 'tagName' in node && node.tagName === 'code');
  const language = [inner, element]
    .map(
      (node) =>
        node && (attributeOf(node, 'data-language') ?? /\blanguage-(\S+)/.exec(attributeOf(node, 'class') ?? '')?.[1]),
    )
    .find((name) => name !== undefined && name.length <= 50);
  if (code.trim() !== '') writer.addBlock({ _type: 'code', ...(language ? { language } : {}), code });
}

/** Words, and the same with their links and marks where they have any. */
export type Caption = { text: string; marked?: NonNullable<Extract<SentBlock, { _type: 'table' }>['captionBlock']> };

/** Puts the words of a `figcaption` on the image, embed or table they belong to. Answers whether they found a place there. */
export function giveCaption(
  media: SentBlock | undefined,
  caption: Caption | undefined,
  credit: Caption | undefined,
): boolean {
  if (!caption || !credit) return false;
  if (caption.text.length > maxCaptionLength || credit.text.length > maxCaptionLength) return false;
  if (media?._type === 'image' && (media.caption === undefined || media.caption === caption.text)) {
    if (caption.text !== '') media.caption = caption.text;
    if (caption.marked) media.captionBlock = caption.marked;
    if (credit.text !== '') media.credit = credit.text;
    if (credit.marked) media.creditBlock = credit.marked;
    return true;
  }
  if (credit.text !== '') return false;
  if (media?._type === 'table' && media.caption === undefined) {
    if (caption.text !== '') media.caption = caption.text;
    if (caption.marked) media.captionBlock = caption.marked;
    return true;
  }
  // The title of an embed is the words of a link, in which there can be no other.
  if (media?._type !== 'embed' || media.title !== undefined || caption.marked?.markDefs?.length) return false;
  if (caption.text !== '') media.title = caption.text;
  return true;
}

/** An embed as `toHtml` writes it, or as WordPress does: a figure that holds nothing but an address, and maybe a caption. */
export function embedOf(figure: Element): SentBlock | undefined {
  const link = figure.childNodes.find((node): node is Element => 'tagName' in node && node.tagName === 'a');
  if (attributeOf(figure, 'data-embed') !== undefined && link) {
    const provider = attributeOf(figure, 'data-provider');
    const embed = embedAt(mediaUrl(attributeOf(link, 'href')), rawText(link));
    return embed && { ...embed, ...(provider && provider.length <= 200 ? { provider } : {}) };
  }
  if (!/\bwp-block-embed\b/.test(attributeOf(figure, 'class') ?? '')) return undefined;
  const isCaption = (node: DefaultTreeAdapterTypes.ChildNode) => 'tagName' in node && node.tagName === 'figcaption';
  const url = rawText({ childNodes: figure.childNodes.filter((node) => !isCaption(node)) }).trim();
  return embedAt(isMediaUrl(url) ? url : undefined, '');
}

function embedAt(url: string | undefined, words: string) {
  const title = words.replace(/\s+/g, ' ').trim();
  if (url === undefined || title.length > maxCaptionLength) return undefined;
  return { _type: 'embed' as const, url, ...(title && title !== url ? { title } : {}) };
}

/** The text of an element as it stands, with a line for each `br`, and without scripts and styles. */
export function rawText({ childNodes }: Pick<Element, 'childNodes'>): string {
  return childNodes
    .map((node) => {
      if ('value' in node) return node.value;
      if (!('tagName' in node) || node.tagName === 'script' || node.tagName === 'style') return '';
      return node.tagName === 'br' ? '\n' : rawText(node);
    })
    .join('');
}

export function mediaUrl(address: string | undefined): string | undefined {
  const url = address?.trim().replace(/^\/\//, 'https://').replaceAll(' ', '%20');
  return url !== undefined && isMediaUrl(url) ? url : undefined;
}

function pixels(name: 'width' | 'height', element: Element): { width?: number; height?: number } {
  const value = Number(/^\s*(\d{1,5})(?:px)?\s*$/.exec(attributeOf(element, name) ?? '')?.[1] ?? 0);
  return value > 0 ? { [name]: value } : {};
}

function isInside(element: Element, tag: string): boolean {
  for (
    let node: DefaultTreeAdapterTypes.ParentNode | null = element.parentNode;
    node;
    node = 'parentNode' in node ? node.parentNode : null
  )
    if ('tagName' in node && node.tagName === tag) return true;
  return false;
}
