import type { PortableText, TextBlock } from '../../src/portable-text/schema.ts';

/** What a body says, without keys and without how its spans are cut: two bodies that mean the same are equal here. */
export function meaning(body: PortableText): unknown[] {
  return body.map((block) => {
    const { _key, ...rest } = block;
    if (rest._type === 'block') return meaningOf(rest);
    if (rest._type !== 'table') return rest;
    const rows = rest.rows.map(({ cells }) => cells.map(({ _key: _, ...cell }) => meaningOf(cell)));
    return { ...rest, rows };
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
