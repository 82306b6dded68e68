import type { FastifyInstance, RouteOptions } from 'fastify';
import type { OpenAPIV3_1 } from 'openapi-types';
import { AppError } from '../errors.ts';
import { problem } from './pieces.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** The OpenAPI document of all routes. */
    openApi(): Promise<OpenAPIV3_1.Document>;
  }
}

/** Documents every route registered after it, and answers /openapi.json, /openapi.yaml and /docs. */
export function registerOpenApi(app: FastifyInstance, version: string): void {
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', addProblemResponses);
  app.addHook('onRoute', (route) => {
    if (route.schema && !route.schema.hide && route.method !== 'HEAD') routes.push(route);
  });
  let made: Promise<FastifyInstance> | null = null;
  const documentation = async () => {
    made ??= import('./documentation.ts').then(({ createDocumentation }) => createDocumentation(routes, version));
    return made;
  };
  app.addHook('onClose', async () => {
    await (await made)?.close();
  });

  app.decorate('openApi', async () => (await documentation()).swagger() as OpenAPIV3_1.Document);
  app.get('/openapi.json', { schema: { hide: true } }, () => app.openApi());
  app.get('/openapi.yaml', { schema: { hide: true } }, async (_request, reply) => {
    reply.type('application/yaml; charset=utf-8');
    return openApiYaml(app);
  });
  for (const url of ['/docs', '/docs/*'])
    app.get(url, { schema: { hide: true } }, async (request, reply) => {
      // For HEAD too: the framework takes the length that it tells from the body, which it leaves out.
      const answer = await (await documentation()).inject({ url: request.url, headers: request.headers });
      if (answer.statusCode === 404) throw new AppError('not-found');
      for (const [name, value] of Object.entries(answer.headers))
        if (value !== undefined && !ofConnection.has(name)) reply.header(name, value);
      return reply.code(answer.statusCode).send(answer.rawPayload);
    });
}

const ofConnection = new Set(['connection', 'keep-alive', 'transfer-encoding', 'date', 'content-length']);

/** The OpenAPI document as committed in openapi.yaml. */
export async function openApiYaml(app: FastifyInstance): Promise<string> {
  const { stringify } = await import('yaml');
  return stringify(await app.openApi(), { aliasDuplicateObjects: false, lineWidth: 0 });
}

/** A status without a schema would be sent unfiltered; every route answers problems in one shape. */
function addProblemResponses(route: RouteOptions): void {
  const schema = route.schema;
  if (schema === undefined || schema.hide) return;
  const asProblem = (description: string) => ({
    description,
    content: { 'application/problem+json': { schema: problem } },
  });
  schema.response = {
    ...(schema.response as object | undefined),
    '4xx': asProblem('The request is refused'),
    '5xx': asProblem('The server failed'),
  };
}
