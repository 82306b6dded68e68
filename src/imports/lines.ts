import type { LocalText } from '../errors.ts';

export type Line = { number: number; bytes: number } & ({ text: string } | { problem: LocalText });

/** A reason why a line cannot be imported, for people. */
export class LineError extends Error {
  readonly text: LocalText;
  constructor(text: LocalText) {
    super(text.en);
    this.name = 'LineError';
    this.text = text;
  }
}

/** The longest line that is read, in bytes: far beyond any article, and no danger to memory. */
export const maxLineBytes = 64 * 1024 * 1024;

const tooLong = {
  en: `the line is longer than ${maxLineBytes} bytes`,
  ar: `السطر أطول من الحد الأقصى، وهو ${maxLineBytes} بايت.`,
};
const notUtf8 = { en: 'the line is not valid UTF-8', ar: 'السطر ليس بترميز UTF-8 صالح.' };

/**
 * The lines of a stream with text on them, numbered from 1, one at a time and with no more than one in memory. A line
 * that is too long or not valid UTF-8 is a `problem`, and the next one is read all the same. `bytes` counts what has
 * been read of the stream.
 */
export async function* readLines(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
  let parts: Uint8Array[] = [];
  let length = 0;
  let number = 0;
  let bytes = 0;

  function take(): Line | null {
    number++;
    const isTooLong = length > maxLineBytes;
    const line = isTooLong ? new Uint8Array() : Buffer.concat(parts);
    parts = [];
    length = 0;
    if (isTooLong) return { number, bytes, problem: tooLong };
    try {
      const text = decoder.decode(line).trim();
      return text === '' ? null : { number, bytes, text };
    } catch {
      return { number, bytes, problem: notUtf8 };
    }
  }

  for await (const chunk of stream) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      keep(chunk.subarray(start, end));
      bytes += end + 1 - start;
      start = end + 1;
      const line = take();
      if (line) yield line;
    }
    keep(chunk.subarray(start));
    bytes += chunk.length - start;
  }
  if (length > 0) {
    const line = take();
    if (line) yield line;
  }

  /** Of a line that is too long only its length is kept. */
  function keep(part: Uint8Array): void {
    length += part.length;
    if (length > maxLineBytes) parts = [];
    else if (part.length > 0) parts.push(part);
  }
}
