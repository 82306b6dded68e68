import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { httpDate } from './http-date.ts';

/** A request to read that Node's parser has refused because its address is written in letters, not percent-encoded. */
export type RawRequest = { method: 'GET' | 'HEAD'; url: string; headers: Record<string, string> };

/** What answers a request that did not come by the usual way. */
export type Injector = { inject(request: InjectOptions): Promise<LightMyRequestResponse> };

const largestHead = 16_384;

/**
 * The request in a packet whose address has letters as people type them (`curl …/v1/articles/سوريا`), encoded; null for
 * anything else. Only a whole GET or HEAD without a body counts, alone in its packet, so that no second request can hide
 * in it: Node's own way to take such addresses would loosen the rest of its parser too.
 */
export function readRawRequest(packet: unknown): RawRequest | null {
  if (!Buffer.isBuffer(packet) || packet.length > largestHead) return null;
  const text = decode(packet);
  if (!text?.endsWith('\r\n\r\n')) return null;
  const [first = '', ...lines] = text.slice(0, -4).split('\r\n');
  const line = /^(GET|HEAD) (\/[^\s\p{Cc}]*) HTTP\/1\.[01]$/u.exec(first);
  if (!line) return null;
  const headers: Record<string, string> = {};
  for (const each of lines) {
    // An empty line before the last one is none either: behind it would be something else.
    const header = /^([a-z0-9-]+):([\t\x20-\x7e]*)$/i.exec(each);
    const name = header?.[1]?.toLowerCase();
    if (name === undefined || name in headers || bodyHeaders.includes(name)) return null;
    headers[name] = header?.[2]?.trim() ?? '';
  }
  if (headers.host === undefined) return null;
  const url = (line[2] ?? '').replace(/[^\x21-\x7e]+/gu, encodeURIComponent);
  return { method: line[1] as RawRequest['method'], url, headers };
}

const bodyHeaders = ['content-length', 'transfer-encoding', 'upgrade', 'expect'];

/** Answers it as if it had come encoded, and hangs up: the parser of this connection has given up. */
export async function answerRawRequest(app: Injector, request: RawRequest, socket: Socket): Promise<void> {
  const remoteAddress = socket.remoteAddress ?? '127.0.0.1';
  const answer = await app.inject({ ...request, remoteAddress });
  const head = [
    statusLine(answer.statusCode),
    ...headerLines(answer.headers as IncomingHttpHeaders),
    `date: ${httpDate(Date.now())}`,
    'connection: close',
  ];
  if (!socket.writable) return;
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  socket.end(answer.rawPayload);
}

/** The first line of an answer. Node's module is asked for its names this way because to import it loads its client of HTTP too. */
export function statusLine(status: number): string {
  return `HTTP/1.1 ${status} ${process.getBuiltinModule('node:http').STATUS_CODES[status] ?? ''}`;
}

function headerLines(headers: IncomingHttpHeaders): string[] {
  return Object.entries(headers)
    .filter(([name]) => !['connection', 'keep-alive', 'transfer-encoding', 'date'].includes(name))
    .flatMap(([name, value]) => [value].flat().map((each) => `${name}: ${each}`));
}

function decode(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
