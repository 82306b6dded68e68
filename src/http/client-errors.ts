import type { Socket } from 'node:net';
import type { ConnectionError, FastifyBaseLogger } from 'fastify';
import { AppError, type Language } from '../errors.ts';
import { preferredLanguage } from './language.ts';
import { malformed, problemBody } from './problem.ts';
import { type RawRequest, readRawRequest, statusLine } from './raw-addresses.ts';

/** Answers what Node's parser refuses before there is a request: on the socket itself, in the language it asked for. */
export function clientErrorHandler(
  logger: FastifyBaseLogger,
  fallback: Language,
  requestId: () => string,
  answerRaw: (request: RawRequest, socket: Socket) => Promise<void>,
) {
  return (error: ConnectionError, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const raw = error.code === 'HPE_INVALID_URL' ? readRawRequest(error.rawPacket) : null;
    if (raw) {
      answerRaw(raw, socket).catch(() => socket.destroy());
      return;
    }
    const problem = problemOf(error);
    const reqId = requestId();
    logger.info({ reqId, code: problem.code, reason: error.code }, 'request refused');
    const language = preferredLanguage(languageHeader(error.rawPacket), fallback);
    const body = JSON.stringify(problemBody(problem, language, reqId));
    const head = [
      statusLine(problem.status),
      'Content-Type: application/problem+json; charset=utf-8',
      `Content-Language: ${language}`,
      'Vary: accept-language',
      'Cache-Control: no-store',
      'X-Content-Type-Options: nosniff',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  };
}

function problemOf(error: ConnectionError): AppError {
  if (error.code === 'HPE_HEADER_OVERFLOW') return new AppError('headers-too-large');
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return new AppError('request-timeout');
  return malformed(error.code, error);
}

/** Accept-Language in the bytes that could not be read as a request, if it is among them. */
function languageHeader(packet: unknown): string | undefined {
  if (!Buffer.isBuffer(packet)) return undefined;
  const head = packet.subarray(0, 16_384).toString('latin1');
  return /^accept-language:[ \t]*([^\r\n]*)/im.exec(head)?.[1];
}
