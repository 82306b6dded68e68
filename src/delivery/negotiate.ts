import type { FastifyRequest } from 'fastify';
import { readOnce, typesIn, weightOfAnyJson, weightsOf } from '../http/accept.ts';
import { readHttpDate } from '../http/http-date.ts';
import type { Encoding } from './cache.ts';

// What a request asks for beside its address, and how it would like it.

/**
 * What an answer is kept under: its address, with the parameters in one order, and the form that the request asks for
 * by Accept where an address has several.
 */
export function cacheKey(request: Pick<FastifyRequest, 'url' | 'headers'>): string {
  const { url } = request;
  const form = acceptedForm(request.headers.accept);
  const start = url.indexOf('?');
  const query = start < 0 ? '' : url.slice(start + 1);
  const key = query.includes('&') ? `${url.slice(0, start)}?${inOrder(query.split('&')).join('&')}` : url;
  return form === null ? key : `${form} ${key}`;
}

/**
 * In the order of views the window that is usual says nothing; without that order it is refused, and so it is beside
 * another window.
 */
function inOrder(parameters: string[]): string[] {
  const sorted = parameters.sort();
  const usual = sorted.includes('sort=-views') ? sorted.indexOf('window=24h') : -1;
  if (usual < 0) return sorted;
  const others = sorted.toSpliced(usual, 1);
  return others.some((each) => mayBeWindow.test(each)) ? sorted : others;
}

/** Names may be percent-encoded, though hardly anybody does that. */
const mayBeWindow = /^(?:window(?:=|$)|[^=]*%)/;

const formTypes = { ninjs: 'application/ninjs+json', jsonld: 'application/ld+json' } as const;

/**
 * The form of an article that Accept asks for by name and likes better than JSON; or as well, where it does not name JSON
 * but would take anything.
 */
export function acceptedForm(accept: string | undefined): 'ninjs' | 'jsonld' | null {
  if (accept === undefined || !/\+json/i.test(accept)) return null;
  const types = typesIn(accept);
  const weightOfJson = types.get('application/json');
  const least = weightOfJson ?? weightOfAnyJson(types);
  const [best] = (['ninjs', 'jsonld'] as const)
    .map((form) => ({ form, weight: types.get(formTypes[form]) ?? 0 }))
    .filter(({ weight }) => weight > least || (weight === least && weight > 0 && weightOfJson === undefined))
    .sort((a, b) => b.weight - a.weight);
  return best?.form ?? null;
}

/** Whether the client's copy is this one (RFC 9110, 13.2.2: If-Modified-Since counts only without If-None-Match). */
export function hasIt({ headers }: Pick<FastifyRequest, 'headers'>, etag: string, settledAt: number): boolean {
  const { 'if-none-match': noneMatch, 'if-modified-since': since } = headers;
  if (noneMatch === undefined) return since !== undefined && (readHttpDate(since) ?? 0) >= settledAt;
  return noneMatch === etag || matchesTag(noneMatch, etag, { weakly: true });
}

/**
 * Whether a request is for other bytes than these, so that it must not be answered (RFC 9110, 13.1.1). If-Unmodified-Since
 * does not count: Last-Modified is when an answer was made, and nobody knows when something in it was last changed (13.1.4).
 */
export function isForOthers({ headers }: Pick<FastifyRequest, 'headers'>, etag: string): boolean {
  const { 'if-match': match } = headers;
  return match !== undefined && !matchesTag(match, etag, { weakly: false });
}

function matchesTag(list: string, etag: string, { weakly }: { weakly: boolean }): boolean {
  if (list.trim() === '*') return true;
  return list.split(',').some((tag) => (weakly ? tag.trim().replace(/^W\//, '') : tag.trim()) === etag);
}

const encodings = ['br', 'gzip'] as const;

/** The one of brotli and gzip that Accept-Encoding prefers, brotli where it likes both alike; null for neither. */
export function acceptedEncoding(header: string | string[] | undefined): Encoding | null {
  return typeof header === 'string' ? bestOf(header) : null;
}

/** RFC 9110, 12.5.3; `x-gzip` is an old name of gzip (8.4.1.3). */
const bestOf = readOnce((header): Encoding | null => {
  const weights = weightsOf(header);
  const weightOf = (name: Encoding) =>
    weights.get(name) ?? (name === 'gzip' ? weights.get('x-gzip') : undefined) ?? weights.get('*') ?? 0;
  const least = weights.get('identity') ?? 0;
  const [best] = encodings
    .map((name) => ({ name, weight: weightOf(name) }))
    .filter(({ weight }) => weight > 0 && weight >= least)
    .sort((a, b) => b.weight - a.weight);
  return best?.name ?? null;
});
