import type { PortableText, PortableTextBlock, Table } from './schema.ts';
import { textOf } from './spans.ts';

/**
 * The words of a body as written: paragraphs parted by a blank line, items of a list and rows of a table by a line break. Captions and
 * titles are words too; alternative texts and credits are not. Search, word counts and likeness read this.
 */
export function toText(body: PortableText): string {
  let text = '';
  let previous: PortableTextBlock | undefined;
  for (const block of body) {
    const words = blockText(block);
    if (words === undefined) continue;
    if (previous) text += isListItem(previous) && isListItem(block) ? '\n' : '\n\n';
    text += words;
    previous = block;
  }
  return text;
}

function blockText(block: PortableTextBlock): string | undefined {
  switch (block._type) {
    case 'block':
      return textOf(block) || undefined;
    case 'image':
      return block.caption || undefined;
    case 'embed':
      return block.title || undefined;
    case 'code':
      return block.code || undefined;
    case 'table':
      return tableText(block) || undefined;
    case 'break':
      return undefined;
  }
}

/** A row is a line, with tabs between its cells, as browsers have it (HTML, innerText). */
function tableText({ caption = '', rows }: Table): string {
  const lines = rows.map(({ cells }) => cells.map(textOf).join('\t'));
  return [caption, ...lines].filter((line) => /\S/.test(line)).join('\n');
}

function isListItem(block: PortableTextBlock): boolean {
  return block._type === 'block' && block.listItem !== undefined;
}
