import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { classifyDatabaseError } from '../db/errors.ts';
import { AppError, errorTable, type Language, type LocalText } from '../errors.ts';
import { preferredLanguage } from './language.ts';
import { fillDetail } from './problem-text.ts';

/**
 * The one place where errors become answers (RFC 9457). A 4xx is logged at info, a 5xx at error with its cause; what
 * the client reads comes from the error table alone.
 */
export function problemHandler(fallback: () => Language) {
  return (error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply) => {
    const problem = toAppError(error, request.routeOptions.bodyLimit);
    if (problem.status >= 500)
      request.log.error({ reqId: request.id, err: problem.cause ?? error, code: problem.code }, 'request failed');
    else
      request.log.info(
        { reqId: request.id, code: problem.code, errors: problem.errors.map(summary) },
        'request refused',
      );
    return sendProblem(problem, request, reply, fallback());
  };
}

function sendProblem(problem: AppError, request: FastifyRequest, reply: FastifyReply, fallback: Language) {
  const language = preferredLanguage(request.headers['accept-language'], fallback);
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('content-language', language)
    .header('vary', varyOnLanguage(reply.getHeader('vary')))
    .header('cache-control', 'no-store')
    .removeHeader('etag')
    .serializer(JSON.stringify)
    .send(problemBody(problem, language, request.id));
}

/** The body of a problem answer. */
export function problemBody(problem: AppError, language: Language, requestId: string) {
  const entry = errorTable[problem.code];
  return {
    type: `urn:khabar:problem:${problem.code}`,
    title: entry.title[language],
    status: entry.status,
    detail: fillDetail(problem, language, { requestId }),
    code: problem.code,
    requestId,
    ...(problem.errors.length === 0
      ? {}
      : { errors: problem.errors.map((each) => ({ ...each, message: each.message[language] })) }),
  };
}

/** Finds what an error means to the client; anything unknown is ours. */
function toAppError(error: FastifyError | Error, bodyLimit = 0): AppError {
  if (error instanceof AppError) return error;
  const code = 'code' in error ? String(error.code) : '';
  const known = frameworkErrors[code];
  if (known) return new AppError(known, { params: { limit: bodyLimit }, cause: error });
  // Before the database is suspected: a client that hangs up resets its connection as a database does.
  const status = 'statusCode' in error ? error.statusCode : undefined;
  if (status !== undefined && status >= 400 && status < 500) return malformed(code, error);
  const fault = classifyDatabaseError(error);
  if (fault?.kind === 'busy' || fault?.kind === 'full')
    return new AppError('busy', { cause: error, headers: { 'retry-after': '1' } });
  if (fault?.kind === 'unavailable')
    return new AppError('unavailable', { cause: error, headers: { 'retry-after': '5' } });
  return new AppError('internal', { cause: error });
}

/** A request that is not HTTP as it should be, by the code of what Node or Fastify found wrong. */
export function malformed(code: string | undefined, cause?: unknown): AppError {
  const { en, ar } = malformations[code ?? ''] ?? notHttp;
  return new AppError('malformed-request', { params: { reason: en, reasonAr: ar }, cause });
}

const badPath = {
  en: 'The path is not valid percent-encoded UTF-8.',
  ar: 'الترميز المئوي في المسار ليس UTF-8 صحيحًا.',
};
const badLength = {
  en: 'Content-Length is not the length of the body.',
  ar: 'قيمة Content-Length لا تساوي طول متن الطلب.',
};
const notHttp = { en: 'It does not follow the HTTP protocol.', ar: 'الطلب لا يوافق بروتوكول HTTP.' };

const malformations: Record<string, LocalText> = {
  FST_ERR_BAD_URL: badPath,
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: badLength,
  HPE_INVALID_CONTENT_LENGTH: badLength,
  HPE_UNEXPECTED_CONTENT_LENGTH: badLength,
  'bad-query': {
    en: 'The query string is not valid percent-encoded UTF-8.',
    ar: 'الترميز المئوي في معاملات العنوان ليس UTF-8 صحيحًا.',
  },
  'bad-host': {
    en: 'Host is missing, is not a host, or was sent more than once.',
    ar: 'ترويسة Host مفقودة أو غير صالحة أو مكررة.',
  },
  ECONNRESET: { en: 'The body ended before its end.', ar: 'انقطع متن الطلب قبل نهايته.' },
};

const frameworkErrors: Record<string, AppError['code']> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload-too-large',
  FST_ERR_MAX_PARAM_LENGTH: 'uri-too-long',
};

/** CORS puts Origin into Vary, and it stays there. */
function varyOnLanguage(before: unknown): string {
  return before === undefined ? 'accept-language' : `${String(before)}, accept-language`;
}

function summary(error: AppError['errors'][number]) {
  return `${error.in}${error.pointer}: ${error.code}`;
}
