import type { PortableText, TextBlock } from '../../src/portable-text/schema.ts';

/**
 * What a body says, without keys and without how its spans are cut, and with the number of every numbered item: two
 * bodies that mean the same are equal here.
 */
export function meaning(body: PortableText): unknown[] {
  const counts: ({ type: string; number: number } | undefined)[] = [];
  return body.map((block) => {
    const { _key, ...rest } = block;
    if (rest._type !== 'block' || rest.listItem === undefined) counts.length = 0;
    if (rest._type === 'block') {
      const { start, ...item } = rest;
      if (item.listItem === undefined || item.level === undefined) return meaningOf(item);
      counts.length = Math.min(counts.length, item.level + 1);
      const before = counts[item.level];
      const number = start ?? (before?.type === item.listItem ? before.number : 0) + 1;
      counts[item.level] = { type: item.listItem, number };
      return { ...(meaningOf(item) as object), ...(item.listItem === 'number' ? { number } : {}) };
    }
    const captions = Object.fromEntries(
      (['captionBlock', 'creditBlock'] as const).flatMap((name) => {
        const words = (rest as Partial<Record<typeof name, Content>>)[name];
        return words === undefined ? [] : [[name, (meaningOf(words) as { runs: unknown }).runs]];
      }),
    );
    if (rest._type !== 'table') return { ...rest, ...captions };
    const rows = rest.rows.map(({ cells }) => cells.map(({ _key: _, ...cell }) => meaningOf(cell)));
    return { ...rest, ...captions, rows };
  });
}

type Content = Pick<TextBlock, 'markDefs' | 'children'>;

function meaningOf({ markDefs, children, ...frame }: Content): unknown {
  const href = new Map(markDefs.map((link) => [link._key, link.href]));
  const runs: { text: string; marks: string }[] = [];
  for (const span of children) {
    const marks = span.marks
      .map((mark) => href.get(mark) ?? mark)
      .sort()
      .join(' ');
    const last = runs.at(-1);
    if (last && last.marks === marks) last.text += span.text;
    else if (span.text !== '') runs.push({ text: span.text, marks });
  }
  return { ...frame, runs };
}
