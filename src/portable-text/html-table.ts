import type { BodyWriter } from './body-writer.ts';
import { attributeOf, type Element } from './html-marks.ts';
import { type Caption, embedOf } from './html-media.ts';
import { isPost } from './html-posts.ts';
import type { SentBlock } from './schema.ts';
import { maxCaptionLength, maxSpan } from './vocabulary.ts';

type SentTable = Extract<SentBlock, { _type: 'table' }>;
type SentCell = SentTable['rows'][number]['cells'][number];

/** A cell, and the pictures that stood in it: it has no room for them. */
type ReadCell = { cell: SentCell; pictures: readonly SentBlock[] };

/** What reads an element: a cell as running text beside pictures, a caption as words. */
type Readers = {
  inline: (element: Element) => { words: Pick<SentCell, 'children' | 'markDefs'>; pictures: readonly SentBlock[] };
  caption: (nodes: Element['childNodes']) => Caption | undefined;
};

/**
 * Reads a table of data. Answers whether it was one: old pages are laid out by tables, and what holds more than running
 * text and pictures, or but one column of it, is better read as paragraphs. Pictures follow the table, in their order.
 */
export function addTable(element: Element, writer: BodyWriter, { inline, caption: captionOf }: Readers): boolean {
  if (attributeOf(element, 'role') === 'presentation' || holdsMore(element)) return false;
  const rows = sectionsOf(element).flatMap((section) => rowsOf(section, inline));
  const pictures = rows.flat().flatMap((read) => read.pictures);
  if (!(pictures.length === 0 ? isOfData(rows) : isOfDataBesidePictures(rows))) return false;
  const caption = captionOf(elementsIn(element, 'caption').flatMap(({ childNodes }) => childNodes));
  if (caption === undefined || caption.text.length > maxCaptionLength) return false;
  const { text, marked } = caption;
  writer.addBlock({
    _type: 'table',
    ...(text === '' ? {} : { caption: text }),
    ...(marked === undefined ? {} : { captionBlock: marked }),
    rows: withoutBareRows(rows).map((row) => ({ _type: 'row', cells: row.map(withWords) })),
  });
  for (const picture of pictures) writer.addBlock(picture);
  return true;
}

const more = new Set('table pre hr iframe embed object video audio'.split(' '));

function holdsMore(element: Element): boolean {
  return element.childNodes.some(
    (node) =>
      'tagName' in node &&
      (more.has(node.tagName) ||
        isPost(node) ||
        (node.tagName === 'figure' && embedOf(node) !== undefined) ||
        holdsMore(node)),
  );
}

function isOfData(rows: readonly ReadCell[][]): boolean {
  const isTable = rows.some((row) => row.length > 1 || row.some(({ cell }) => cell.head !== undefined));
  return isTable && rows.flat().some(hasWords);
}

/**
 * Pictures with their captions, and portraits beside a text, are laid out by tables too, and belong together. So words
 * have to stand side by side without a picture: under heads, or else in every row.
 */
function isOfDataBesidePictures(rows: readonly ReadCell[][]): boolean {
  const isBare = (read: ReadCell) => hasWords(read) && read.pictures.length === 0;
  const isSideBySide = (row: ReadCell[]) => row.filter(hasWords).length > 1;
  const bare = rows.flat().filter(isBare);
  const hasHeads = bare.some(({ cell }) => cell.head !== undefined) && bare.some(({ cell }) => cell.head === undefined);
  if (hasHeads) return rows.some(isSideBySide);
  return rows.length > 1 && rows.every((row) => isSideBySide(row) && row.some(isBare));
}

/** Rows of which pictures alone are left say nothing, unless cells reach over rows and count on them. */
function withoutBareRows(rows: ReadCell[][]): ReadCell[][] {
  if (rows.flat().some(({ cell }) => cell.rowSpan !== undefined)) return rows;
  return rows.filter((row) => row.some(hasWords) || row.every(({ pictures }) => pictures.length === 0));
}

/** A cell of which only a picture would be left, such as a flag, says what it shows. */
function withWords(read: ReadCell): SentCell {
  const { cell, pictures } = read;
  if (hasWords(read)) return cell;
  const text = pictures.flatMap((picture) => (picture._type === 'image' && picture.alt) || []).join(' ');
  return text === '' ? cell : { ...cell, markDefs: [], children: [{ _type: 'span', text, marks: [] }] };
}

/** The parser puts every row into a section, and every cell into a row. */
function sectionsOf(table: Element): Element[] {
  return ['thead', 'tbody', 'tfoot'].flatMap((tag) => elementsIn(table, tag));
}

function rowsOf(section: Element, inline: Readers['inline']): ReadCell[][] {
  const rows = elementsIn(section, 'tr');
  return rows.flatMap((row, index): ReadCell[][] => {
    const cells = elementsIn(row, 'td', 'th');
    const isHead = section.tagName === 'thead' || cells.every(({ tagName }) => tagName === 'th');
    const read = cells.map((element): ReadCell => {
      const head = headOf(element, isHead);
      const { words, pictures } = inline(element);
      const cell: SentCell = {
        _type: 'cell',
        ...(head === undefined ? {} : { head }),
        ...spanOf('colSpan', numberOf(element, 'colspan')),
        // A cell ends with its section at the latest; 0 stands for just that (HTML, 4.9.11).
        ...spanOf('rowSpan', Math.min(numberOf(element, 'rowspan') || rows.length, rows.length - index)),
        ...words,
      };
      return { cell, pictures };
    });
    return read.length === 0 ? [] : [read];
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

function hasWords({ cell }: ReadCell): boolean {
  return cell.children.some(({ text }) => text !== '');
}

function elementsIn(parent: Element, ...tags: string[]): Element[] {
  return parent.childNodes.filter((node): node is Element => 'tagName' in node && tags.includes(node.tagName));
}
