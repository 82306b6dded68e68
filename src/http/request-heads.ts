import type { IncomingMessage, ServerOptions } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { AppError } from '../errors.ts';
import { malformed } from './problem.ts';

/** Node would answer a missing Host with an empty 400, and drop the second of two: joined, they are seen to be no host. */
export const headOptions: ServerOptions = { requireHostHeader: false, joinDuplicateHeaders: true };

/** Refuses requests without one sound Host, or that expect what nobody knows, as problems like all others. */
export function refuseUnsoundHeads(app: FastifyInstance): void {
  // Without a listener, Node answers these with an empty 417. No answer that is kept will do, so it goes to the router.
  app.server.on('checkExpectation', (raw, response) => app.routing(raw, response));
  app.addHook('onRequest', (request, _reply, done) => done(faultOf(request.raw)));
}

/** The one that nearly all requests name. */
let lastHost = '';

/** Whether Host names one host (RFC 9112, 3.2): of «a.example/b» or «user@a.example» a whole address would be made. */
export function isHost(host: string | undefined): boolean {
  if (host === lastHost) return true;
  if (host === undefined || !/^[^\s/\\?#@]*$/.test(host)) return false;
  lastHost = host;
  return true;
}

/** Of HTTP/1.0 neither Host nor a known expectation is asked (RFC 9112, 3.2; RFC 9110, 10.1.1). */
function faultOf({ httpVersion, headers }: IncomingMessage): AppError | undefined {
  const { host, expect } = headers;
  const isOld = httpVersion === '1.0';
  if (!isHost(host) && !(isOld && host === undefined)) return malformed('bad-host');
  if (expect !== undefined && !isOld && !/^\s*100-continue\s*$/i.test(expect))
    return new AppError('expectation-failed');
  return undefined;
}
