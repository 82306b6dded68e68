import { pipeline, Readable } from 'node:stream';
import { constants, createGunzip, gunzipSync } from 'node:zlib';
import { messages } from './messages.ts';
import { CliError, exitCodes } from './output.ts';

/** What comes out of a few bytes may be a thousand times as much: it is taken in pieces, and no faster than it is read. */
const pieceBytes = 65_536;

/**
 * The bytes of `input`, unpacked where gzip has packed them; `taken` is how many have been taken of it so far. Throws
 * CliError where they are damaged, or not all there.
 */
export function unpack(input: Readable): { bytes: AsyncGenerator<Uint8Array>; taken: () => number } {
  let taken = 0;

  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const part of input) {
      taken += part.length;
      yield part;
    }
  }

  async function* unpacked(): AsyncGenerator<Uint8Array> {
    const parts = counted();
    const head: Uint8Array[] = [];
    let length = 0;
    while (length < 2) {
      const { done, value } = await parts.next();
      if (done) break;
      head.push(value);
      length += value.length;
    }
    const start = Buffer.concat(head);
    try {
      if (isGzip(start)) yield* gunzip(joined(start, parts));
      else yield* joined(start, parts);
    } finally {
      // Otherwise the process would go on waiting for what comes next of it.
      input.destroy();
    }
  }

  return { bytes: unpacked(), taken: () => taken };
}

async function* joined(start: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield start;
  yield* rest;
}

async function* gunzip(packed: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const stream = createGunzip({ chunkSize: pieceBytes });
  // Whoever reads what comes out is told of what fails.
  pipeline(Readable.from(packed, { objectMode: false }), stream, () => {});
  try {
    yield* stream;
  } catch (error) {
    throw explained(error);
  }
}

/** How a file begins whose first bytes are these, unpacked where gzip has packed it. */
export function unpackStart(bytes: Buffer): Buffer {
  if (!isGzip(bytes)) return bytes;
  try {
    return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch (error) {
    throw explained(error);
  }
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function explained(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'Z_BUF_ERROR') return new CliError(messages.gzipCutOff, exitCodes.failed, error);
  return String(code).startsWith('Z_') ? new CliError(messages.gzipDamaged, exitCodes.failed, error) : error;
}
