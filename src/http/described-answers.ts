import type { OpenAPIV3_1 } from 'openapi-types';

// What the API's description says of answers beside their bodies, by rules that hold for every route.

type Header = OpenAPIV3_1.HeaderObject;
type Operation = OpenAPIV3_1.OperationObject;

const text = { type: 'string' } as const;
const headers = {
  'Cache-Control': { ...always('How long it may be kept'), schema: text },
  'Cache-Tag': { ...always('The same as Surrogate-Key, by commas'), schema: text },
  'Content-Language': { ...always('The language of its words (BCP 47)'), schema: text, example: 'ar' },
  ETag: {
    ...always('The name of this version: for If-None-Match in public, for If-Match in changes'),
    schema: { ...text, pattern: '^"[^"]+"$' },
    example: '"v3"',
  },
  'Idempotency-Replayed': {
    description: 'That this is the answer to the first request with this key',
    schema: { ...text, enum: ['true'] },
  },
  'Last-Modified': { ...always('When this answer was made'), schema: text },
  Link: {
    description: 'The next page, unless this is the last',
    schema: { ...text, pattern: '^<[^>]+>; rel="next"$' },
  },
  Location: { ...always('Where it is'), schema: { ...text, format: 'uri-reference' } },
  'Retry-After': {
    description: 'After how many seconds to ask again; with 429, and with 503 if it is known',
    schema: { type: 'integer', minimum: 1 },
  },
  'Surrogate-Key': { ...always('What the answer depends on, by spaces; to purge caches by'), schema: text },
  'X-Robots-Tag': { description: 'That search engines may not show it', schema: { ...text, enum: ['noindex'] } },
} satisfies Record<string, Header>;

type Name = keyof typeof headers;

const forCaches: Name[] = ['Cache-Control', 'Cache-Tag', 'Last-Modified', 'Surrogate-Key'];

const problem = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
/** Answers that are alike on all routes. */
const otherAnswers = {
  Failed: {
    description: 'The server failed',
    headers: refer('Content-Language', 'Retry-After'),
    content: problem,
  },
  Moved: { description: 'It had this slug before', headers: refer('Location', ...forCaches) },
  Refused: {
    description: 'The request is refused',
    headers: refer('Content-Language', 'Retry-After'),
    content: problem,
  },
  Unchanged: {
    description: 'It is what the client has already, by If-None-Match or If-Modified-Since',
    headers: refer('Cache-Control', 'ETag'),
  },
} satisfies Record<string, OpenAPIV3_1.ResponseObject>;

/** The parts that what is said of answers refers to. */
export const answerComponents: OpenAPIV3_1.ComponentsObject = { headers, responses: otherAnswers };

/** Says what else is in the answers of every operation, and which others there are. */
export function describeAnswers(document: OpenAPIV3_1.Document): OpenAPIV3_1.Document {
  for (const [path, item] of Object.entries(document.paths ?? {}))
    for (const [method, operation] of Object.entries(item ?? {}) as [string, Operation][]) {
      const isPublic = method === 'get' && isForReaders(operation);
      for (const [status, response] of Object.entries(operation.responses ?? {})) {
        if ('$ref' in response) continue;
        // What succeeds is described by its schema; the words that OpenAPI asks for should at least not be a program's.
        if (response.description === 'Default Response') response.description = words[status] ?? 'Done';
        const names = isPublic ? publicHeaders(path, operation) : otherHeaders(status, operation, response);
        if (names.length > 0) response.headers = refer(...names.sort());
      }
      operation.responses = {
        ...operation.responses,
        ...(isPublic && { 304: answer('Unchanged') }),
        ...(isPublic && path.includes('{ref}') && { 308: answer('Moved') }),
        '4XX': answer('Refused'),
        '5XX': answer('Failed'),
      };
    }
  return document;
}

const words: Record<string, string> = { 200: 'The answer', 201: 'It was created' };

function publicHeaders(path: string, operation: Operation): Name[] {
  const mayBeHidden = /^\/feeds\/|^\/v1\/articles\/\{ref\}(?:\/sections.*)?$/.test(path);
  return [
    ...forCaches,
    'Content-Language',
    'ETag',
    ...when(takes(operation, 'cursor'), 'Link'),
    ...when(mayBeHidden, 'X-Robots-Tag'),
  ];
}

function otherHeaders(status: string, operation: Operation, { content }: OpenAPIV3_1.ResponseObject): Name[] {
  const isPaged = takes(operation, 'cursor');
  const hasVersion = operation.security !== undefined && content !== undefined && !isPaged;
  return [
    ...when(hasVersion, 'ETag'),
    ...when(takes(operation, 'Idempotency-Key'), 'Idempotency-Replayed'),
    ...when(isPaged, 'Link'),
    ...when(hasVersion && status === '201', 'Location'),
  ];
}

function isForReaders({ tags = [] }: Operation): boolean {
  return tags.some((tag) => ['delivery', 'feeds', 'comments'].includes(tag));
}

function takes({ parameters = [] }: Operation, name: string): boolean {
  return parameters.some((each) => 'name' in each && each.name === name);
}

function when(holds: boolean, name: Name): Name[] {
  return holds ? [name] : [];
}

function always(description: string) {
  return { description, required: true };
}

function refer(...names: Name[]): Record<string, OpenAPIV3_1.ReferenceObject> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

function answer(name: keyof typeof otherAnswers): OpenAPIV3_1.ReferenceObject {
  return { $ref: `#/components/responses/${name}` };
}
