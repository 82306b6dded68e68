import type { Config } from '../config.ts';

/** Headers of answers that scripts of other origins may read, beside those that they may always read. */
export const exposedHeaders = 'etag, location, link, retry-after, content-language, idempotency-replayed';

/**
 * The origin that a text names, as browsers write it (RFC 6454, 6.2): apps have schemes of their own, as in
 * `capacitor://localhost`. Null where it names none, or more than that.
 */
export function readOrigin(text: string): string | null {
  const url = URL.parse(text);
  if (!url || url.host === '' || !['', '/'].includes(url.pathname)) return null;
  if (`${url.username}${url.password}` !== '' || /[?#]/.test(text)) return null;
  return `${url.protocol}//${url.host}`;
}

/** What `origin` means to the CORS plugin. */
export function originOption({ KHABAR_CORS_ORIGINS: origins }: Config): '*' | string[] {
  return origins.includes('*') ? '*' : origins;
}

/**
 * The header lines that let a page read an answer which the plugin has no part in, as the plugin would write them; the
 * origin is that of the request, as far as it could be read. A page can read nothing without them, not even the status.
 */
export function corsLines(config: Config, origin: string | undefined): string[] {
  const allowed = originOption(config);
  if (allowed !== '*' && (origin === undefined || !allowed.includes(origin))) return [];
  return [
    `Access-Control-Allow-Origin: ${allowed === '*' ? '*' : origin}`,
    `Access-Control-Expose-Headers: ${exposedHeaders}`,
  ];
}

/** What answers vary by, for these lines and for `others`. */
export function varyBy(config: Config, others: string): string {
  const allowed = originOption(config);
  return allowed === '*' || allowed.length === 0 ? others : `Origin, ${others}`;
}
