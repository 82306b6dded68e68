import { cleanText } from '../arabic/clean.ts';
import type { PortableText } from './schema.ts';

/** Paragraphs are parted by blank lines; a single line break stays one. White space at the ends of a paragraph goes. */
export function fromText(text: string): PortableText {
  const body: PortableText = [];
  for (const part of cleanText(text, { multiline: true }).text.split(/\n[^\S\n]*\n/)) {
    const paragraph = part.trim();
    if (paragraph === '') continue;
    const number = body.length + 1;
    body.push({
      _type: 'block',
      _key: `b${number}`,
      style: 'normal',
      markDefs: [],
      children: [{ _type: 'span', _key: `s${number}`, text: paragraph, marks: [] }],
    });
  }
  return body;
}
