import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the route has nothing but JSON to answer, or nothing else unless `format` asks for it. */
    jsonUnless?: 'never' | 'format';
  }
}

/**
 * Refuses with 406 a request that takes no JSON of a route that has nothing else (RFC 9110, 12.5.1). Where an address
 * can be had in several kinds of JSON, its route looks at Accept itself; in anything else, by `format` only.
 */
export function refuseUnacceptable(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    const { schema } = route;
    if (schema === undefined || schema.hide) return;
    const answers = Object.entries((schema.response ?? {}) as Record<string, object>)
      .filter(([status]) => status.startsWith('2') && status !== '204')
      .flatMap(([, answer]) => ('content' in answer && answer.content ? Object.keys(answer.content) : [json]));
    if (answers.every((type) => type === json) && answers.length > 0)
      route.config = { ...route.config, jsonUnless: 'never' };
    else if (answers.includes(json)) route.config = { ...route.config, jsonUnless: 'format' };
  });
  app.addHook('onRequest', (request: FastifyRequest, _reply, done) => {
    const { accept } = request.headers;
    const unless = request.routeOptions.config?.jsonUnless;
    if (unless === undefined || takesJson(accept)) return done();
    if (unless === 'format' && /[?&]format=/.test(request.url)) return done();
    done(new AppError('not-acceptable', { params: { available: json } }));
  });
}

const json = 'application/json';

/** Every kind of JSON will do: who asks for `application/problem+json` or `application/ld+json` can read it. */
export function takesJson(accept: string | undefined): boolean {
  if (accept === undefined || accept === '*/*' || accept.trim() === '') return true;
  return accept.split(',').some((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    if (parameters.some((parameter) => /^q\s*=\s*0(?:\.0*)?$/.test(parameter))) return false;
    return type === '*/*' || type === 'application/*' || /^application\/(?:[\w.+-]+\+)?json$/.test(type);
  });
}
