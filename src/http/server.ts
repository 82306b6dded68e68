import type { RequestListener, Server } from 'node:http';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
  LogController,
} from 'fastify';
import { serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Config } from '../config.ts';
import { logRequest } from '../logger.ts';
import { cleanInput, refuseBody, refuseUnstorableText } from './clean-input.ts';
import { clientErrorHandler } from './client-errors.ts';
import { acceptJsonOnly, boundBodies } from './json-body.ts';
import { answerUnknownPaths, refuseUnreadable } from './known-paths.ts';
import { languageOfLocale } from './language.ts';
import { exposedHeaders, originOption } from './origins.ts';
import { anyQuery } from './pieces.ts';
import { malformed, problemHandler } from './problem.ts';
import { answerRawRequest, type Injector } from './raw-addresses.ts';
import { headOptions } from './request-heads.ts';
import { nextRequestId } from './request-ids.ts';
import { pathOf, searchOf } from './request-target.ts';
import { boundUnread, stalledMs } from './slow-readers.ts';
import { validatorCompiler } from './validation.ts';

/**
 * A Fastify server with the habits that hold for every route: limits, headers, cleaning, validation, problems. `siteLocale`
 * is asked each time what errors are in for who has no wish.
 */
export function createServer(
  config: Config,
  logger: NonNullable<FastifyServerOptions['loggerInstance']>,
  siteLocale: () => string,
) {
  const language = () => languageOfLocale(siteLocale());
  // What answers on a socket, or where no route is found, is made before the app that it asks.
  const injector: Injector = { inject: (request) => app.inject(request) };
  const routing: FastifyInstance['routing'] = (raw, response) => app.routing(raw, response);
  const app = Fastify({
    // One line for each request, written when it is answered; a logger for each would cost more than its line.
    loggerInstance: sharedBy(logger),
    logController: oneLineEach(logger),
    bodyLimit: config.KHABAR_BODY_LIMIT,
    trustProxy: config.KHABAR_TRUSTED_PROXIES.length === 0 ? false : config.KHABAR_TRUSTED_PROXIES,
    genReqId: nextRequestId,
    requestTimeout: 30_000,
    connectionTimeout: stalledMs,
    http: headOptions,
    schemaController: { compilersFactory },
    routerOptions: { maxParamLength: 1000 },
    // What still comes while the server closes is answered like the rest, and told that its connection closes.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    frameworkErrors: (error, request, reply) => refuseUnreadable(routing, error, request.raw, reply.raw),
    clientErrorHandler: clientErrorHandler(config, logger, language, nextRequestId, (raw, socket) =>
      answerRawRequest(injector, raw, socket),
    ),
  }).withTypeProvider<ZodTypeProvider>();

  boundUnread(app.server);
  app.setErrorHandler(problemHandler(language));
  acceptJsonOnly(app);
  boundBodies(app, config.KHABAR_BODY_LIMIT);
  answerUnknownPaths(app);
  app.decorateRequest('actor', null);
  app.decorateRequest('warnings', null);
  app.addHook('preValidation', async (request) => {
    refuseUnstorableText(request.params as Record<string, unknown>, 'path');
    if (request.routeOptions.schema?.querystring !== anyQuery) {
      refuseUndecodableQuery(request.url);
      refuseUnstorableText(request.query as Record<string, unknown>, 'query');
    }
    if (request.body === undefined || request.body === null) return;
    if (request.routeOptions.schema?.body === undefined) return refuseBody(request.body);
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

/** The logger, as the one of every request too. */
function sharedBy<Logger extends object>(logger: Logger): Logger {
  const shared: Logger = Object.create(logger, { child: { value: () => shared } });
  return shared;
}

/** Writes our line where the framework would write its own; as a hook it would cost a hook's steps besides. */
function oneLineEach(logger: NonNullable<FastifyServerOptions['loggerInstance']>): LogController {
  return Object.assign(new LogController({ disableRequestLogging: true }), {
    requestCompleted(_error: unknown, { id, method, url, ip }: FastifyRequest, reply: FastifyReply) {
      logRequest(logger, { id, method, url, ip, status: reply.statusCode, took: reply.elapsedTime });
    },
  });
}

/** Schemas are zod's everywhere. Given to the constructor, so that those of JSON Schema are not even loaded. */
const compilersFactory = {
  buildValidator: () => validatorCompiler,
  buildSerializer: () => serializerCompiler,
} as object;

/** Bytes that are not UTF-8 would otherwise arrive as the letters of their encoding, and be looked for. */
function refuseUndecodableQuery(url: string): void {
  const start = url.indexOf('?');
  if (start < 0 || !url.includes('%', start)) return;
  try {
    decodeURIComponent(url.slice(start));
  } catch (error) {
    throw malformed('bad-query', error);
  }
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
  const params = new URLSearchParams(searchOf(url));
  params.set('cursor', cursor);
  return `${pathOf(url)}?${params}`;
}

/** Hands what comes on sockets to `take` first; it calls `next` for what the framework shall answer. */
export function takeFirst(server: Server, take: (...request: [...Parameters<RequestListener>, () => void]) => void) {
  const listeners = server.listeners('request') as RequestListener[];
  server.removeAllListeners('request');
  server.on('request', (raw, response) =>
    take(raw, response, () => {
      for (const listener of listeners) listener.call(server, raw, response);
    }),
  );
}

/** Security headers and the allow-list of origins. */
export async function registerSecurity(app: FastifyInstance, config: Config): Promise<void> {
  headersOfHelmet ??= securityHeaders();
  const headers = await headersOfHelmet;
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
  if (config.KHABAR_CORS_ORIGINS.length === 0) return;
  await app.register(cors, {
    origin: originOption(config),
    methods: ['GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE'],
    allowedHeaders: [
      'authorization',
      'content-type',
      'if-match',
      'if-none-match',
      'idempotency-key',
      'accept-language',
    ],
    // As the header has them: the plugin would join a list for each answer.
    exposedHeaders,
    maxAge: 86_400,
    // An OPTIONS that is no preflight is answered like one, not in plain text that it is wrong.
    strictPreflight: false,
  });
}

let headersOfHelmet: ReturnType<typeof securityHeaders> | undefined;

/**
 * The headers that helmet sets on every answer, asked for once: they never differ, and to work them out anew costs as
 * much as the rest of a cached answer. Those that tell browsers about documents are left out.
 */
async function securityHeaders(): Promise<Record<string, string>> {
  const probe = Fastify({ schemaController: { compilersFactory } });
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
