import type { FastifyRequest } from 'fastify';
import { malformed } from '../http/problem.ts';
import { isHost } from '../http/request-heads.ts';
import type { SiteSettings } from '../settings/schemas.ts';

/**
 * The origin that addresses are made with: that of the site, or else the one that the request came to, and then what is
 * made is kept for that origin only. `keyOf` says under which key. Throws AppError for a bad Host.
 */
export function originOf(
  request: FastifyRequest,
  { baseUrl }: Pick<SiteSettings, 'baseUrl'>,
): { origin: string; keyOf: (key: string) => string } {
  if (baseUrl !== null) return { origin: baseUrl, keyOf: (key) => key };
  const origin = requestOrigin(request);
  return { origin, keyOf: (key) => `${origin} ${key}` };
}

/**
 * By Host and no other header: caches know an answer by that, and would hand to everybody what somebody else had put into
 * X-Forwarded-Host. Only a proxy knows whether it was asked over TLS.
 */
function requestOrigin({ protocol, headers: { host } }: FastifyRequest): string {
  // HTTP/1.0 sends none at all.
  const address = host && isHost(host) ? URL.parse(`${protocol === 'https' ? 'https' : 'http'}://${host}`) : null;
  if (!address) throw malformed('bad-host');
  return address.origin;
}
