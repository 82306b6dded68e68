import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createByteWriter } from '../../src/delivery/byte-writer.ts';

const long = { maxLength: 3000, size: '+2' } as const;
const piece = fc.oneof(
  fc.string({ ...long, unit: 'binary' }).map((text) => ['text', text] as const),
  fc.string({ ...long, unit: 'grapheme-ascii' }).map((text) => ['ascii', text] as const),
  fc.uint8Array(long).map((bytes) => ['bytes', Buffer.from(bytes)] as const),
);

it('pieces that were written are there one behind the other, each time from the beginning', () => {
  fc.assert(
    fc.property(fc.array(fc.array(piece, { maxLength: 6 }), { maxLength: 3 }), (times) => {
      const writer = createByteWriter();
      for (const pieces of times) {
        writer.begin();
        for (const [way, content] of pieces) {
          if (way === 'bytes') writer.bytes(content);
          else writer[way](content);
        }
        expect(writer.written().equals(Buffer.concat(pieces.map(([, content]) => Buffer.from(content))))).toBe(true);
      }
    }),
    { numRuns: 50, endOnFailure: true },
  );
});
