import { cleanText, isSeen } from '../arabic/clean.ts';
import type { PortableText } from './schema.ts';

/**
 * Paragraphs are parted by blank lines, which may hold directional marks; a single line break stays one. White space at
 * the ends of a paragraph goes.
 */
export function fromText(text: string): PortableText {
  const body: PortableText = [];
  for (const part of cleanText(text, { multiline: true }).text.split(/\n(?:[^\S\n]|[\u061c\u200e\u200f])*\n/)) {
    const paragraph = part.trim();
    if (!isSeen(paragraph)) continue;
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
