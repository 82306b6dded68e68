import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { classifyDatabaseError } from '../db/errors.ts';
import { AppError, errorTable, type Language } from '../errors.ts';
import { preferredLanguage } from './language.ts';

/**
 * The one place where errors become answers (RFC 9457). A 4xx is logged at info, a 5xx at error with its cause; what
 * the client reads comes from the error table alone.
 */
export function problemHandler(fallback: Language) {
  return (error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply) => {
    const problem = toAppError(error);
    if (problem.status >= 500)
      request.log.error({ reqId: request.id, err: problem.cause ?? error, code: problem.code }, 'request failed');
    else
      request.log.info(
        { reqId: request.id, code: problem.code, errors: problem.errors.map(summary) },
        'request refused',
      );
    return sendProblem(problem, request, reply, fallback);
  };
}

export function sendProblem(problem: AppError, request: FastifyRequest, reply: FastifyReply, fallback: Language) {
  const language = preferredLanguage(request.headers['accept-language'], fallback);
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('content-language', language)
    .header('cache-control', 'no-store')
    .removeHeader('etag')
    .serializer(JSON.stringify)
    .send(problemBody(problem, language, request.id));
}

/** The body of a problem answer. */
export function problemBody(problem: AppError, language: Language, requestId: string) {
  const entry = errorTable[problem.code];
  const params: Record<string, string | number> = { requestId, ...problem.params };
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? ''));
  return {
    type: `urn:khabar:problem:${problem.code}`,
    title: entry.title[language],
    status: entry.status,
    detail: fill(entry.detail[language]),
    code: problem.code,
    requestId,
    ...(problem.errors.length === 0
      ? {}
      : { errors: problem.errors.map((each) => ({ ...each, message: each.message[language] })) }),
  };
}

/** Finds what an error means to the client; anything unknown is ours. */
export function toAppError(error: FastifyError | Error): AppError {
  if (error instanceof AppError) return error;
  const code = 'code' in error ? String(error.code) : '';
  const known = frameworkErrors[code];
  if (known) return new AppError(known, { cause: error });
  const fault = classifyDatabaseError(error);
  if (fault?.kind === 'busy' || fault?.kind === 'full')
    return new AppError('busy', { cause: error, headers: { 'retry-after': '1' } });
  if (fault?.kind === 'unavailable')
    return new AppError('unavailable', { cause: error, headers: { 'retry-after': '5' } });
  const status = 'statusCode' in error ? error.statusCode : undefined;
  if (status !== undefined && status >= 400 && status < 500)
    return new AppError('malformed-request', { params: { reason: error.message }, cause: error });
  return new AppError('internal', { cause: error });
}

const frameworkErrors: Record<string, AppError['code']> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed-json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed-json',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload-too-large',
  FST_ERR_MAX_PARAM_LENGTH: 'uri-too-long',
};

function summary(error: AppError['errors'][number]) {
  return `${error.in}${error.pointer}: ${error.code}`;
}
