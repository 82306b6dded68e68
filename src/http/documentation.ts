import swagger from '@fastify/swagger';
import Fastify, { type FastifySchema, type RouteOptions } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { OpenAPIV3_1 } from 'openapi-types';
import { z } from 'zod';
import { answerComponents, describeAnswers } from './described-answers.ts';

/**
 * The OpenAPI document of routes. To make it takes hundreds of milliseconds, with what it loads: no server does, but the
 * command that writes openapi.yaml.
 */
export async function describeRoutes(routes: readonly RouteOptions[], version: string): Promise<OpenAPIV3_1.Document> {
  const app = Fastify();
  // Schemas are only looked at here.
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Khabar',
        version,
        license: { name: 'MIT', identifier: 'MIT' },
        description: 'A headless CMS for newsrooms that publish in Arabic first. خبر: نظام إدارة محتوى لغرف الأخبار.',
      },
      servers: [{ url: '/' }],
      tags: [
        { name: 'delivery', description: 'What readers see: published articles only' },
        { name: 'feeds', description: 'Feeds, sitemaps and robots.txt' },
        { name: 'comments', description: 'Reader comments, in public' },
        { name: 'articles', description: 'Working copies of articles' },
        { name: 'sections', description: 'The sections of working copies' },
        { name: 'publishing', description: 'Making working copies public, and taking them back' },
        { name: 'moderation', description: 'Reader comments, behind the scenes' },
        { name: 'taxonomy', description: 'Categories, tags and authors, as editors manage them' },
        { name: 'settings', description: 'The settings of the site and of search' },
        { name: 'access', description: 'Sign-in, users and API keys' },
        { name: 'audit', description: 'Who changed what' },
        { name: 'operations', description: 'Health and documentation' },
      ],
      // Who needs a token is said of each route.
      security: [],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', description: 'A session token or an API key' },
        },
        ...answerComponents,
      },
    },
    transform: (route) => withHeaders(withWhatIsSaid(route), route.schema ?? {}),
    transformObject: (document) => {
      const whole = jsonSchemaTransformObject(document) as OpenAPIV3_1.Document;
      return nameOnce(letAnswersGrow(pruneComponents(describeAnswers(whole)))) as ReturnType<
        typeof jsonSchemaTransformObject
      >;
    },
  });
  for (const { method, url, schema = {} } of routes) app.route({ method, url, schema, handler: async () => null });
  await app.ready();
  const document = app.swagger() as OpenAPIV3_1.Document;
  await app.close();
  return document;
}

/**
 * The library leaves out what a body's schema says of itself as a whole, and with it the examples of requests; zod leaves
 * out what those of parameters say that are read from text, as all numbers are.
 */
function withWhatIsSaid(route: Parameters<typeof jsonSchemaTransform>[0]): ReturnType<typeof jsonSchemaTransform> {
  const described = jsonSchemaTransform(route);
  const { body, querystring }: { body?: unknown; querystring?: unknown } = route.schema ?? {};
  if (body instanceof z.ZodType) Object.assign(described.schema?.body ?? {}, saidOf(body, ['examples']));
  const parameters = querystring instanceof z.ZodObject ? Object.entries(querystring.shape) : [];
  const { properties = {} } = (described.schema?.querystring ?? {}) as OpenAPIV3_1.NonArraySchemaObject;
  for (const [name, parameter] of parameters) {
    const property = (properties[name] ?? {}) as OpenAPIV3_1.NonArraySchemaObject;
    Object.assign(property, saidOf(parameter as z.ZodType, ['examples', 'default']));
    // These are of the text, which stands for something else.
    if (property.type === 'integer' || property.type === 'boolean') {
      delete property.pattern;
      delete property.enum;
    }
  }
  return described;
}

function saidOf(schema: z.ZodType, keywords: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(schema.meta() ?? {}).filter(([keyword]) => keywords.includes(keyword)));
}

/** Says which headers a request takes. No schema validates them: those who read them answer with problems of their own. */
function withHeaders<Described extends { schema: FastifySchema }>(
  described: Described,
  { ifMatch, idempotencyKey }: FastifySchema,
): Described {
  const properties = {
    ...(ifMatch && { 'If-Match': requestHeaders.ifMatch }),
    ...(idempotencyKey && { 'Idempotency-Key': requestHeaders.idempotencyKey }),
  };
  const required = ifMatch === 'required' ? ['If-Match'] : [];
  if (Object.keys(properties).length > 0) described.schema.headers = { type: 'object', properties, required };
  return described;
}

const requestHeaders = {
  ifMatch: {
    type: 'string',
    description: 'The ETag of what is changed, as it was read; `*` for whatever is there',
    examples: ['"v3"'],
  },
  idempotencyKey: {
    type: 'string',
    pattern: '^[\\x21-\\x7e]{1,200}$',
    description: 'A request that is sent again with the same key is done once, and answered as the first time',
  },
};

/** zod registers each named schema for input and for output; only those that something refers to are kept. */
function pruneComponents(document: OpenAPIV3_1.Document): OpenAPIV3_1.Document {
  const schemas = document.components?.schemas ?? {};
  const used = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, child] of Object.entries(value)) {
      if (key !== '$ref' || typeof child !== 'string') {
        visit(child);
        continue;
      }
      const name = child.replace('#/components/schemas/', '');
      if (used.has(name)) continue;
      used.add(name);
      visit(schemas[name]);
    }
  };
  visit(document.paths);
  visit(document.components?.responses);
  const kept = Object.entries(schemas).filter(([name]) => used.has(name));
  return { ...document, components: { ...document.components, schemas: Object.fromEntries(kept) } };
}

/**
 * Answers get members in time: clients that were made of this description before, some of which refuse what it rules out, go on
 * reading them.
 */
function letAnswersGrow(document: OpenAPIV3_1.Document): OpenAPIV3_1.Document {
  const { schemas = {}, responses } = document.components ?? {};
  const open = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('additionalProperties' in value && value.additionalProperties === false) delete value.additionalProperties;
    for (const child of Object.values(value)) open(child);
  };
  for (const [name, schema] of Object.entries(schemas)) if (!name.endsWith('Input')) open(schema);
  open(responses);
  for (const methods of Object.values(document.paths ?? {}))
    for (const operation of Object.values(methods ?? {})) if (hasResponses(operation)) open(operation.responses);
  return document;
}

function hasResponses(operation: unknown): operation is OpenAPIV3_1.OperationObject {
  return typeof operation === 'object' && operation !== null && 'responses' in operation;
}

/**
 * The library names what is sent `…Input`, to tell it from what is answered. Where nothing of that name is answered, it
 * has its own.
 */
function nameOnce(document: OpenAPIV3_1.Document): OpenAPIV3_1.Document {
  const names = Object.keys(document.components?.schemas ?? {});
  const renamed = names.filter((name) => name.endsWith('Input') && !names.includes(withoutInput(name)));
  const text = renamed.reduce(
    (written, name) => written.replaceAll(`"${refOf(name)}"`, `"${refOf(withoutInput(name))}"`),
    JSON.stringify(document),
  );
  const whole = JSON.parse(text) as OpenAPIV3_1.Document;
  const schemas = Object.entries(whole.components?.schemas ?? {}).map(
    ([name, schema]) => [renamed.includes(name) ? withoutInput(name) : name, schema] as const,
  );
  // They come in the order in which modules were loaded, which may be another one each time.
  schemas.sort(([one], [other]) => (one < other ? -1 : 1));
  return { ...whole, components: { ...whole.components, schemas: Object.fromEntries(schemas) } };
}

const refOf = (name: string) => `#/components/schemas/${name}`;
const withoutInput = (name: string) => name.replace(/Input$/, '');
