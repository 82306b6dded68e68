import type { FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';

/** The address that a request came to, for a site that has none in its settings. Throws AppError for a bad Host. */
export function requestOrigin(request: FastifyRequest): string {
  try {
    return new URL(`${request.protocol}://${request.host}`).origin;
  } catch (cause) {
    throw new AppError('malformed-request', { params: { reason: 'the Host header is not valid' }, cause });
  }
}
