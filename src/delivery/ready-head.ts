import type { ServerResponse } from 'node:http';
import { httpDate } from '../http/http-date.ts';

/** Asked for this way because to import the module loads its client of HTTP too. */
const { ServerResponse: OnSocket } = process.getBuiltinModule('node:http');

/** What Node keeps a status line with headers in, once it has put them together. Its documentation does not name it. */
type WithHead = ServerResponse & { _header?: string | null };

/**
 * How to send a status and headers, names and values in turn, that are the same for many answers. Node checks and joins
 * them for the first of them; the others get the text that came of it, with their own date. To check and join them for
 * each is as much as a third of an answer.
 */
export function readyHead(status: number, headers: string[]): (raw: ServerResponse) => void {
  let text: string | null = null;
  let dated = '';

  return (raw: WithHead) => {
    if (text === null || !isOrdinary(raw)) {
      raw.writeHead(status, headers);
      if (isOrdinary(raw)) text = raw._header ?? null;
      return;
    }
    const date = httpDate(Date.now());
    if (date !== dated) {
      text = text.replace(/\r\nDate: [^\r]*/, `\r\nDate: ${date}`);
      dated = date;
    }
    raw.statusCode = status;
    raw._header = text;
  };
}

/** An answer on a socket that stays open: others say that it closes, or are of a kind that looks at `writeHead`. */
function isOrdinary(raw: ServerResponse): boolean {
  return raw.shouldKeepAlive && raw.constructor === OnSocket;
}
