import type { ServerResponse } from 'node:http';
import { httpDate } from '../http/http-date.ts';

/** Asked for this way because to import the module loads its client of HTTP too. */
const { ServerResponse: OnSocket } = process.getBuiltinModule('node:http');

/** What Node keeps a status line with headers in, once it has put them together. Its documentation does not name it. */
type WithHead = ServerResponse & { _header?: string | null };

export type SendHead = (raw: ServerResponse) => void;

/** What Node puts before the headers of an answer itself, and behind its date. */
type Frame = { before: string; behind: string };

/**
 * How to send a status and headers, names and values in turn, of which many answers have the first in common. Node checks
 * and joins those of the first answer; for the others what came of it is put around their own, and sent again with another
 * date as long as the answer is. To have them checked and joined for each is as much as a third of an answer. Where there
 * is a body, its length must be among them.
 */
export function readyHeads(status: number, common: readonly string[]): (own: readonly string[]) => SendHead {
  let frame: Frame | null = null;

  return (own) => {
    let text = '';
    let dated = '';
    return (raw: WithHead) => {
      const date = httpDate(Date.now());
      if (frame === null || !isOrdinary(raw) || (dated === '' && !isSound(own))) {
        raw.writeHead(status, [...common, ...own]);
        if (isOrdinary(raw)) frame ??= frameOf(raw._header, linesOf(own));
        return;
      }
      if (date !== dated) {
        text = `${frame.before}${linesOf(own)}Date: ${date}${frame.behind}`;
        dated = date;
      }
      raw.statusCode = status;
      raw._header = text;
    };
  };
}

/** Null where what Node has written is not what was expected of it. */
function frameOf(head: string | null | undefined, lines: string): Frame | null {
  const [, start, behind] = /^(.*\r\n)Date: [^\r]*(\r\n.*)$/s.exec(head ?? '') ?? [];
  if (start === undefined || behind === undefined || !start.endsWith(lines)) return null;
  return { before: start.slice(0, start.length - lines.length), behind };
}

function linesOf(headers: readonly string[]): string {
  let lines = '';
  for (let at = 0; at < headers.length; at += 2) lines += `${headers[at]}: ${headers[at + 1]}\r\n`;
  return lines;
}

/** Whether they hold nothing that Node would refuse to send (RFC 9110, 5.5). */
function isSound(headers: readonly string[]): boolean {
  return headers.every((text) => !unsound.test(text));
}

const unsound = /[^\t\x20-\x7e\x80-\xff]/;

/** An answer on a socket that stays open: others say that it closes, or are of a kind that looks at `writeHead`. */
function isOrdinary(raw: ServerResponse): boolean {
  return raw.shouldKeepAlive && raw.constructor === OnSocket;
}
