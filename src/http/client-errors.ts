import type { Socket } from 'node:net';
import type { ConnectionError, FastifyBaseLogger } from 'fastify';
import type { Config } from '../config.ts';
import { AppError, type Language } from '../errors.ts';
import { answerOn, refuseOn } from './connections.ts';
import { preferredLanguage } from './language.ts';
import { corsLines, varyBy } from './origins.ts';
import { malformed, problemBody } from './problem.ts';
import { type RawRequest, readRawRequest, statusLine } from './raw-addresses.ts';

/** How long who was refused may take to read why, and to hang up, in milliseconds (RFC 9112, 9.6). */
const lingerMs = 1000;

/**
 * Answers what Node's parser refuses before there is a request: on the socket itself, in the language it asked for, and
 * after the requests that came before it on this connection (RFC 9112, 9.3.2).
 */
export function clientErrorHandler(
  config: Config,
  logger: FastifyBaseLogger,
  fallback: () => Language,
  requestId: () => string,
  answerRaw: (request: RawRequest, socket: Socket) => Promise<void>,
) {
  return (error: ConnectionError, socket: Socket): void => {
    // The parser has given up on the connection, and says so again of everything that still comes.
    if (!refuseOn(socket)) return;
    if (error.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    // Read now: the parser uses the memory of the packet again.
    const raw = error.code === 'HPE_INVALID_URL' ? readRawRequest(error.rawPacket) : null;
    const headerOf = headersOf(socket, error.rawPacket);
    const language = preferredLanguage(headerOf('accept-language'), fallback());
    const origin = headerOf('origin');
    afterAnswers(socket, () => {
      // An answer before it has said that the connection closes, or the client is gone.
      if (!socket.writable) return;
      socket.once('finish', () => hangUpLater(socket));
      if (raw) answerRaw(raw, socket).catch(() => socket.destroy());
      else socket.end(refusal(error, language, origin));
    });
  };

  function refusal(error: ConnectionError, language: Language, origin: string | undefined): string {
    const problem = problemOf(error);
    const reqId = requestId();
    logger.info({ reqId, code: problem.code, reason: error.code }, 'request refused');
    const body = JSON.stringify(problemBody(problem, language, reqId));
    const head = [
      statusLine(problem.status),
      'Content-Type: application/problem+json; charset=utf-8',
      `Content-Language: ${language}`,
      `Vary: ${varyBy(config, 'accept-language')}`,
      ...corsLines(config, origin),
      'Cache-Control: no-store',
      'X-Content-Type-Options: nosniff',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
    ];
    return `${head.join('\r\n')}\r\n\r\n${body}`;
  }
}

/** Goes on once nothing is left to be answered but a request that did not come whole, which is the one refused. */
function afterAnswers(socket: Socket, goOn: () => void): void {
  const answer = answerOn(socket);
  if (answer && (answer.req.complete || answer.headersSent)) answer.once('close', () => afterAnswers(socket, goOn));
  else goOn();
}

/** Node waits for a client to hang up without an end, and a server that closes waits with it. */
function hangUpLater(socket: Socket): void {
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('close', () => clearTimeout(timer));
}

function problemOf(error: ConnectionError): AppError {
  if (error.code === 'HPE_HEADER_OVERFLOW') return new AppError('headers-too-large');
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return new AppError('request-timeout');
  return malformed(error.code, error);
}

/** Finds a header of what was refused: of a request whose body did not come as it should, else in the bytes themselves. */
function headersOf(socket: Socket, packet: unknown): (name: string) => string | undefined {
  const request = answerOn(socket)?.req;
  if (request && !request.complete) return (name) => request.headers[name]?.toString();
  const head = Buffer.isBuffer(packet) ? packet.subarray(0, 16_384).toString('latin1') : '';
  return (name) => new RegExp(`^${name}:([^\\r\\n]*)`, 'im').exec(head)?.[1]?.trim();
}
