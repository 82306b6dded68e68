import { cleanText } from '../arabic/clean.ts';
import { markedCaptionsOf } from './captions.ts';
import type {
  Cell,
  LinkMark,
  MarkedWords,
  PortableText,
  PortableTextBlock,
  SentBlock,
  SentPortableText,
  Span,
} from './schema.ts';
import { textOf } from './spans.ts';

/**
 * A body as it is stored: invisible characters are out (entities and escapes can bring back what was cleaned from the
 * request), links that nothing refers to are gone, and what was left out is filled in. Keys are counted, not random,
 * so that the same body always gives the same bytes.
 */
export function normaliseBody(body: SentPortableText): PortableText {
  const nextKey = keyMaker(body);
  return body.map((block) => normaliseBlock(block, nextKey));
}

function normaliseBlock(block: SentBlock, nextKey: NextKey): PortableTextBlock {
  const _key = block._key ?? nextKey('b');
  switch (block._type) {
    case 'block': {
      return {
        _type: 'block',
        _key,
        style: block.style ?? 'normal',
        ...(block.listItem === undefined ? {} : { listItem: block.listItem, level: block.level ?? 1 }),
        ...(block.start === undefined ? {} : { start: block.start }),
        ...normaliseContent(block, nextKey),
      };
    }
    case 'image':
      return present({
        _type: 'image',
        _key,
        url: block.url,
        alt: clean(block.alt),
        caption: clean(block.caption),
        credit: clean(block.credit),
        width: block.width,
        height: block.height,
        ...normaliseCaptions(block, nextKey),
      });
    case 'embed':
      return present({
        _type: 'embed',
        _key,
        url: block.url,
        title: clean(block.title),
        provider: clean(block.provider),
      });
    case 'code':
      return present({ _type: 'code', _key, language: clean(block.language), code: clean(block.code) });
    case 'break':
      return { _type: 'break', _key };
    case 'table':
      return present({
        _type: 'table',
        _key,
        caption: clean(block.caption),
        rows: block.rows.map((row) => ({
          _type: 'row' as const,
          _key: row._key ?? nextKey('r'),
          cells: row.cells.map((cell) => normaliseCell(cell, nextKey)),
        })),
        ...normaliseCaptions(block, nextKey),
      });
  }
}

function normaliseCell(cell: SentCell, nextKey: NextKey): Cell {
  return present({
    _type: 'cell',
    _key: cell._key ?? nextKey('c'),
    head: cell.head,
    colSpan: cell.colSpan,
    rowSpan: cell.rowSpan,
    ...normaliseContent(cell, nextKey),
  });
}

/** Words that turn out to have neither links nor marks are said once. */
function normaliseCaptions(block: SentBlock, nextKey: NextKey) {
  const fields: { caption?: string; credit?: string; captionBlock?: MarkedWords; creditBlock?: MarkedWords } = {};
  for (const { name, words } of markedCaptionsOf(block)) {
    const content = normaliseContent(words, nextKey);
    fields[name === 'captionBlock' ? 'caption' : 'credit'] = textOf(content);
    if (content.children.every(({ marks }) => marks.length === 0)) continue;
    fields[name] = { _type: 'block', _key: words._key ?? nextKey('b'), style: 'normal', ...content };
  }
  return fields;
}

type SentText = Extract<SentBlock, { _type: 'block' }>;
type SentCell = Extract<SentBlock, { _type: 'table' }>['rows'][number]['cells'][number];

function normaliseContent({ markDefs = [], children }: Pick<SentText, 'markDefs' | 'children'>, nextKey: NextKey) {
  const used = new Set(children.flatMap((span) => span.marks ?? []));
  return { markDefs: normaliseLinks(markDefs, used), children: normaliseSpans(children, nextKey) };
}

function normaliseLinks(links: LinkMark[], used: ReadonlySet<string>): LinkMark[] {
  return links.filter((link) => used.has(link._key)).map(({ _key, href }): LinkMark => ({ _type: 'link', _key, href }));
}

type SentSpan = SentText['children'][number];

/** Renderers and editors expect at least one span, so an empty paragraph holds an empty one. */
function normaliseSpans(spans: SentSpan[], nextKey: NextKey): Span[] {
  if (spans.length === 0) return [{ _type: 'span', _key: nextKey('s'), text: '', marks: [] }];
  return spans.map(
    (span): Span => ({
      _type: 'span',
      _key: span._key ?? nextKey('s'),
      text: clean(span.text),
      marks: span.marks === undefined ? [] : [...new Set(span.marks)],
    }),
  );
}

type NextKey = (prefix: 'b' | 'r' | 'c' | 's') => string;

function keyMaker(body: SentPortableText): NextKey {
  const taken = new Set<string>();
  const take = ({ _key }: { _key?: string | undefined }) => void (_key !== undefined && taken.add(_key));
  const takeContent = ({ markDefs = [], children }: Pick<SentText, 'markDefs' | 'children'>) => {
    markDefs.forEach(take);
    children.forEach(take);
  };
  for (const block of body) {
    take(block);
    if (block._type === 'block') takeContent(block);
    for (const { words } of markedCaptionsOf(block)) {
      take(words);
      takeContent(words);
    }
    if (block._type !== 'table') continue;
    for (const row of block.rows) {
      take(row);
      for (const cell of row.cells) {
        take(cell);
        takeContent(cell);
      }
    }
  }
  const counts = { b: 0, r: 0, c: 0, s: 0 };
  return (prefix) => {
    let key: string;
    do key = `${prefix}${++counts[prefix]}`;
    while (taken.has(key));
    return key;
  };
}

function clean<Text extends string | undefined>(text: Text): Text {
  return (text === undefined ? undefined : cleanText(text, { multiline: true }).text) as Text;
}

/** Takes the fields that are undefined out: stored JSON, types and equality all see a field as there or not. */
function present<Fields extends object>(fields: Fields): Fields {
  for (const name of Object.keys(fields) as (keyof Fields)[]) if (fields[name] === undefined) delete fields[name];
  return fields;
}
