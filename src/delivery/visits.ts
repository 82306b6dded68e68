import { createHmac, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { addressKey } from '../http/address.ts';

/** What a visit is told by. Nothing of it is written anywhere. */
export type Visit = { address: string; userAgent: string | undefined; purpose: string | undefined };

const repeatedWithinMs = 30 * 60_000;
const keyLastsMs = 24 * 3600_000;
const visitsKept = 200_000;

/**
 * Programs that say what they are: crawlers, previews of links in chats, monitors, and the libraries that scripts use.
 * Libraries that apps are built with (okhttp, CFNetwork, Dart) are readers.
 */
const program = new RegExp(
  [
    // «Cubot» is a telephone.
    '(?<!\\bcu)bots?(?![a-z])',
    'crawl|spider|slurp|scrap|archiver|indexer|feedfetcher|feedparser|favicon',
    'externalhit|externalagent|embedly|^whatsapp/|quora link|vkshare|iframely|mastodon/|preview',
    'monitor|uptime|pingdom|statuscake|checker|validator|lighthouse|pagespeed|gtmetrix|speedcurve',
    'headless|phantomjs|puppeteer|playwright|selenium|webdriver',
    '^(?:curl|wget|python|ruby|perl|php|java|go-http|node|undici|axios|got|libwww|lwp|httpie|postman|insomnia|guzzle)\\b',
    'python-requests|python-urllib|aiohttp|httpx/|scrapy|apache-httpclient|node-fetch|libcurl|autocannon|\\bwrk\\b|\\bab/',
  ].join('|'),
  'i',
);
const longestUserAgent = 1000;

/** Whether nobody reads here: a program, one that does not say who it is, or a browser that fetches ahead. */
export function isProgram({ userAgent, purpose }: Visit): boolean {
  if (userAgent === undefined || userAgent.trim() === '') return true;
  return /prefetch|prerender|preview/i.test(purpose ?? '') || program.test(userAgent.slice(0, longestUserAgent));
}

/**
 * Remembers who was where in the last half an hour, as hashes under a key that is random, never leaves memory and
 * changes every day: nobody can tell from them who it was. Bounded: what was seen longest ago is forgotten first.
 */
export function createRepeats() {
  // Bounded by size and not by count, it takes memory only for what is in it.
  const seen = new LRUCache<string, number>({ maxSize: visitsKept, sizeCalculation: () => 1 });
  let key = randomBytes(32);
  let keyMadeAt: number | null = null;

  return {
    /** Whether the visit was counted in the last half an hour; from now on it was. Times are milliseconds. */
    isRepeated(articleId: string, { address, userAgent = '' }: Visit, now: number): boolean {
      keyMadeAt ??= now;
      // Also when the clock was put back by as much.
      if (Math.abs(now - keyMadeAt) >= keyLastsMs) {
        key = randomBytes(32);
        keyMadeAt = now;
        seen.clear();
      }
      // The parts cannot run into each other: an id has one length, and an address no line break.
      const text = `${articleId}${addressKey(address)}\n${userAgent}`;
      const name = createHmac('sha256', key).update(text).digest('base64url').slice(0, 22);
      const countedAt = seen.get(name);
      if (countedAt !== undefined && now - countedAt < repeatedWithinMs) return true;
      seen.set(name, now);
      return false;
    },
  };
}
