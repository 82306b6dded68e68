import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { AppError } from '../errors.ts';
import { pathOf } from './request-target.ts';

/**
 * What an address without a route is answered: 405 with Allow where it has other methods, 404 where it has none. It is
 * said before the body is read, and after the request was counted.
 */
export function answerUnknownPaths(app: FastifyInstance): void {
  const methodsOf = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ method, url }) => {
    const methods = methodsOf.get(url) ?? new Set<string>();
    methodsOf.set(url, methods);
    // CORS answers OPTIONS on every path, so that tells nothing about one.
    for (const each of [method].flat()) if (each !== 'OPTIONS') methods.add(each);
  });
  let patterns: [RegExp, Set<string>][] | null = null;

  function problemOf(url: string): AppError {
    patterns ??= [...methodsOf].map(([path, methods]) => [patternOf(path), methods]);
    const path = pathOf(url);
    const allowed = patterns.flatMap(([pattern, methods]) => (pattern.test(path) ? [...methods] : []));
    if (allowed.length === 0) return new AppError('not-found');
    const allow = [...new Set(allowed)].sort().join(', ');
    return new AppError('method-not-allowed', { params: { allow }, headers: { allow } });
  }

  app.addHook('preParsing', async (request) => {
    if (request.is404) throw unreadable.get(request.raw) ?? problemOf(request.url);
  });
  app.setNotFoundHandler((request) => {
    throw problemOf(request.url);
  });
}

/** What is wrong with the addresses that no router can read. */
const unreadable = new WeakMap<IncomingMessage, Error>();

/**
 * Refuses an address that the router has found to be unreadable, by way of one that no route has: so the request is
 * counted and logged, and its answer has the headers of every other.
 */
export function refuseUnreadable(
  routing: FastifyInstance['routing'],
  error: Error,
  raw: IncomingMessage,
  response: ServerResponse,
): void {
  unreadable.set(raw, error);
  const { url } = raw;
  raw.url = '/';
  routing(raw, response);
  raw.url = url;
}

/** A route's path (`/v1/articles/:ref`, `/docs/*`) as a pattern of addresses. */
function patternOf(path: string): RegExp {
  const source = path
    .split(/(:\w+(?:\([^)]*\))?|\*)/)
    .map((part) => {
      if (part === '*') return '.*';
      return part.startsWith(':') ? '[^/]+' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
    })
    .join('');
  return new RegExp(`^${source}$`);
}
