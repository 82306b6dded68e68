import { type PortableTextHtmlComponents, type PortableTextMarkComponent, toHTML } from '@portabletext/to-html';
import { escapeHtml } from '../escape-html.ts';
import { isMediaUrl, isOutside, isSafeHref } from './links.ts';
import { type NestedList, nestLists } from './lists.ts';
import { ownDirection } from './own-direction.ts';
import type { Cell, LinkMark, MarkedWords, PortableText, PortableTextBlock, Table, TextBlock } from './schema.ts';
import { headRowsOf, paragraphOf } from './table.ts';

/**
 * A body as a fragment of semantic HTML: no scripts, no styles, no frames, every text escaped. Paragraphs find their
 * own direction (`dir="auto"`), since one story may quote another language. With `base` it can be read elsewhere:
 * links within the site become whole addresses (RFC 3986, 5.2).
 */
export function toHtml(body: PortableText, base?: string): string {
  const marks = { ...components.marks, link: linkComponent(base) };
  const inline: Inline = (text) =>
    toHTML(paragraphOf(text), {
      components: { ...components, marks, block: ({ children }) => children ?? '' },
      onMissingComponent: false,
    });
  const wordsOf = (block: TextBlock) =>
    block.style === 'normal'
      ? inline(block)
      : toHTML({ ...paragraphOf(block), style: block.style }, { components: { ...components, marks } });
  const types = {
    ...components.types,
    image: ({ value }: { value: Of<'image'> }) => imageHtml(value, inline),
    table: ({ value }: { value: Table }) => tableHtml(value, inline),
    list: ({ value }: { value: NestedList }) => listHtml(value, wordsOf),
  };
  const html = toHTML(nestLists(body), { components: { ...components, marks, types }, onMissingComponent: false });
  // Text is escaped, so these tags can only be ours: paragraphs of one quotation stand in one element.
  return html.replaceAll(quoteEnd + quoteStart, '\n');
}

const quoteStart = '<blockquote>';
const quoteEnd = '</blockquote>\n';

/** What writes running text alone, without a paragraph around it. */
type Inline = (text: Cell | TextBlock | MarkedWords) => string;

type Of<Type extends PortableTextBlock['_type']> = Extract<PortableTextBlock, { _type: Type }>;

const components: Partial<PortableTextHtmlComponents> = {
  escapeHTML: escapeHtml,
  hardBreak: () => '<br>\n',
  block: {
    normal: ({ children, value }) => `<p${directionOf(value)}>${children}</p>\n`,
    h3: ({ children, value }) => `<h3${directionOf(value)}>${children}</h3>\n`,
    h4: ({ children, value }) => `<h4${directionOf(value)}>${children}</h4>\n`,
    blockquote: ({ children, value }) => `${quoteStart}<p${directionOf(value)}>${children}</p>${quoteEnd}`,
  },
  marks: {
    strong: ({ children }) => `<strong>${children}</strong>`,
    em: ({ children }) => `<em>${children}</em>`,
    underline: ({ children }) => `<u>${children}</u>`,
    'strike-through': ({ children }) => `<s>${children}</s>`,
    code: ({ children }) => `<code>${children}</code>`,
    sub: ({ children }) => `<sub>${children}</sub>`,
    sup: ({ children }) => `<sup>${children}</sup>`,
  },
  types: {
    embed: ({ value }) => embedHtml(value),
    code: ({ value }: { value: Of<'code'> }) =>
      `<pre dir="ltr"><code${attribute('data-language', value.language)}>${escapeHtml(value.code)}</code></pre>\n`,
    break: () => '<hr>\n',
  },
  unknownType: () => '',
  unknownMark: ({ children }) => children ?? '',
};

function directionOf({ children }: { children: readonly object[] }): string {
  return ownDirection(children.map((child) => ('text' in child ? child.text : '')).join(''));
}

/** Lists below an item stand behind its words, and find their direction themselves. */
function listHtml({ type, first, items }: NestedList, wordsOf: (block: TextBlock) => string): string {
  const written = items.map(({ block, lists }, index) => {
    const value = attribute('value', index === 0 ? undefined : block.start);
    const below = lists.map((list) => listHtml(list, wordsOf)).join('');
    return `<li${value}${directionOf(block)}>${wordsOf(block)}${below}</li>\n`;
  });
  if (type === 'bullet') return `<ul>\n${written.join('')}</ul>\n`;
  return `<ol${attribute('start', first === 1 ? undefined : first)}>\n${written.join('')}</ol>\n`;
}

function linkComponent(base: string | undefined): PortableTextMarkComponent {
  return ({ children, value }) => linkHtml((value as LinkMark | undefined)?.href ?? '', children, base);
}

/** Links are checked again here, because what is stored may be older than the rule. */
function linkHtml(href: string, children: string, base: string | undefined): string {
  if (!isSafeHref(href)) return children;
  const address = base === undefined ? href : (URL.parse(href, base)?.href ?? href);
  return `<a href="${escapeHtml(address)}"${isOutside(href) ? ' rel="noopener"' : ''}>${children}</a>`;
}

function imageHtml(image: Of<'image'>, inline: Inline): string {
  const { url, alt = '', caption = '', credit = '', width, height, captionBlock, creditBlock } = image;
  if (!isMediaUrl(url)) return '';
  const about = attribute('alt', alt) + attribute('width', width) + attribute('height', height);
  const words = [
    caption ? `<span>${captionBlock ? inline(captionBlock) : lines(caption)}</span>` : '',
    credit ? `<small>${creditBlock ? inline(creditBlock) : lines(credit)}</small>` : '',
  ].filter(Boolean);
  const figcaption =
    words.length > 0 ? `<figcaption${ownDirection(`${caption}${credit}`)}>${words.join(' ')}</figcaption>` : '';
  return `<figure><img src="${escapeHtml(url)}"${about} loading="lazy">${figcaption}</figure>\n`;
}

/** A link, not a frame: the site decides whether a reader's browser talks to somebody else's server. */
function embedHtml({ url, title, provider }: Of<'embed'>): string {
  if (!isMediaUrl(url)) return '';
  const name = title || url;
  const data = ` data-embed${attribute('data-provider', provider)}`;
  return `<figure${data}${ownDirection(name)}><a href="${escapeHtml(url)}" rel="noopener">${lines(name)}</a></figure>\n`;
}

function tableHtml(table: Table, inline: Inline): string {
  const rows = table.rows.map(
    ({ cells }) => `<tr>${cells.map((cell) => cellHtml(cell, inline(cell))).join('')}</tr>\n`,
  );
  const head = rows.splice(0, headRowsOf(table)).join('');
  const { caption = '', captionBlock } = table;
  const words = captionBlock ? inline(captionBlock) : lines(caption);
  const title = caption === '' ? '' : `<caption${ownDirection(caption)}>${words}</caption>\n`;
  return `<table>\n${title}${part('thead', head)}${part('tbody', rows.join(''))}</table>\n`;
}

function part(tag: 'thead' | 'tbody', rows: string): string {
  return rows === '' ? '' : `<${tag}>\n${rows}</${tag}>\n`;
}

function cellHtml(cell: Cell, words: string): string {
  const { head, colSpan, rowSpan } = cell;
  const about = attribute('colspan', colSpan) + attribute('rowspan', rowSpan) + directionOf(cell);
  if (head === undefined) return `<td${about}>${words}</td>`;
  return `<th scope="${head === 'column' ? 'col' : 'row'}"${about}>${words}</th>`;
}

function lines(text: string): string {
  return escapeHtml(text).replaceAll('\n', '<br>');
}

/** Line breaks are escaped, because a blank line ends HTML that stands in Markdown (CommonMark, 4.6). */
function attribute(name: string, value: string | number | undefined): string {
  return value === undefined ? '' : ` ${name}="${escapeHtml(String(value)).replaceAll('\n', '&#10;')}"`;
}
