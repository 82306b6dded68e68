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

function requestOrigin({ protocol, host }: FastifyRequest): string {
  // It may come from a proxy's header instead, and HTTP/1.0 sends none at all.
  const address = host && isHost(host) ? URL.parse(`${protocol}://${host}`) : null;
  if (!address) throw malformed('bad-host');
  return address.origin;
}
