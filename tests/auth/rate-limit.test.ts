import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { createRateLimits, rateLimit, registerRateLimits } from '../../src/http/rate-limit.ts';
import { createServer } from '../../src/http/server.ts';
import { createLogger } from '../../src/logger.ts';

type Peer = { remoteAddress: string; headers: Record<string, string> };

const from = (remoteAddress: string, forwarded?: string): Peer => ({
  remoteAddress,
  headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
});

describe('rate limits', () => {
  let app: ReturnType<typeof createServer>;
  afterEach(() => app.close());

  async function open(settings: Record<string, string>) {
    const config = loadConfig({ KHABAR_RATE_LIMIT: '3', ...settings });
    app = createServer(config, createLogger({ KHABAR_LOG_LEVEL: 'silent' }), () => 'ar');
    registerRateLimits(app, createRateLimits(config));
    app.get('/any', async () => 'any');
    app.get('/livez', async () => 'alive');
    app.get('/readyz', async () => 'ready');
    app.post('/login', { config: rateLimit.login }, async () => 'login');
    app.post('/comments', { config: rateLimit.comments }, async () => 'comment');
    return (url: string, method: 'GET' | 'POST' = 'GET', peer = from('203.0.113.1')) =>
      app.inject({ url, method, ...peer });
  }

  const statuses = async (times: number, ask: () => Promise<{ statusCode: number }>) => {
    const all = [];
    for (let n = 0; n < times; n++) all.push((await ask()).statusCode);
    return all;
  };

  it('answer 429 with Retry-After as a problem, in the client’s language, when a minute’s share is used', async () => {
    const call = await open({});
    expect(await statuses(3, () => call('/any'))).toEqual([200, 200, 200]);
    const refused = await call('/any', 'GET', { ...from('203.0.113.1'), headers: { 'accept-language': 'en' } });
    expect(refused.statusCode).toBe(429);
    expect(refused.headers['content-type']).toContain('application/problem+json');
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60);
    expect(refused.json()).toMatchObject({ code: 'too-many-requests', status: 429, title: 'Too many requests' });
    expect(refused.headers['cache-control']).toBe('no-store');
  });

  it('begin anew a minute after the first request, however many were refused in it', async () => {
    const call = await open({});
    const start = performance.now();
    const clock = vi.spyOn(performance, 'now').mockReturnValue(start);
    try {
      expect(await statuses(5, () => call('/any'))).toEqual([200, 200, 200, 429, 429]);
      clock.mockReturnValue(start + 59_999);
      expect((await call('/any')).headers['retry-after']).toBe('1');
      clock.mockReturnValue(start + 60_000);
      expect(await statuses(4, () => call('/any'))).toEqual([200, 200, 200, 429]);
    } finally {
      clock.mockRestore();
    }
  });

  it('count each address by itself, and a whole IPv6 /64 as one', async () => {
    const call = await open({});
    await statuses(3, () => call('/any'));
    expect((await call('/any')).statusCode).toBe(429);
    expect((await call('/any', 'GET', from('203.0.113.2'))).statusCode).toBe(200);
    const six = (n: number) => call('/any', 'GET', from(`2001:db8::${n}`));
    expect([await six(1), await six(2), await six(3), await six(4)].map((answer) => answer.statusCode)).toEqual([
      200, 200, 200, 429,
    ]);
  });

  it('count unknown paths, but never /livez and /readyz', async () => {
    const call = await open({});
    expect(await statuses(4, () => call('/nowhere'))).toEqual([404, 404, 404, 429]);
    for (const url of ['/livez', '/readyz'])
      expect(new Set(await statuses(10, () => call(url)))).toEqual(new Set([200]));
  });

  it('give sign-in and comments shares of their own', async () => {
    const call = await open({ KHABAR_RATE_LIMIT_LOGIN: '1', KHABAR_RATE_LIMIT_COMMENTS: '2' });
    expect(await statuses(2, () => call('/login', 'POST'))).toEqual([200, 429]);
    expect(await statuses(3, () => call('/comments', 'POST'))).toEqual([200, 200, 429]);
    expect(await statuses(4, () => call('/any'))).toEqual([200, 200, 200, 429]);
  });

  it('are off where they are 0', async () => {
    const call = await open({ KHABAR_RATE_LIMIT: '0', KHABAR_RATE_LIMIT_LOGIN: '0', KHABAR_RATE_LIMIT_COMMENTS: '1' });
    expect(new Set(await statuses(30, () => call('/any')))).toEqual(new Set([200]));
    expect(new Set(await statuses(30, () => call('/login', 'POST')))).toEqual(new Set([200]));
    expect(await statuses(2, () => call('/comments', 'POST'))).toEqual([200, 429]);
  });

  it('do not believe X-Forwarded-For from anyone, unless proxies are named', async () => {
    const call = await open({});
    const forged = (n: number) => call('/any', 'GET', from('203.0.113.1', `198.51.100.${n}`));
    expect(await statuses(3, () => forged(1))).toEqual([200, 200, 200]);
    expect((await forged(2)).statusCode).toBe(429);
  });

  it('believe X-Forwarded-For from a trusted proxy, up to the first address that is not one', async () => {
    const call = await open({ KHABAR_TRUSTED_PROXIES: '10.0.0.0/8' });
    const proxied = (chain: string) => call('/any', 'GET', from('10.0.0.1', chain));
    expect(await statuses(3, () => proxied('198.51.100.1'))).toEqual([200, 200, 200]);
    // What the client itself put in front of the chain changes nothing.
    expect((await proxied('192.0.2.77, 198.51.100.1, 10.0.0.2')).statusCode).toBe(429);
    expect((await proxied('198.51.100.2')).statusCode).toBe(200);
    const direct = (n: number) => call('/any', 'GET', from('203.0.113.1', `192.0.2.${n}`));
    expect(await statuses(3, () => direct(1))).toEqual([200, 200, 200]);
    expect((await direct(2)).statusCode).toBe(429);
  });
});
