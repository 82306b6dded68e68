const roomAtFirst = 8192;
const space = 0x20;

/** Puts words behind one another with spaces between them, without making a string of each beginning. */
export function createTermWriter() {
  let units = new Uint16Array(0);
  let length = 0;

  return {
    add(term: string): void {
      const next = length + term.length + 1;
      if (next > units.length) units = enlarged(units, next);
      for (let at = 0; at < term.length; at++) units[length + at] = term.charCodeAt(at);
      units[next - 1] = space;
      length = next;
    },

    /** What was put together, and forgets it. */
    take(): string {
      const end = Math.max(0, length - 1);
      length = 0;
      return Buffer.from(units.buffer, 0, end * 2).toString('utf16le');
    },
  };
}

function enlarged(units: Uint16Array<ArrayBuffer>, least: number): Uint16Array<ArrayBuffer> {
  const larger = new Uint16Array(Math.max(roomAtFirst, 2 * units.length, least));
  larger.set(units);
  return larger;
}
