import { randomBytes } from 'node:crypto';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import Fastify, { type FastifyInstance, type FastifyServerOptions, LogController } from 'fastify';
import { serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { v7 as uuid } from 'uuid';
import type { Config } from '../config.ts';
import { AppError, type Language } from '../errors.ts';
import { logRequest } from '../logger.ts';
import { cleanInput, refuseUnstorableText } from './clean-input.ts';
import { problemBody, problemHandler, sendProblem } from './problem.ts';
import { validatorCompiler } from './validation.ts';

export type App = ReturnType<typeof createServer>;

/** A Fastify server with the habits that hold for every route: limits, headers, cleaning, validation, problems. */
export function createServer(config: Config, logger: NonNullable<FastifyServerOptions['loggerInstance']>) {
  const language: Language = config.KHABAR_LOCALE.startsWith('ar') ? 'ar' : 'en';
  const app = Fastify({
    loggerInstance: logger,
    // One line for each request, written when it is answered; a logger for each would cost more than its line.
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: (parent) => parent,
    bodyLimit: config.KHABAR_BODY_LIMIT,
    trustProxy: config.KHABAR_TRUSTED_PROXIES.length === 0 ? false : config.KHABAR_TRUSTED_PROXIES,
    genReqId: createRequestIds(),
    requestTimeout: 30_000,
    routerOptions: { maxParamLength: 1000 },
    return503OnClosing: true,
    forceCloseConnections: 'idle',
    frameworkErrors: (error, request, reply) => {
      const problem =
        error.code === 'FST_ERR_MAX_PARAM_LENGTH'
          ? new AppError('uri-too-long', { cause: error })
          : new AppError('malformed-request', { params: { reason: error.message }, cause: error });
      void sendProblem(problem, request, reply, language);
    },
    clientErrorHandler(error, socket) {
      if (error.code === 'ECONNRESET' || socket.destroyed) return;
      const problem = clientProblem(error);
      const body = JSON.stringify(problemBody(problem, language, uuid()));
      socket.end(
        `HTTP/1.1 ${problem.status} Error\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
      );
    },
  }).withTypeProvider<ZodTypeProvider>();

  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(problemHandler(language));
  app.setNotFoundHandler(() => {
    throw new AppError('not-found');
  });
  app.decorateRequest('actor', null);
  app.decorateRequest('warnings');
  app.addHook('onRequest', (request, _reply, done) => {
    request.warnings = [];
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    logRequest(logger, request, reply);
    done();
  });
  app.addHook('preValidation', async (request) => {
    refuseUnstorableText(request.params as Record<string, unknown>, 'path');
    refuseUnstorableText(request.query as Record<string, unknown>, 'query');
    if (request.body === undefined || request.body === null) return;
    const cleaned = cleanInput(request.body);
    request.body = cleaned.body;
    request.warnings = cleaned.warnings;
  });
  app.addHook('preSerialization', async (request, reply, payload) => {
    const next = nextCursor(payload);
    if (next !== null) reply.header('link', `<${nextPage(request.url, next)}>; rel="next"`);
    return payload;
  });
  return app;
}

/** The cursor of the next page in the answer of a list. */
function nextCursor(payload: unknown): string | null {
  if (typeof payload !== 'object' || payload === null || !('page' in payload)) return null;
  const { page } = payload;
  return typeof page === 'object' && page !== null && 'next' in page && typeof page.next === 'string'
    ? page.next
    : null;
}

function nextPage(url: string, cursor: string): string {
  const [path = '', query = ''] = url.split('?');
  const params = new URLSearchParams(query);
  params.set('cursor', cursor);
  return `${path}?${params}`;
}

/** Security headers and the allow-list of origins. */
export async function registerSecurity(app: FastifyInstance, config: Config): Promise<void> {
  const headers = await securityHeaders();
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
  const origins = config.KHABAR_CORS_ORIGINS;
  if (origins.length === 0) return;
  await app.register(cors, {
    origin: origins.includes('*') ? '*' : origins,
    methods: ['GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE'],
    allowedHeaders: [
      'authorization',
      'content-type',
      'if-match',
      'if-none-match',
      'idempotency-key',
      'accept-language',
    ],
    exposedHeaders: ['etag', 'location', 'link', 'retry-after', 'content-language', 'idempotency-replayed'],
    maxAge: 86_400,
  });
}

/**
 * The headers that helmet sets on every answer, asked for once: they never differ, and to work them out anew costs as
 * much as the rest of a cached answer. Those that tell browsers about documents are left out.
 */
async function securityHeaders(): Promise<Record<string, string>> {
  const probe = Fastify();
  await probe.register(helmet, {
    contentSecurityPolicy: { directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] }, useDefaults: false },
    crossOriginResourcePolicy: { policy: 'cross-origin' },
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    dnsPrefetchControl: false,
    ieNoOpen: false,
    permittedCrossDomainPolicies: false,
    xssFilter: false,
    // `frame-ancestors` says the same to every browser of the last ten years.
    frameguard: false,
  });
  probe.get('/', async () => '');
  const { headers } = await probe.inject('/');
  await probe.close();
  const own = ['content-type', 'content-length', 'date', 'connection'];
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (own.includes(name) ? [] : [[name, String(value)]])),
  );
}

/** Ids of requests: random for each process, then counted, because random bytes for each request cost more. */
function createRequestIds(): () => string {
  const process = randomBytes(9).toString('base64url');
  let count = 0;
  return () => `${process}-${(++count).toString(36)}`;
}

function clientProblem(error: Error & { code?: string }): AppError {
  if (error.code === 'HPE_HEADER_OVERFLOW') return new AppError('headers-too-large');
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return new AppError('request-timeout');
  return new AppError('malformed-request', { params: { reason: error.message } });
}
