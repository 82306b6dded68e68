import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Line, maxLineBytes, readLines } from '../../src/imports/lines.ts';

async function linesOf(...chunks: (string | Uint8Array)[]): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const line of readLines(stream(chunks))) lines.push(line);
  return lines;
}

async function* stream(chunks: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}

const textsOf = (lines: Line[]) => lines.map((line) => ('text' in line ? line.text : line.problem.en));

describe('the lines of a file', () => {
  it('are numbered as editors number them, and blank ones are skipped', async () => {
    const lines = await linesOf('\ufeffa\r\n\n  \nb\nc');
    expect(lines.map((line) => line.number)).toEqual([1, 4, 5]);
    expect(textsOf(lines)).toEqual(['a', 'b', 'c']);
  });

  it('are the same wherever the stream is cut, also inside a letter', async () => {
    const line = fc.string({ unit: fc.constantFrom('ا', '😀', 'a', 'é'), minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 10 }),
        fc.array(fc.nat(200), { maxLength: 10 }),
        async (all, cuts) => {
          const bytes = Buffer.from(all.join('\n'));
          const ends = [...cuts, bytes.length].sort((a, b) => a - b);
          const chunks = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
          expect(textsOf(await linesOf(...chunks))).toEqual(all);
        },
      ),
    );
  });

  it('that are not UTF-8 or too long are told, and the next is read', async () => {
    const long = Buffer.alloc(maxLineBytes / 2 + 1, 'x');
    const lines = await linesOf('a\n', new Uint8Array([0xd8, 0x0a]), long, long, '\nb\n');
    expect(textsOf(lines)).toEqual(['a', 'the line is not valid UTF-8', expect.stringContaining('longer than'), 'b']);
    expect(lines.at(-1)).toMatchObject({ number: 4, bytes: 2 + 2 + (maxLineBytes + 2) + 3 });
  });

  it('of exactly the most bytes are read', async () => {
    const [line] = await linesOf(Buffer.alloc(maxLineBytes, 'x'), '\n');
    expect(line).toHaveProperty('text');
  });
});
