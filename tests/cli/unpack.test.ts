import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { unpack } from '../../src/cli/unpack.ts';

async function textOf(...chunks: Uint8Array[]): Promise<string> {
  const parts: Uint8Array[] = [];
  const { bytes, taken } = unpack(Readable.from(chunks));
  for await (const part of bytes) parts.push(part);
  expect(taken()).toBe(Buffer.concat(chunks).length);
  return Buffer.concat(parts).toString('latin1');
}

it('unpacks the same, however it comes in pieces', async () => {
  const text = '{"headline":"خبر"}\n'.repeat(50);
  const packed = gzipSync(text);
  const expected = Buffer.from(text).toString('latin1');
  expect(await textOf(packed)).toBe(expected);
  expect(await textOf(...Array.from(packed, (byte) => Buffer.of(byte)))).toBe(expected);
  expect(await textOf(Buffer.alloc(0), packed.subarray(0, 1), Buffer.alloc(0), packed.subarray(1))).toBe(expected);
});

it.each(['', '{', '\x1f', '\x1f\x8a', '\x8b\x1f', 'نص'])('passes on %j as it is', async (text) => {
  const bytes = Buffer.from(text, 'latin1');
  expect(await textOf(bytes)).toBe(bytes.toString('latin1'));
  expect(await textOf(...Array.from(bytes, (byte) => Buffer.of(byte)))).toBe(bytes.toString('latin1'));
});

it('takes no more than is read of it, and lets go of it when nobody reads on', async () => {
  const member = gzipSync(Buffer.alloc(4 * 1024 * 1024));
  let given = 0;
  let isLetGo = false;
  async function* endless() {
    try {
      for (;;) {
        given++;
        yield member;
      }
    } finally {
      isLetGo = true;
    }
  }
  let read = 0;
  for await (const part of unpack(Readable.from(endless(), { objectMode: false })).bytes) {
    expect(part.length).toBeLessThanOrEqual(65_536);
    read += part.length;
    // A reader that takes its time.
    await new Promise((resume) => setImmediate(resume));
    if (read > 16 * 1024 * 1024) break;
  }
  // Streams hold some 16 KiB of what is packed, beside what was read.
  expect(given).toBeLessThan(5 + 16);
  await expect.poll(() => isLetGo).toBe(true);
});

it('passes on what fails where it comes from', async () => {
  async function* failing() {
    yield gzipSync('x').subarray(0, 12);
    throw new Error('the disk is gone');
  }
  const reading = (async () => {
    for await (const _ of unpack(Readable.from(failing())).bytes);
  })();
  await expect(reading).rejects.toThrow('the disk is gone');
});
