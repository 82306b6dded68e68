import type { Cell, MarkedWords, Table, TextBlock } from './schema.ts';

/** How many rows at the top hold heads of columns alone, and no cell that goes on below them. */
export function headRowsOf({ rows }: Table): number {
  const first = rows.findIndex(({ cells }) => !cells.every(({ head }) => head === 'column'));
  const count = first === -1 ? rows.length : first;
  const goesOn = rows.slice(0, count).some(({ cells }, at) => cells.some(({ rowSpan = 1 }) => at + rowSpan > count));
  return goesOn ? 0 : count;
}

/** The words of a cell, a caption or an item as a paragraph, which is what writers of running text know. */
export function paragraphOf({ _key, markDefs, children }: Cell | TextBlock | MarkedWords): TextBlock {
  return { _type: 'block', _key, style: 'normal', markDefs, children };
}
