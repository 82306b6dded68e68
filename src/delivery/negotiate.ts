import type { FastifyRequest } from 'fastify';
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
  const key = query.includes('&') ? `${url.slice(0, start)}?${query.split('&').sort().join('&')}` : url;
  return form === null ? key : `${form} ${key}`;
}

const formTypes = { ninjs: 'application/ninjs+json', jsonld: 'application/ld+json' } as const;

/** The form of an article that Accept asks for by name and likes better than JSON. */
export function acceptedForm(accept: string | undefined): 'ninjs' | 'jsonld' | null {
  if (accept === undefined || !/\+json/i.test(accept)) return null;
  // Parameters of a type, such as a profile, do not matter here.
  const ranges = [...weightsOf(accept)].map(([range, weight]) => ({ type: range.split(';')[0], weight }));
  const weightOf = (type: string) =>
    Math.max(0, ...ranges.flatMap((range) => (range.type === type ? range.weight : [])));
  let best: 'ninjs' | 'jsonld' | null = null;
  let most = weightOf('application/json');
  for (const form of ['ninjs', 'jsonld'] as const) {
    const weight = weightOf(formTypes[form]);
    if (weight > most) [best, most] = [form, weight];
  }
  return best;
}

/** Whether the client's copy is this one (RFC 9110, 13.2.2: If-Modified-Since counts only without If-None-Match). */
export function hasIt({ headers }: Pick<FastifyRequest, 'headers'>, etag: string, settledAt: number): boolean {
  const { 'if-none-match': noneMatch, 'if-modified-since': since } = headers;
  if (noneMatch === undefined) return since !== undefined && Date.parse(since) >= settledAt;
  if (noneMatch === etag || noneMatch.trim() === '*') return true;
  return noneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}

const encodings = ['br', 'gzip'] as const;
const bestByHeader = new Map<string, Encoding | null>();

/** The one of brotli and gzip that Accept-Encoding prefers, brotli where it likes both alike; null for neither. */
export function acceptedEncoding(header: string | string[] | undefined): Encoding | null {
  if (typeof header !== 'string') return null;
  let best = bestByHeader.get(header);
  if (best === undefined) {
    // Few clients differ in this header, but anybody may send anything.
    if (bestByHeader.size > 500) bestByHeader.clear();
    best = bestOf(header);
    bestByHeader.set(header, best);
  }
  return best;
}

/** RFC 9110, 12.5.3. */
function bestOf(header: string): Encoding | null {
  const weights = weightsOf(header);
  const [best] = encodings
    .map((name) => ({ name, weight: weights.get(name) ?? weights.get('*') ?? 0 }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  return best?.name ?? null;
}

/** What a header such as Accept names, and how much each is liked; what is not well-formed is left out. */
function weightsOf(header: string): Map<string, number> {
  const weights = new Map<string, number>();
  for (const range of header.toLowerCase().split(',')) {
    const parts = range.split(';').map((part) => part.trim());
    const isWeight = (part: string) => /^q\s*=/.test(part);
    const value = /^q\s*=\s*([01](?:\.\d{0,3})?)$/.exec(parts.find(isWeight) ?? 'q=1')?.[1];
    if (value !== undefined) weights.set(parts.filter((part) => !isWeight(part)).join(';'), Number(value));
  }
  return weights;
}
