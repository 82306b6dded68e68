import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { expect, it, vi } from 'vitest';
import { createResponseCache } from '../../src/delivery/cache.ts';
import { createShortCut } from '../../src/delivery/short-cut.ts';
import { createLogger } from '../../src/logger.ts';

/** A short cut that has learnt what hooks set, with one answer that is kept, and what was logged. */
async function shortCutOf({ waitMs = 0, body = 'خبر' } = {}) {
  const cache = createResponseCache(1e6);
  await cache.through('/kept', async () => ({ body: Buffer.from(body), contentType: 'text/plain', tags: [] }));
  const lines: string[] = [];
  const shortCut = createShortCut({
    cache,
    limits: { countAddress: () => waitMs },
    addressOf: () => '192.0.2.1',
    logger: createLogger({ KHABAR_LOG_LEVEL: 'info' }, { write: (line: string) => void lines.push(line) }),
    rendererFor: () => null,
  });
  const learnt = { method: 'GET', headers: { host: 'khabar.example' } } as Parameters<typeof shortCut.goOn>[0];
  const reply = { getHeaders: () => ({ 'x-hook': 'a' }) } as unknown as Parameters<typeof shortCut.goOn>[1];
  return { shortCut, cache, lines, learn: () => shortCut.goOn(learnt, reply, () => {}) };
}

function request({ url = '/kept', method = 'GET', headers = {} }: Partial<IncomingMessage> = {}) {
  const all = { host: 'khabar.example', ...headers };
  const raw = Object.assign(new IncomingMessage(new Socket()), { url, method, headers: all });
  return { raw, response: new ServerResponse(raw) };
}

it('leaves to the framework what is not learnt, not kept, not plain, too much, or comes while it closes', async () => {
  const next = vi.fn();
  const take = ({ shortCut }: Awaited<ReturnType<typeof shortCutOf>>, asked: Partial<IncomingMessage> = {}) => {
    const { raw, response } = request(asked);
    const before = next.mock.calls.length;
    shortCut.take(raw, response, next);
    return [next.mock.calls.length - before, response.headersSent];
  };
  const made = await shortCutOf();
  expect(take(made)).toEqual([1, false]);
  made.learn();
  expect(take(made)).toEqual([0, true]);
  expect(made.lines).toHaveLength(1);
  for (const asked of [
    { url: '/other' },
    { method: 'POST' },
    { method: 'HEAD' },
    { headers: { origin: 'https://site.example' } },
    { headers: { host: 'a, b' } },
    { headers: { 'if-match': '"none"' } },
    { headers: { accept: 'text/html' } },
    { headers: { accept: 'application/ld+json' } },
  ])
    expect([asked, take(made, asked)]).toEqual([asked, [1, false]]);
  made.shortCut.close();
  expect(take(made)).toEqual([1, false]);
  const busy = await shortCutOf({ waitMs: 1000 });
  busy.learn();
  expect(take(busy)).toEqual([1, false]);
  expect([made.lines.length, busy.lines.length]).toEqual([1, 0]);
});

it('leaves an answer to the framework that cannot be compressed or sent', async () => {
  const { shortCut, cache, learn, lines } = await shortCutOf({ body: 'خبر '.repeat(1000) });
  learn();
  vi.spyOn(cache, 'encode').mockRejectedValueOnce(new Error('no memory'));
  const zipped = request({ headers: { 'accept-encoding': 'gzip' } });
  await new Promise<void>((next) => shortCut.take(zipped.raw, zipped.response, next));
  const broken = request();
  vi.spyOn(broken.response, 'writeHead').mockImplementation(() => {
    throw new Error('no header');
  });
  const next = vi.fn();
  shortCut.take(broken.raw, broken.response, next);
  expect([next.mock.calls.length, zipped.response.headersSent, lines]).toEqual([1, false, []]);
});

it('keeps no date of the moment before an answer is settled', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2030-05-01T00:00:00Z') });
  try {
    const { shortCut, learn } = await shortCutOf();
    learn();
    const dateOf = () => {
      const { raw, response } = request();
      shortCut.take(raw, response, expect.fail);
      return /last-modified: (.*)\r/.exec((response as unknown as { _header: string })._header)?.[1];
    };
    expect(dateOf()).toBe('Tue, 30 Apr 2030 23:59:59 GMT');
    vi.setSystemTime('2030-05-01T00:00:10Z');
    for (let time = 0; time < 2; time++) expect(dateOf()).toBe('Wed, 01 May 2030 00:00:02 GMT');
  } finally {
    vi.useRealTimers();
  }
});
