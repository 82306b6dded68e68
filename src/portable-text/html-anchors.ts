import type { DefaultTreeAdapterTypes } from 'parse5';
import { attributeOf, type Element } from './html-marks.ts';
import { rawText } from './html-media.ts';

/**
 * Takes links away that lead to a place within the same text, as to notes and back: bodies keep no such places. Their
 * words stay, but for arrows, which only say that there is a link. Other links within the page may lead to the anchor of
 * another section.
 */
export function dropInnerLinks(fragment: DefaultTreeAdapterTypes.DocumentFragment): void {
  const names = new Set<string>();
  const links: Element[] = [];
  visit(fragment.childNodes);
  for (const link of links) {
    const name = nameIn(attributeOf(link, 'href') ?? '');
    if (name === undefined || !(names.has(name) || nameOfNote.test(name))) continue;
    link.attrs = link.attrs.filter((attribute) => attribute.name !== 'href');
    if (arrow.test(rawText(link))) link.childNodes = [];
  }

  function visit(nodes: DefaultTreeAdapterTypes.ChildNode[]): void {
    for (const node of nodes) {
      if (!('tagName' in node)) continue;
      if (node.tagName === 'a') links.push(node);
      for (const name of ['id', node.tagName === 'a' ? 'name' : 'id']) names.add(attributeOf(node, name) ?? '');
      visit(node.childNodes);
    }
  }
}

/** As Word, Google Docs and Markdown name notes and comments, which may be in another section than what refers to them. */
const nameOfNote = /^(?:_?(?:ftn|edn)(?:ref)?|ftnt(?:_ref)?|fn(?:ref)?[:-]?|_msocom_)\d+$/;
const arrow = /^(?:[\s↩↵⤴↑]|\ufe0e|\ufe0f)+$/;

/** The place within the page that a link leads to; none is its top (HTML, 7.4.6.4). */
function nameIn(href: string): string | undefined {
  const address = href.trim();
  const name = address.startsWith('#') ? address.slice(1) : '';
  if (name === '' || name.toLowerCase() === 'top') return undefined;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
