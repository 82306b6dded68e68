import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { OpenAPIV3_1 } from 'openapi-types';
import { movedTo, type Rendered } from '../delivery/cache.ts';
import type { Answers } from '../delivery/send.ts';
import { AppError } from '../errors.ts';
import type { Threads } from '../threads.ts';
import type { Page } from './documentation-pages.ts';
import { problem } from './pieces.ts';
import { pathOf } from './request-target.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** The OpenAPI document of all routes, made of them now. */
    openApi(): Promise<OpenAPIV3_1.Document>;
  }
}

type Deps = { version: string; answers: Answers; threads: Pick<Threads, 'run'> };

/** The OpenAPI document as it is committed. */
export const committed = fileURLToPath(new URL('../../openapi.yaml', import.meta.url));

const inThread = new URL('./documentation-pages.ts', import.meta.url);
const json = 'application/json; charset=utf-8';
const yaml = 'application/yaml; charset=utf-8';

/**
 * Knows every route registered after it, and answers /openapi.json, /openapi.yaml and /docs. What the server says of
 * itself is what is committed, which every check compares with the routes: to describe them anew would hold up requests.
 */
export function registerOpenApi(app: FastifyInstance, { version, answers, threads }: Deps): void {
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', addProblemResponses);
  app.addHook('onRoute', (route) => {
    if (route.schema && !route.schema.hide && route.method !== 'HEAD') routes.push(route);
  });
  app.decorate('openApi', async () => {
    const { describeRoutes } = await import('./documentation.ts');
    return describeRoutes(routes, version);
  });

  let asJson: Promise<Uint8Array> | null = null;
  async function readJson(): Promise<Uint8Array> {
    asJson ??= threads.run<string, Uint8Array>(inThread, 'readAsJson', committed).catch((error: unknown) => {
      asJson = null;
      throw error;
    });
    return asJson;
  }
  const readers: Record<string, () => Promise<Rendered>> = {
    json: async () => ({ ...common, body: bufferOf(await readJson()), contentType: json }),
    yaml: async () => ({ ...common, body: await readFile(committed), contentType: yaml }),
  };
  // The pages ask for it where they stand.
  for (const [form, read] of Object.entries(readers))
    for (const url of [`/openapi.${form}`, `/docs/${form}`])
      app.get(url, { schema: { hide: true } }, (request, reply) => answer(request, reply, read));
  for (const url of ['/docs', '/docs/*'])
    app.get(url, { schema: { hide: true } }, (request, reply) =>
      answer(request, reply, async () =>
        toAnswer(await threads.run<string, Page>(inThread, 'readPage', pathOf(request.url))),
      ),
    );

  /**
   * Answers what is kept under a name that no address is like: what answers addresses before there are hooks would send
   * their Content-Security-Policy too, beside that of a page.
   */
  function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    render: () => Promise<Rendered>,
  ): Promise<FastifyReply> {
    return answers.through(request, reply, render, `documentation ${pathOf(request.url)}`);
  }
}

/** It is written in English, whatever the language of the site. */
const common = { tags: ['everything'], headers: { 'content-language': 'en' } };

function toAnswer({ status, headers, body }: Page): Rendered {
  const { location, 'content-type': contentType = '', 'content-security-policy': policy = '' } = headers;
  if (location !== undefined) return movedTo(location, common.tags);
  if (status !== 200) throw new AppError('not-found');
  return {
    ...common,
    body: bufferOf(body),
    contentType,
    headers: { ...common.headers, 'content-security-policy': policy },
  };
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** The OpenAPI document as it is committed, made of the routes now. */
export async function openApiYaml(app: FastifyInstance): Promise<string> {
  const { stringify } = await import('yaml');
  return stringify(await app.openApi(), { aliasDuplicateObjects: false, lineWidth: 0 });
}

/** A status without a schema would be sent unfiltered; every route answers problems in one shape. */
function addProblemResponses(route: RouteOptions): void {
  const schema = route.schema;
  if (schema === undefined || schema.hide) return;
  const asProblem = { content: { 'application/problem+json': { schema: problem } } };
  schema.response = { ...(schema.response as object | undefined), '4xx': asProblem, '5xx': asProblem };
}
