import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { FastifyInstance } from 'fastify';
import type { Schema } from './from-schema.ts';

type Media = Record<string, { schema?: Schema; example?: unknown; examples?: Record<string, { value: unknown }> }>;
type Document = {
  paths: Record<string, Record<string, OperationObject>>;
  components: {
    schemas: Record<string, Schema>;
    headers?: Record<string, Header>;
    responses?: Record<string, Answer>;
  };
};
type Header = { description: string; required?: boolean; schema: Schema };
type Reference = { $ref: string };
/** An answer as it is described, with its headers. */
type Answer = { description: string; content?: Media; headers?: Record<string, Header> };
type OperationObject = {
  operationId: string;
  tags: string[];
  parameters?: { name: string; in: string; required?: boolean; schema: Schema }[];
  requestBody?: { content: Media };
  responses: Record<string, Answer>;
};

export type Operation = OperationObject & { method: string; path: string };

/** The operations of the app's own OpenAPI document, and what their answers must look like. */
export async function describedApi(app: FastifyInstance) {
  const document = (await app.openApi()) as unknown as Document;
  const operations: Operation[] = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      responses: mapValues(operation.responses, whole),
      path,
      method: method.toUpperCase(),
    })),
  );
  const ajv = new Ajv2020({ strict: false, allErrors: false, validateFormats: true });
  (addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
  // Addresses that people wrote, Arabic letters included, as browsers take them; what is a `uri` has none.
  ajv.addFormat('iri', (text) => URL.canParse(text));
  ajv.addSchema(closed(document) as Document, 'api');
  const compiled = new Map<string, ValidateFunction>();

  /** An answer with what it refers to in its place. */
  function whole(answer: Answer | Reference): Answer {
    const found = referred(answer, document.components.responses);
    return found.headers
      ? { ...found, headers: mapValues(found.headers, (header) => referred(header, document.components.headers)) }
      : found;
  }

  function validator(...pointer: string[]): ValidateFunction {
    const path = pointer.map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1')).join('/');
    const found = compiled.get(path) ?? ajv.compile({ $ref: `api#/${encodeURI(path)}` });
    compiled.set(path, found);
    return found;
  }

  /** What is wrong with an answer of 2xx, or null. */
  function faultOf(operation: Operation, status: number, type: string, text: string): string | null {
    const documented = operation.responses[status];
    if (!documented) return `the status ${status} is not documented`;
    const media = type.split(';', 1)[0]?.trim() ?? '';
    if (!documented.content) return text === '' ? null : `${status} has a body that is not documented`;
    if (!(media in documented.content)) return `the media type «${media}» is not documented`;
    if (!/json$/.test(media) || !documented.content[media]?.schema) return null;
    const place = ['paths', operation.path, operation.method.toLowerCase(), 'responses', String(status)];
    const validate = validator(...place, 'content', media, 'schema');
    return validate(JSON.parse(text)) ? null : ajv.errorsText(validate.errors);
  }

  /** What is wrong with the examples of a body, or null. */
  function exampleFaultOf(operation: Operation): string | null {
    const media = operation.requestBody?.content['application/json'];
    if (!media) return null;
    const examples = media.examples ? Object.values(media.examples).map(({ value }) => value) : [media.example];
    if (examples.includes(undefined)) return 'there is no example of the body';
    const place = ['paths', operation.path, operation.method.toLowerCase(), 'requestBody'];
    const validate = validator(...place, 'content', 'application/json', 'schema');
    return examples.every((example) => validate(example)) ? null : ajv.errorsText(validate.errors);
  }

  /** What is wrong with the value of a header, or null. */
  function headerFaultOf({ schema }: Header, value: unknown): string | null {
    return ajv.validate(schema, schema.type === 'integer' ? Number(value) : value)
      ? null
      : `${value}: ${ajv.errorsText()}`;
  }

  function problemFaultOf(body: unknown): string | null {
    const validate = validator('components', 'schemas', 'Problem');
    return validate(body) ? null : ajv.errorsText(validate.errors);
  }

  return { operations, schemas: document.components.schemas, faultOf, exampleFaultOf, headerFaultOf, problemFaultOf };
}

/** The same where nothing may be that is not described: clients have to bear more, but the server does not send it. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const members = mapValues(value as Record<string, unknown>, closed);
  const isShape = members.type === 'object' && typeof members.properties === 'object';
  return isShape ? { additionalProperties: false, ...members } : members;
}

/** What a component is, or what it refers to. */
function referred<Component extends object>(
  component: Component | Reference,
  components: Record<string, Component> = {},
): Component {
  if (!('$ref' in component)) return component;
  const name = component.$ref.split('/').at(-1) ?? '';
  const found = components[name];
  if (!found) throw new Error(`${component.$ref} is nowhere`);
  return found;
}

function mapValues<From, To>(record: Record<string, From>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}
