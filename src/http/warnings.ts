import type { FastifyRequest } from 'fastify';
import type { Warning } from './clean-input.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** What was removed from the texts that were sent; null where none were looked at. */
    warnings: Warning[] | null;
  }
}

/** The answer of a write, with what was removed from the texts that were sent, if anything was. */
export function withWarnings<T extends object>(request: FastifyRequest, body: T): T & { warnings?: Warning[] } {
  const { warnings } = request;
  return warnings === null || warnings.length === 0 ? body : { ...body, warnings };
}
