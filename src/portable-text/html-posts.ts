import { attributeOf, classesOf, type Element } from './html-marks.ts';
import { mediaUrl } from './html-media.ts';
import type { SentBlock } from './schema.ts';
import { maxCaptionLength } from './vocabulary.ts';

/** Posts as the networks have them put into pages, to be drawn by a script of theirs, and Ghost's cards of other pages. */
const posts = new Set(
  `twitter-tweet twitter-video instagram-media tiktok-embed fb-post fb-video text-post-media bluesky-embed
  kg-bookmark-card`.split(/\s+/),
);

export function isPost(element: Element): boolean {
  return classesOf(element).some((name) => posts.has(name));
}

/** A post as an embed, of which the words are the title. Nothing where it does not say where it is. */
export function postOf(element: Element): SentBlock | undefined {
  const named = ['data-instgrm-permalink', 'data-text-post-permalink', 'data-href', 'cite']
    .map((name) => mediaUrl(attributeOf(element, name)))
    .find((address) => address !== undefined);
  const url = named ?? addressesIn(element).findLast((address) => address !== undefined);
  if (url === undefined) return undefined;
  const title = wordsOf(element)?.replace(/\s+/g, ' ').trim();
  if (title === undefined || title.length > maxCaptionLength) return undefined;
  return { _type: 'embed', url, ...(title === '' ? {} : { title }) };
}

/** Those of the links within, of which the last is that of the post. */
function addressesIn({ childNodes }: Element): (string | undefined)[] {
  return childNodes.flatMap((node) => {
    if (!('tagName' in node)) return [];
    return node.tagName === 'a' ? [mediaUrl(attributeOf(node, 'href'))] : addressesIn(node);
  });
}

const inline = new Set(['a', 'b', 'em', 'i', 'strong']);
const limit = 4 * maxCaptionLength;

/** The words of a post; nothing where they are far too many, as several around one another may have the same. */
function wordsOf(element: Element): string | undefined {
  let words = '';
  visit(element);
  return words.length > limit ? undefined : words;

  function visit({ childNodes }: Element): void {
    for (const node of childNodes) {
      if (words.length > limit) return;
      if ('value' in node) words += node.value;
      if (!('tagName' in node) || node.tagName === 'script' || node.tagName === 'style') continue;
      if (!inline.has(node.tagName)) words += ' ';
      visit(node);
      if (!inline.has(node.tagName)) words += ' ';
    }
  }
}
