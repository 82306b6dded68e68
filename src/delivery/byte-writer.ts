/** Bytes that are put together piece by piece, in memory that is kept for the next: new memory takes longer than the work. */
export type ByteWriter = ReturnType<typeof createByteWriter>;

export function createByteWriter() {
  let memory = Buffer.allocUnsafeSlow(4096);
  let end = 0;

  function makeRoom(more: number): void {
    if (end + more <= memory.length) return;
    const larger = Buffer.allocUnsafeSlow(2 * (end + more));
    memory.copy(larger, 0, 0, end);
    memory = larger;
  }

  return {
    /** Forgets what was written. */
    begin(): void {
      end = 0;
    },

    bytes(piece: Buffer): void {
      makeRoom(piece.length);
      end += piece.copy(memory, end);
    },

    text(piece: string): void {
      makeRoom(piece.length * 3);
      end += memory.write(piece, end);
    },

    /** The same for text that is known to be ASCII, in a third of the time. */
    ascii(piece: string): void {
      makeRoom(piece.length);
      end += memory.write(piece, end, 'latin1');
    },

    /** What was written since the beginning, until something else is. */
    written: (): Buffer => memory.subarray(0, end),
  };
}
