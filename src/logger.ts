import { DrizzleQueryError } from 'drizzle-orm';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type DestinationStream, type Logger, pino } from 'pino';
import type { Config } from './config.ts';

/** Fields that hold secrets, or what readers were promised nobody sees, wherever in a logged object they are. */
const secretFields = new Set([
  'authorization',
  'cookie',
  'password',
  'currentPassword',
  'passwordHash',
  'token',
  'tokenHash',
  'secret',
  'secretHash',
  'email',
  'authorEmail',
  'body',
  'DATABASE_URL',
]);
const hidden = '[hidden]';
const deepest = 6;

/**
 * The log: JSON lines, written without anything secret. Requests are logged by method, path and address only (a query
 * may hold what somebody typed in the wrong place); errors without the values a query was made with.
 */
export function createLogger(config: Pick<Config, 'KHABAR_LOG_LEVEL'>, destination?: DestinationStream): Logger {
  const options = {
    level: config.KHABAR_LOG_LEVEL,
    // Only for what child loggers are bound to: pino's own redaction of nested fields costs ten times the line itself.
    redact: { paths: [...secretFields], censor: hidden },
    serializers,
    formatters: { log: hideFields },
    hooks: { streamWrite: hideSecrets },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

const serializers = { req: describeRequest, res: describeReply, err: describeError, error: describeError };

/** A logged object with its secret fields hidden; those with a serializer show only what that picks. */
function hideFields(fields: Record<string, unknown>, depth = 0): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      if (secretFields.has(name)) return [name, hidden];
      return [name, depth === 0 && name in serializers ? value : hideInside(value, depth + 1)];
    }),
  );
}

function hideInside(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (value instanceof Error) return describeError(value);
  if (depth > deepest) return '[deeper]';
  if (Array.isArray(value)) return value.map((item) => hideInside(item, depth + 1));
  return hideFields(value as Record<string, unknown>, depth);
}

/** The last net, for what no field name gives away: our tokens and passwords in URLs, in the middle of any text. */
export function hideSecrets(line: string): string {
  return line
    .replace(/kb([ks])_[\w-]{8,}/g, `kb$1_${hidden}`)
    .replace(/(:\/\/[^\s:@/"]*):[^\s@/"]+@/g, `$1:${hidden}@`)
    .replace(/\b(Bearer|Basic) +[\w.~+/=-]{8,}/gi, `$1 ${hidden}`);
}

function describeRequest(request: FastifyRequest) {
  return { method: request.method, path: request.url?.split('?')[0]?.slice(0, 500), remoteAddress: request.ip };
}

function describeReply(reply: FastifyReply) {
  return { statusCode: reply.statusCode };
}

type Described = { type: string; message: string; code?: string; stack?: string; cause?: unknown };

/** What happened and where, without what it happened to: drivers put values of rows into messages and details. */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return { type: typeof error };
  const message = error instanceof DrizzleQueryError ? `Failed query: ${error.query}` : error.message;
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line));
  const described: Described = { type: error.name, message };
  if ('code' in error && typeof error.code === 'string') described.code = error.code;
  if (frames) described.stack = frames.join('\n');
  if (error.cause !== undefined && depth < 5) described.cause = describeError(error.cause, depth + 1);
  return described;
}
