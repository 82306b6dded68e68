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

/**
 * Every kind of JSON will do: who asks for `application/problem+json` or `application/ld+json` can read it. What Accept
 * says of `application/json` itself comes before that, by the range that says it most closely (RFC 9110, 12.5.1).
 */
export function takesJson(accept: string | undefined): boolean {
  return accept === undefined || accept === '*/*' || namesJson(accept);
}

const namesJson = readOnce((accept) => {
  if (accept.trim() === '') return true;
  const types = typesIn(accept);
  if ((types.get(json) ?? weightOfAnyJson(types)) > 0) return true;
  return [...types].some(([type, weight]) => weight > 0 && /^application\/[\w.+-]+\+json$/.test(type));
});

/** How much the ranges that name no type like JSON, of what `typesIn` has read. */
export function weightOfAnyJson(types: ReadonlyMap<string, number>): number {
  return types.get('application/*') ?? types.get('*/*') ?? 0;
}

/** The types that Accept names, in lower case, and how much each is liked; parameters such as a profile do not matter here. */
export function typesIn(accept: string): Map<string, number> {
  const types = new Map<string, number>();
  for (const [range, weight] of weightsOf(accept)) {
    const type = range.split(';', 1)[0] ?? '';
    types.set(type, Math.max(weight, types.get(type) ?? 0));
  }
  return types;
}

const headersKept = 500;
const longestKept = 200;

/** Keeps what is read of a header: few clients differ in one such as Accept, but anybody may send anything. */
export function readOnce<Meaning>(read: (header: string) => Meaning): (header: string) => Meaning {
  const known = new Map<string, Meaning>();
  return (header) => {
    let meaning = known.get(header);
    if (meaning === undefined) {
      meaning = read(header);
      if (known.size >= headersKept) known.clear();
      if (header.length <= longestKept) known.set(header, meaning);
    }
    return meaning;
  };
}

/** What a header such as Accept names, and how much each is liked; a weight that is none leaves it out. Java sends «q=.2». */
export function weightsOf(header: string): Map<string, number> {
  const weights = new Map<string, number>();
  for (const range of header.toLowerCase().split(',')) {
    const parts = range.split(';').map((part) => part.trim());
    const isWeight = (part: string) => /^q\s*=/.test(part);
    const value = /^q\s*=\s*(\d*(?:\.\d*)?)$/.exec(parts.find(isWeight) ?? 'q=1')?.[1] || undefined;
    if (value !== undefined && Number(value) <= 1)
      weights.set(parts.filter((part) => !isWeight(part)).join(';'), Number(value));
  }
  return weights;
}
