import type { BodyWriter } from './body-writer.ts';
import { attributeOf, type Element } from './html-marks.ts';
import type { SentBlock } from './schema.ts';
import { maxCaptionLength, maxSpan } from './vocabulary.ts';

type SentTable = Extract<SentBlock, { _type: 'table' }>;
type SentCell = SentTable['rows'][number]['cells'][number];

/** What reads the words of an element: as running text with its marks, or bare. */
type Readers = {
  inline: (element: Element) => Pick<SentCell, 'children' | 'markDefs'>;
  plain: (element: Element) => string;
};

/**
 * Reads a table of data. Answers whether it was one: old pages are laid out by tables, and what holds more than running
 * text, or but one column of it, is better read as paragraphs.
 */
export function addTable(element: Element, writer: BodyWriter, { inline, plain }: Readers): boolean {
  if (attributeOf(element, 'role') === 'presentation' || holdsMore(element)) return false;
  const rows = sectionsOf(element).flatMap((section) => rowsOf(section, inline));
  const isOfData = rows.some(({ cells }) => cells.length > 1 || cells.some(({ head }) => head !== undefined));
  if (!isOfData || !rows.some(({ cells }) => cells.some(hasWords))) return false;
  const caption = elementsIn(element, 'caption').map(plain).filter(Boolean).join('\n');
  if (caption.length > maxCaptionLength) return false;
  writer.addBlock({ _type: 'table', ...(caption === '' ? {} : { caption }), rows });
  return true;
}

const more = new Set('table img figure pre hr iframe embed object video audio'.split(' '));

function holdsMore(element: Element): boolean {
  return element.childNodes.some((node) => 'tagName' in node && (more.has(node.tagName) || holdsMore(node)));
}

/** The parser puts every row into a section, and every cell into a row. */
function sectionsOf(table: Element): Element[] {
  return ['thead', 'tbody', 'tfoot'].flatMap((tag) => elementsIn(table, tag));
}

function rowsOf(section: Element, inline: Readers['inline']): SentTable['rows'] {
  const rows = elementsIn(section, 'tr');
  return rows.flatMap((row, index): SentTable['rows'] => {
    const cells = elementsIn(row, 'td', 'th');
    const isHead = section.tagName === 'thead' || cells.every(({ tagName }) => tagName === 'th');
    const read = cells.map((cell): SentCell => {
      const head = headOf(cell, isHead);
      return {
        _type: 'cell',
        ...(head === undefined ? {} : { head }),
        ...spanOf('colSpan', numberOf(cell, 'colspan')),
        // A cell ends with its section at the latest; 0 stands for just that (HTML, 4.9.11).
        ...spanOf('rowSpan', Math.min(numberOf(cell, 'rowspan') || rows.length, rows.length - index)),
        ...inline(cell),
      };
    });
    return read.length === 0 ? [] : [{ _type: 'row', cells: read }];
  });
}

function headOf(cell: Element, isInHeadRow: boolean): SentCell['head'] {
  const scope = attributeOf(cell, 'scope')?.toLowerCase() ?? '';
  if (cell.tagName === 'th' && /^row/.test(scope)) return 'row';
  if (isInHeadRow || (cell.tagName === 'th' && /^col/.test(scope))) return 'column';
  return cell.tagName === 'th' ? 'row' : undefined;
}

function numberOf(cell: Element, name: string): number {
  return Number(/^\s*(\d{1,5})/.exec(attributeOf(cell, name) ?? '')?.[1] ?? 1);
}

function spanOf(name: 'colSpan' | 'rowSpan', cells: number): { colSpan?: number; rowSpan?: number } {
  return cells > 1 ? { [name]: Math.min(cells, maxSpan) } : {};
}

function hasWords({ children }: SentCell): boolean {
  return children.some(({ text }) => text !== '');
}

function elementsIn(parent: Element, ...tags: string[]): Element[] {
  return parent.childNodes.filter((node): node is Element => 'tagName' in node && tags.includes(node.tagName));
}
