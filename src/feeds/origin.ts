import type { FastifyRequest } from 'fastify';
import { malformed } from '../http/problem.ts';
import { isHost } from '../http/request-heads.ts';

/** The address that a request came to, for a site that has none in its settings. Throws AppError for a bad Host. */
export function requestOrigin({ protocol, host }: FastifyRequest): string {
  // It may come from a proxy's header instead, and HTTP/1.0 sends none at all.
  const address = host && isHost(host) ? URL.parse(`${protocol}://${host}`) : null;
  if (!address) throw malformed('bad-host');
  return address.origin;
}
