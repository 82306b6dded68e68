import { isMediaUrl } from './links.ts';
import { listOf, type OpenList } from './lists.ts';
import { escapeDestination, escapeMarkdown, inlineMarkdown } from './markdown-inline.ts';
import type { PortableText, PortableTextBlock, Table, TextBlock } from './schema.ts';
import { headRowsOf, paragraphOf } from './table.ts';
import { toHtml } from './to-html.ts';

/**
 * A body as CommonMark that `fromMarkdown` reads back the same. What Markdown has no form for (underlined, lowered and
 * raised text, credits, embeds, merged cells) is written as the HTML that Markdown allows.
 */
export function toMarkdown(body: PortableText): string {
  let markdown = '';
  let lists: WrittenList[] = [];
  let previous: PortableTextBlock | undefined;
  /** Whether a paragraph of nothing stands between. */
  let isApart = false;
  for (const block of body) {
    const isItem = block._type === 'block' && block.listItem !== undefined;
    if (!isItem) lists = [];
    const { text, before } = isItem ? listItem(block, lists) : { text: blockMarkdown(block), before: undefined };
    if (text === '') {
      isApart = true;
      continue;
    }
    if (previous) markdown += separator(previous, block, { before, isApart });
    markdown += text;
    previous = block;
    isApart = false;
  }
  return markdown === '' ? '' : `${markdown}\n`;
}

/** `shown` is the number of the last item that Markdown has. */
type WrittenList = OpenList & { indent: number; width: number; shown?: number };

/** What keeps two lists apart: those of one kind would be read as one (CommonMark, 5.3). */
const listBoundary = (indent = '') => `\n\n${indent}<!-- -->\n\n`;

/** One quotation of several paragraphs stays one, and the items of a list stand close together. */
function separator(previous: PortableTextBlock, next: PortableTextBlock, { before = '\n', isApart = false }): string {
  if (previous._type !== 'block' || next._type !== 'block') return '\n\n';
  if (previous.listItem !== undefined && next.listItem !== undefined) return before;
  const isQuote = [previous, next].every((block) => block.style === 'blockquote' && block.listItem === undefined);
  return isQuote && !isApart ? '\n>\n' : '\n\n';
}

function blockMarkdown(block: PortableTextBlock): string {
  switch (block._type) {
    case 'block':
      return styled(block);
    case 'image':
      return imageMarkdown(block);
    case 'embed':
      return toHtml([block]).trim();
    case 'code':
      return codeMarkdown(block.code, block.language ?? '');
    case 'break':
      return '---';
    case 'table':
      return tableMarkdown(block);
  }
}

function styled(block: TextBlock): string {
  const text = inlineMarkdown(block);
  if (text === '') return '';
  if (block.style === 'blockquote') return prefixLines(text, '> ', '> ');
  if (block.style === 'normal') return text;
  // A heading is one line, and number signs at its end would be taken for its closing.
  const line = text.replaceAll('\\\n', '<br>').replace(/(?<!\\)#$/, '\\#');
  return `${block.style === 'h3' ? '###' : '####'} ${line}`;
}

/** An item, and what parts it from an item before it. */
function listItem(block: TextBlock, lists: WrittenList[]): { text: string; before: string } {
  const text = styled(block);
  const isFirst = lists.length === 0;
  const list = listOf(lists, block, (begun, within) => ({
    ...begun,
    indent: (within?.indent ?? 0) + (within?.width ?? 0),
    width: 2,
  }));
  const { type, number, shown } = list;
  // Below another item it would be no item, but go on with that or make it a heading (CommonMark, 5.2).
  if (text === '' && !isFirst && shown === undefined) return { text: '', before: '' };
  list.shown = number;
  const marker = type === 'number' ? `${number}. ` : '- ';
  list.width = marker.length;
  const indent = ' '.repeat(list.indent);
  const isNew = isFirst || (type === 'number' && shown !== undefined && number !== shown + 1);
  // A list that begins with another number would go on with the paragraph above it (CommonMark, 5.2).
  const isLoose = type === 'number' && shown === undefined && number !== 1;
  const before = isNew ? listBoundary(indent) : isLoose ? '\n\n' : '\n';
  return { text: prefixLines(text, indent + marker, indent + ' '.repeat(marker.length)), before };
}

function prefixLines(text: string, first: string, rest: string): string {
  return first + text.replaceAll('\n', `\n${rest}`);
}

function imageMarkdown(image: Extract<PortableTextBlock, { _type: 'image' }>): string {
  const { url, alt = '', caption = '', credit, width, height, captionBlock } = image;
  const isPlain =
    [credit, width, height, captionBlock].every((field) => field === undefined) && !/\n/.test(alt + caption);
  if (!isPlain || !isMediaUrl(url)) return toHtml([image]).trim();
  const title = caption === '' ? '' : ` "${escapeMarkdown(caption).replaceAll('"', '\\"')}"`;
  return `![${escapeMarkdown(alt)}](<${escapeDestination(url)}>${title})`;
}

/** Markdown knows tables with one row of heads, cells of one line, and nothing else; others are HTML. */
function tableMarkdown(table: Table): string {
  const rows = table.rows.map(({ cells }) => cells.map((cell) => inlineMarkdown(paragraphOf(cell))));
  const [heads = [], ...others] = rows;
  const isPlain =
    !table.caption &&
    headRowsOf(table) === 1 &&
    table.rows.every(({ cells }, index) =>
      cells.every((cell) => isPlainCell(cell) && (index === 0) === (cell.head === 'column')),
    ) &&
    rows.every((cells) => cells.length === heads.length && cells.every((text) => !/[|\n]/.test(text)));
  if (!isPlain) return toHtml([table]).trim();
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...others.map(line)].join('\n');
}

function isPlainCell({ head, colSpan = 1, rowSpan = 1 }: Table['rows'][number]['cells'][number]): boolean {
  return head !== 'row' && colSpan === 1 && rowSpan === 1;
}

function codeMarkdown(code: string, language: string): string {
  const longest = Math.max(2, ...(code.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language.replace(/[`\s]+/g, '')}\n${code}\n${fence}`;
}
