import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { Config } from '../config.ts';
import { AppError } from '../errors.ts';
import { addressKey } from './address.ts';

export type LimitName = 'everything' | 'login' | 'comments';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Which limit a route is counted under; 'everything' unless it says so. */
    limit?: LimitName;
  }
  interface FastifyRequest {
    /** How long its address has to wait, in milliseconds; null until it was counted. */
    waitMs: number | null;
  }
}

/** For the `config` of a route that has a limit of its own. */
export const rateLimit = {
  login: { limit: 'login' },
  comments: { limit: 'comments' },
} as const satisfies Record<string, { limit: LimitName }>;

/** What answers a load balancer is asked too often by few addresses to be counted. */
const unlimited = new Set<string | undefined>(['/livez', '/readyz']);
const windowMs = 60_000;
const addressesKept = 20_000;

/** Counts a request once, and answers for how many milliseconds its address has to wait; 0 for none. */
export type CountRequest = (request: FastifyRequest) => number;
/** The same for one that has no limit of its own, by its address; each call counts. */
export type CountAddress = (ip: string) => number;

export type RateLimits = { countRequest: CountRequest; countAddress: CountAddress };

/** Counts the requests of each address in this process. */
export function createRateLimits(config: Config): RateLimits {
  const limiters = {
    everything: createLimiter(config.KHABAR_RATE_LIMIT),
    login: createLimiter(config.KHABAR_RATE_LIMIT_LOGIN),
    comments: createLimiter(config.KHABAR_RATE_LIMIT_COMMENTS),
  };

  return {
    countRequest(request) {
      const { url, config: route } = request.routeOptions;
      request.waitMs ??= unlimited.has(url) ? 0 : limiters[route?.limit ?? 'everything'](request.ip);
      return request.waitMs;
    },
    countAddress: limiters.everything,
  };
}

/**
 * Refuses requests beyond a minute's share with 429. It comes before authentication, and unknown addresses count too, so
 * that neither tokens nor paths can be tried without end.
 */
export function registerRateLimits(app: FastifyInstance, { countRequest }: Pick<RateLimits, 'countRequest'>): void {
  app.decorateRequest('waitMs', null);
  app.addHook('onRequest', (request, _reply, done) => {
    const waitMs = countRequest(request);
    if (waitMs === 0) return done();
    const seconds = Math.max(1, Math.ceil(waitMs / 1000));
    done(new AppError('too-many-requests', { params: { seconds }, headers: { 'retry-after': String(seconds) } }));
  });
}

/**
 * Counts by address in windows of a minute that begin with an address's first request. Answers for how many
 * milliseconds it has to wait, 0 for none. A limit of 0 is none.
 */
function createLimiter(most: number): CountAddress {
  if (most === 0) return () => 0;
  // By size, for a cache of so many by number takes its memory, and some milliseconds, before the first has come.
  const windows = new LRUCache<string, { count: number; endsAt: number }>({
    maxSize: addressesKept,
    sizeCalculation: () => 1,
  });
  return (ip) => {
    const key = addressKey(ip);
    const now = performance.now();
    const window = windows.get(key);
    if (!window || window.endsAt <= now) {
      windows.set(key, { count: 1, endsAt: now + windowMs });
      return 0;
    }
    window.count++;
    return window.count > most ? window.endsAt - now : 0;
  };
}
