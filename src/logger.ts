import cluster from 'node:cluster';
import { DrizzleQueryError } from 'drizzle-orm';
import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify';
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
  // Lines are gathered for a moment: one system call for each would be the dearest part of a cached answer.
  // The lines of several workers go into one pipe, which keeps no more than 4,096 bytes together.
  const minLength = cluster.isWorker ? 3072 : 8192;
  const stream = destination ?? inBatches(pino.destination({ fd: 1, sync: true, maxLength: mostUnwritten }), minLength);
  const logger = pino(options, stream);
  streams.set(logger, stream);
  return logger;
}

const longestWaitMs = 250;
/** How many bytes of the log wait for room on a disk that is full; what comes then is lost. */
const mostUnwritten = 1024 * 1024;

/**
 * Hands on lines together, from so many bytes on or after a moment. The stream can gather too, but measures all that
 * it has with each line. What is there when the process ends is written as well: how it ended is what people look for.
 * A log that cannot be written stops nobody who is served.
 */
function inBatches(stream: ReturnType<typeof pino.destination>, atLeast: number) {
  let lines = '';
  let bytes = 0;
  let isFailing = false;
  stream.on('error', () => {
    isFailing = true;
  });
  stream.on('write', () => {
    isFailing = false;
  });
  const handOn = () => {
    if (bytes > 0) stream.write(lines);
    lines = '';
    bytes = 0;
  };
  const flushSync = () => {
    handOn();
    // It would try until there is room.
    if (!isFailing) stream.flushSync();
  };
  setInterval(handOn, longestWaitMs).unref();
  process.once('exit', flushSync);
  return {
    write(line: string) {
      lines += line;
      bytes += Buffer.byteLength(line);
      if (bytes >= atLeast) handOn();
    },
    flushSync,
  };
}

const streams = new WeakMap<object, DestinationStream>();
const infoLevel = 30;

/** A request that was answered, and how long that took in milliseconds. Who has gone away before has no address. */
export type Answered = Pick<FastifyRequest, 'id' | 'method' | 'url'> & {
  ip: string | undefined;
  status: number;
  took: number;
};

/**
 * The one line of a request, when it is answered. It is put together by hand from values that hold nothing secret, in
 * the form of the other lines: by way of the logger it would cost as much as a tenth of a cached answer.
 */
export function logRequest(logger: FastifyBaseLogger, answered: Answered): void {
  const stream = streams.get(logger);
  if (!stream || !(logger as Logger).isLevelEnabled('info')) return;
  const { method, path, remoteAddress } = describeRequest(answered);
  const ms = Math.round(answered.took * 100) / 100;
  stream.write(
    `{"level":${infoLevel},"time":${Date.now()},"pid":${process.pid},"reqId":"${answered.id}","method":"${method}","path":${JSON.stringify(hideSecrets(path))},"status":${answered.status},"ms":${ms},"remoteAddress":${JSON.stringify(remoteAddress ?? null)},"msg":"request"}\n`,
  );
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

/** One look that most lines end with. */
const mayHoldSecret = /kb[ks]_|:\/\/|bearer|basic/i;

/** The last net, for what no field name gives away: our tokens and passwords in URLs, in the middle of any text. */
export function hideSecrets(line: string): string {
  if (!mayHoldSecret.test(line)) return line;
  return line
    .replace(/kb([ks])_[\w-]{8,}/g, `kb$1_${hidden}`)
    .replace(/(:\/\/[^\s:@/"]*):[^\s@/"]+@/g, `$1:${hidden}@`)
    .replace(/\b(Bearer|Basic) +[\w.~+/=-]{8,}/gi, `$1 ${hidden}`);
}

function describeRequest(request: Pick<Answered, 'method' | 'url' | 'ip'>) {
  const { method, url = '', ip: remoteAddress } = request;
  const end = url.indexOf('?');
  return { method, path: url.slice(0, Math.min(500, end < 0 ? 500 : end)), remoteAddress };
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
