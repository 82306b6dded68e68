import rateLimiter from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import { AppError } from '../errors.ts';
import { addressKey } from './address.ts';

export type LimitName = 'everything' | 'login' | 'comments';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Which limit a route is counted under; 'everything' unless it says so. */
    limit?: LimitName;
  }
}

/** For the `config` of a route that has a limit of its own. */
export const rateLimit = {
  login: { limit: 'login' },
  comments: { limit: 'comments' },
} as const satisfies Record<string, { limit: LimitName }>;

/** What answers a load balancer is asked too often by few addresses to be counted. */
const unlimited = new Set<string | undefined>(['/livez', '/readyz']);

/**
 * Counts the requests of each address in this process and refuses those beyond a minute's share with 429. It comes
 * before authentication, and unknown addresses count too, so that neither tokens nor paths can be tried without end.
 */
export async function registerRateLimits(app: FastifyInstance, config: Config): Promise<void> {
  await app.register(rateLimiter, {
    global: false,
    cache: 20_000,
    keyGenerator: (request: FastifyRequest) => addressKey(request.ip),
  });
  const limiter = (max: number) => (max === 0 ? null : app.createRateLimit({ max, timeWindow: 60_000 }));
  const limiters = {
    everything: limiter(config.KHABAR_RATE_LIMIT),
    login: limiter(config.KHABAR_RATE_LIMIT_LOGIN),
    comments: limiter(config.KHABAR_RATE_LIMIT_COMMENTS),
  };

  app.addHook('onRequest', async (request) => {
    const { url, config: route } = request.routeOptions;
    if (unlimited.has(url)) return;
    const state = await limiters[route?.limit ?? 'everything']?.(request);
    if (state === undefined || state.isAllowed || !state.isExceeded) return;
    const seconds = Math.max(1, state.ttlInSeconds);
    throw new AppError('too-many-requests', { params: { seconds }, headers: { 'retry-after': String(seconds) } });
  });
}
