import type { LocalText } from '../errors.ts';
import { markedCaptionsOf } from './captions.ts';
import type { SentBlock, SentPortableText } from './schema.ts';
import { textOf } from './spans.ts';
import { decorators, maxBlocks, maxCaptionLength, maxPieces, maxTextLength } from './vocabulary.ts';

export type BodyProblem = { path: (string | number)[]; code: string; message: LocalText };

const decoratorNames: ReadonlySet<string> = new Set(decorators);
const maxProblems = 50;

/** What the shape of a body cannot say: its size, that keys are unique in their list, and that every mark means something, no word two links. */
export function checkBody(body: SentPortableText): BodyProblem[] {
  if (body.length > maxBlocks) return [tooManyBlocks];
  const problems: BodyProblem[] = [];
  const keys = new Set<string>();
  let length = 0;
  let pieces = 0;
  for (let index = 0; index < body.length && problems.length < maxProblems; index++) {
    const block = body[index] as SentBlock;
    useKey(keys, block._key, [index], problems);
    length += textLength(block);
    if (block._type === 'table') {
      pieces += block.rows.reduce((sum, { cells }) => sum + cells.length, 0);
      checkTable(block, index, problems);
    }
    for (const { children, markDefs = [] } of contentsOf(block))
      pieces += children.length + markDefs.length + countBreaks(children);
    checkCaptions(block, index, problems);
    if (block._type !== 'block') continue;
    if (block.level !== undefined && block.listItem === undefined)
      problems.push({ path: [index, 'level'], ...levelOutsideList });
    if (block.start !== undefined && block.listItem !== 'number')
      problems.push({ path: [index, 'start'], ...startOutsideNumbers });
    checkContent(block, [index], problems);
  }
  if (pieces > maxPieces) problems.push(tooManyPieces);
  if (length > maxTextLength) problems.push(tooMuchText);
  return problems;
}

type Content = Pick<Extract<SentBlock, { _type: 'block' }>, 'children' | 'markDefs'>;

/** The running texts of a block, each with links of its own. */
function contentsOf(block: SentBlock): Content[] {
  const captions = markedCaptionsOf(block).map(({ words }) => words);
  if (block._type === 'table') return [...block.rows.flatMap(({ cells }) => cells), ...captions];
  return block._type === 'block' ? [block] : captions;
}

/** Who knows of the plain words only, and changes them, is told that others stand beside them. */
function checkCaptions(block: SentBlock, index: number, problems: BodyProblem[]): void {
  for (const { name, words, plain } of markedCaptionsOf(block)) {
    checkContent(words, [index, name], problems);
    const text = textOf(words);
    if (plain !== undefined && plain !== text) problems.push({ path: [index, name], ...otherWords });
    if (text.length > maxCaptionLength) problems.push({ path: [index, name], ...tooLongCaption });
  }
}

/** Each becomes a piece of its own where a body is written out, and to take a text apart into them takes their square. */
function countBreaks(children: Content['children']): number {
  return children.reduce((sum, { text }) => sum + text.split('\n').length - 1, 0);
}

function checkTable({ rows }: Extract<SentBlock, { _type: 'table' }>, index: number, problems: BodyProblem[]): void {
  const rowKeys = new Set<string>();
  rows.forEach((row, at) => {
    useKey(rowKeys, row._key, [index, 'rows', at], problems);
    const cellKeys = new Set<string>();
    row.cells.forEach((cell, cellAt) => {
      const path = [index, 'rows', at, 'cells', cellAt];
      useKey(cellKeys, cell._key, path, problems);
      checkContent(cell, path, problems);
    });
  });
}

function checkContent({ children, markDefs }: Content, base: (string | number)[], problems: BodyProblem[]): void {
  const links = new Set<string>();
  markDefs?.forEach((link, at) => {
    const path = [...base, 'markDefs', at];
    if (decoratorNames.has(link._key)) problems.push({ path: [...path, '_key'], ...reservedKey });
    useKey(links, link._key, path, problems);
  });
  const spans = new Set<string>();
  children.forEach((span, at) => {
    useKey(spans, span._key, [...base, 'children', at], problems);
    const first = span.marks?.find((mark) => links.has(mark));
    span.marks?.forEach((mark, markAt) => {
      if (decoratorNames.has(mark) || mark === first) return;
      const path = [...base, 'children', at, 'marks', markAt];
      problems.push({ path, ...(links.has(mark) ? secondLink : unknownMark) });
    });
  });
}

function useKey(keys: Set<string>, key: string | undefined, path: (string | number)[], problems: BodyProblem[]): void {
  if (key === undefined) return;
  if (keys.has(key)) problems.push({ path: [...path, '_key'], ...duplicateKey });
  keys.add(key);
}

function textLength(block: SentBlock): number {
  const marked = markedCaptionsOf(block).filter(({ plain }) => plain === undefined);
  return marked.reduce((sum, { words }) => sum + textOf(words).length, plainLength(block));
}

function plainLength(block: SentBlock): number {
  switch (block._type) {
    case 'block':
      return textOf(block).length;
    case 'image':
      return (block.alt?.length ?? 0) + (block.caption?.length ?? 0) + (block.credit?.length ?? 0);
    case 'embed':
      return block.title?.length ?? 0;
    case 'code':
      return block.code.length;
    case 'table':
      return block.rows
        .flatMap(({ cells }) => cells)
        .reduce((sum, cell) => sum + textOf(cell).length, block.caption?.length ?? 0);
    case 'break':
      return 0;
  }
}

const tooManyBlocks: BodyProblem = {
  path: [],
  code: 'too_many_blocks',
  message: {
    en: `A section has at most ${maxBlocks} blocks.`,
    ar: `الحد الأقصى لعدد الفقرات والعناصر في القسم: ${maxBlocks}.`,
  },
};
const tooManyPieces: BodyProblem = {
  path: [],
  code: 'too_many_pieces',
  message: {
    en: `A section has at most ${maxPieces} spans, links and line breaks.`,
    ar: `الحد الأقصى لعدد الأجزاء المنسقة والروابط في القسم: ${maxPieces}.`,
  },
};
const tooMuchText: BodyProblem = {
  path: [],
  code: 'too_much_text',
  message: {
    en: `A section has at most ${maxTextLength} characters.`,
    ar: `الحد الأقصى لعدد أحرف القسم: ${maxTextLength}.`,
  },
};
const unknownMark = {
  code: 'unknown_mark',
  message: {
    en: 'This mark is neither a decorator nor the key of a link in markDefs.',
    ar: 'هذه العلامة ليست تنسيقًا معروفًا ولا مفتاح رابط في markDefs.',
  },
};
/** HTML has no link within a link (4.5.1). */
const secondLink = {
  code: 'second_link',
  message: { en: 'These words are in another link already.', ar: 'هذه الكلمات جزء من رابط آخر.' },
};
const otherWords = {
  code: 'other_words',
  message: {
    en: 'These are other words than the plain ones beside them. Either may be left out.',
    ar: 'يختلف هذا النص عن النص المجرد المرفق به. يكفي إرسال أحدهما.',
  },
};
const tooLongCaption = {
  code: 'too_big',
  message: {
    en: `At most ${maxCaptionLength} characters.`,
    ar: `الحد الأقصى لعدد الأحرف: ${maxCaptionLength}.`,
  },
};
const duplicateKey = {
  code: 'duplicate_key',
  message: { en: 'Another piece of this list has the same key.', ar: 'في هذه القائمة عنصر آخر بالمفتاح نفسه.' },
};
const reservedKey = {
  code: 'reserved_key',
  message: { en: 'This is the name of a decorator.', ar: 'هذا اسم محجوز لأحد التنسيقات.' },
};
const levelOutsideList = {
  code: 'level_outside_list',
  message: { en: 'Only a list item has a level.', ar: 'المستوى لعناصر القوائم فقط.' },
};
const startOutsideNumbers = {
  code: 'start_outside_numbers',
  message: { en: 'Only an item of a numbered list has a number.', ar: 'الترقيم لعناصر القوائم المرقمة فقط.' },
};
