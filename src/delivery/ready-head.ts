import { ServerResponse } from 'node:http';
import { httpDate } from './http-date.ts';

/** What Node keeps a status line with headers in, once it has put them together. Its documentation does not name it. */
type WithHead = ServerResponse & { _header?: string | null };

const beforeDate = '\r\nDate: ';
const dateLength = httpDate(0).length;

/**
 * How to send a status and headers, names and values in turn, that are the same for many answers. Node checks and joins
 * them for the first of them; the others get the text that came of it, with their own date. To check and join them for
 * each is as much as a third of an answer.
 */
export function readyHead(status: number, headers: string[]): (raw: ServerResponse) => void {
  let text = '';
  let dateAt = -1;
  let second = 0;

  return (raw: WithHead) => {
    if (dateAt < 0 || !isOrdinary(raw)) {
      raw.writeHead(status, headers);
      if (typeof raw._header === 'string' && isOrdinary(raw)) keep(raw._header);
      return;
    }
    const now = Math.floor(Date.now() / 1000);
    if (now !== second) {
      text = text.slice(0, dateAt) + httpDate(now * 1000) + text.slice(dateAt + dateLength);
      second = now;
    }
    raw.statusCode = status;
    raw._header = text;
  };

  function keep(written: string): void {
    const at = written.indexOf(beforeDate);
    if (at < 0) return;
    text = written;
    dateAt = at + beforeDate.length;
  }
}

/** An answer on a socket that stays open: others say that it closes, or are of a kind that looks at `writeHead`. */
function isOrdinary(raw: ServerResponse): boolean {
  return raw.shouldKeepAlive && raw.constructor === ServerResponse;
}
