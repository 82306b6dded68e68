import { takenAsPacked } from '../db/packed.ts';
import { bodyJson, parseBody } from '../portable-text/body-json.ts';
import type { PortableText } from '../portable-text/schema.ts';
import type { MadeAhead } from '../publishing/made-ahead.ts';
import type { PreparedSection } from '../sections/prepare.ts';
import type { PreparedLine } from './prepare-line.ts';
import type { Item } from './read-item.ts';

/** An item as it is cheaply copied between threads. */
export type PackedItem = Exclude<Item, { kind: 'article' }> | PackedArticle;

type PackedArticle = Omit<Extract<Item, { kind: 'article' }>, 'article'> & {
  article: Omit<PreparedLine, 'prepared'>;
  prepared: Omit<PreparedLine['prepared'], 'sections' | 'made'>;
  sections: (Omit<PreparedSection, 'body'> & { body: string })[];
  made: PackedMade | null;
};

type PackedMade = Omit<MadeAhead, 'bytes'> & {
  hashes: { cardHash: string; documentHash: string };
  /** Where in the buffer of all items they end that stand there one behind the other. */
  ends: { start: number; card: number; rest: number; body: number };
};

export type PackedItems = { items: (PackedItem | null | 'bad')[]; bytes: ArrayBuffer };

export function packItems(items: readonly (Item | null | 'bad')[]): PackedItems {
  const parts: Buffer[] = [];
  let length = 0;
  const add = (part: Buffer) => {
    parts.push(part);
    length += part.length;
    return length;
  };
  const packedItems = items.map((item) => {
    if (item === null || item === 'bad' || item.kind !== 'article') return item;
    const { prepared, ...article } = item.article;
    const { sections, made, ...rest } = prepared;
    return {
      ...item,
      ...{ article, prepared: rest },
      sections: sections.map((section) => ({ ...section, body: bodyJson(section.body) })),
      made: made ? packMade(made, length, add) : null,
    };
  });
  const bytes = new ArrayBuffer(length);
  const all = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return { items: packedItems, bytes };
}

function packMade({ bytes, analysed, ...made }: MadeAhead, start: number, add: (part: Buffer) => number): PackedMade {
  const { card, rest, ...hashes } = bytes;
  const body = Buffer.from(analysed.texts.body);
  const ends = { start, card: add(card), rest: add(rest), body: add(body) };
  return { ...made, hashes, ends, analysed: { ...analysed, texts: { ...analysed.texts, body: '' } } };
}

export function unpackItem(item: PackedItem, bytes: ArrayBuffer): Item {
  if (item.kind !== 'article') return item;
  const { prepared, sections, made, article, ...about } = item;
  return {
    ...about,
    article: {
      ...article,
      prepared: {
        ...prepared,
        sections: sections.map((section) => ({ ...section, body: parseBody<PortableText>(section.body) })),
        ...(made === null ? {} : { made: unpackMade(made, bytes) }),
      },
    },
  };
}

function unpackMade({ hashes, ends, analysed, ...made }: PackedMade, all: ArrayBuffer): MadeAhead {
  const between = (start: number, end: number) => Buffer.from(all, start, end - start);
  const card = between(ends.start, ends.card);
  const rest = takenAsPacked(between(ends.card, ends.rest));
  const body = between(ends.rest, ends.body);
  return { ...made, bytes: { ...hashes, card, rest }, analysed: { ...analysed, texts: { ...analysed.texts, body } } };
}
