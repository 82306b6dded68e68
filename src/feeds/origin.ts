import type { FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';

/** The address that a request came to, for a site that has none in its settings. Throws AppError for a bad Host. */
export function requestOrigin({ protocol, host }: FastifyRequest): string {
  // A whole address may be read from what is no host: «a.example/b», «user@a.example»; HTTP/1.0 sends none at all.
  const address = host && /^[^\s/\\?#@]+$/.test(host) ? URL.parse(`${protocol}://${host}`) : null;
  if (!address) {
    const [reason, reasonAr] = ['The Host header is not valid.', 'الترويسة Host غير صالحة.'];
    throw new AppError('malformed-request', { params: { reason, reasonAr } });
  }
  return address.origin;
}
