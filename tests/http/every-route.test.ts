import fc from 'fast-check';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { roleNames } from '../../src/auth/permissions.ts';
import { type ErrorCode, errorTable } from '../../src/errors.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { describedApi, type Operation } from './api.ts';
import { exampleOf, fill, kindOf, moveAll, pathWith } from './filled-newsroom.ts';
import { idMark, textOf, valuesOf } from './from-schema.ts';

/** How long the requests may take on each engine, and how many each operation gets at least and at most. */
const budgetMs = 4000;
const runs = { min: 3, max: 60 };

type Sent = { url: string; as: string | undefined; headers: Record<string, string>; body: string | undefined };

describeEachEngine('every route of the OpenAPI document', (engine) => {
  let room: Newsroom;
  const pools: Record<string, string[]> = { cursors: [], etags: [] };
  beforeAll(async () => {
    room = await openNewsroom(engine);
    await room.app.ready();
    for (const role of roleNames) await room.tokenOf(role);
    await fill(room, (url, id) => {
      keep('ids', id);
      keep(kindOf(url), id);
    });
  });
  afterAll(() => room.close());

  it('shows a valid example of what it takes, and says what it answers', async () => {
    const api = await describedApi(room.app);
    for (const operation of api.operations) {
      expect([operation.operationId, api.exampleFaultOf(operation)]).toEqual([operation.operationId, null]);
      for (const { description } of Object.values(operation.responses)) expect(description).not.toMatch(/default/i);
    }
  });

  it('says when it stands elsewhere, and when nothing has changed', async () => {
    const { operations } = await describedApi(room.app);
    const former = await moveAll(room, (kind) => pools[kind]?.[0] ?? '');
    const comment = `/v1/editorial/comments/${pools.comments?.[0]}`;
    await room.call(comment, { as: 'admin', method: 'PATCH', body: { status: 'approved' } });
    for (const { path, method, operationId, responses } of operations.filter((each) => each.method === 'GET')) {
      const ask = (idOf: (kind: string) => string) =>
        room.call(`${pathWith(path, idOf)}${path.startsWith('/v1/search') ? '?q=x' : ''}`, {
          ...{ method: method as 'GET', as: 'admin' },
          headers: { 'if-none-match': '*' },
        });
      const isKnown = await ask((kind) => pools[kind]?.[0] ?? '0');
      const isMoved = await ask((kind) => former[kind] ?? pools[kind]?.[0] ?? '0');
      const statuses = [isKnown.status, isMoved.status].filter((status) => status > 300 && status < 400);
      const said = ['304', '308'].filter((status) => status in responses).map(Number);
      expect([operationId, [...new Set(statuses)].toSorted()]).toEqual([operationId, said]);
    }
  });

  it('says which headers it takes, and takes no others', async () => {
    const { operations } = await describedApi(room.app);
    for (const operation of operations.filter(({ method }) => method !== 'GET')) {
      const { path, method, operationId, parameters = [] } = operation;
      const body = exampleOf(operation);
      const send = (idOf: (kind: string) => string, headers: Record<string, string>) =>
        room.call(pathWith(path, idOf), {
          ...{ method: method as 'POST', as: 'admin', headers },
          ...(body === undefined ? {} : { body }),
        });
      const known = (kind: string) => pools[kind]?.[0] ?? uuid();
      const said = (name: string) => parameters.find((each) => each.in === 'header' && each.name === name);
      const { status } = await send(known, { 'if-match': '"x"' });
      const without = await send(() => uuid(), {});
      const { body: refusal } = await send(known, { 'if-match': '*', 'idempotency-key': 'two words' });
      expect([operationId, status === 412, without.status === 428, hasFault(refusal, '/idempotency-key')]).toEqual([
        operationId,
        said('If-Match') !== undefined,
        said('If-Match')?.required === true,
        said('Idempotency-Key') !== undefined,
      ]);
    }
  });

  it('answers any request without a fault, in a documented shape', { timeout: 60_000 }, async () => {
    const api = await describedApi(room.app);
    const answered = { any: 0, good: 0 };
    // What deletes comes last, so that there is something for the others to find.
    const operations = api.operations.toSorted((a, b) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'));
    expect(operations.length).toBeGreaterThan(60);
    const deadline = performance.now() + budgetMs;
    for (const [index, operation] of operations.entries()) {
      const until = performance.now() + (deadline - performance.now()) / (operations.length - index);
      let sent = 0;
      await fc.assert(
        fc.asyncProperty(requestTo(operation, api.schemas), async (request) => {
          if (sent >= runs.min && performance.now() > until) return;
          sent++;
          await check(operation, fillIn(request));
        }),
        { numRuns: runs.max, endOnFailure: true },
      );
    }
    // A test that only ever met closed doors would prove little.
    expect(answered.good / answered.any).toBeGreaterThan(0.15);

    async function check(operation: Operation, { url, as, headers, body }: Sent): Promise<void> {
      const options = { headers, ...(as === undefined ? {} : { as }), ...(body === undefined ? {} : { body }) };
      const answer = await room.call(url, { method: operation.method as 'GET', ...options });
      const type = String(answer.headers['content-type'] ?? '');
      const fault = faultIn(answer.status, type, answer.text);
      if (fault)
        throw new Error(
          `${fault}\n${operation.method} ${url} ${JSON.stringify(options)}\n${answer.status} ${answer.text.slice(0, 1000)}\n${lastFault(room)}`,
        );
      answered.any++;
      if (answer.status >= 300) return;
      answered.good++;
      keep('ids', answer.body?.id);
      keep(kindOf(operation.path), answer.body?.id);
      keep('cursors', answer.body?.page?.next);
      keep('etags', answer.etag);

      function faultIn(status: number, media: string, text: string): string | null {
        if (status >= 500) return 'a fault of the server';
        if (status < 300) return api.faultOf(operation, status, media, text);
        if (status < 400) return null;
        if (media !== 'application/problem+json; charset=utf-8') return `a refusal of the type ${media}`;
        const problem = JSON.parse(text);
        if (errorTable[problem.code as ErrorCode]?.status !== status) return `${problem.code} is not a ${status}`;
        return api.problemFaultOf(problem);
      }
    }
  });

  function keep(pool: string, value: unknown): void {
    if (typeof value !== 'string' || value === '') return;
    const known = pools[pool] ?? [];
    pools[pool] = known;
    known.push(value);
    if (known.length > 200) known.splice(20, 1);
  }

  /** Puts what exists now in the place of the marks. */
  function fillIn(request: Sent): Sent {
    const fill = (text: string) =>
      text.replace(/§([a-z-]+):(\d+)§/g, (_, pool: string, n: string) => {
        const known = pools[pool] ?? pools.ids ?? [];
        return (known[Number(n) % Math.max(known.length, 1)] ?? 'none').replaceAll('"', pool === 'etags' ? '"' : '');
      });
    return {
      as: request.as,
      url: fill(request.url),
      headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, fill(value)])),
      body: request.body === undefined ? undefined : fill(request.body),
    };
  }
});

function hasFault(problem: { errors?: { pointer: string }[] } | null, at: string): boolean {
  return problem?.errors?.some(({ pointer }) => pointer === at) === true;
}

/** What the log says about the last fault, which the answer may not. */
function lastFault(room: Newsroom): string {
  return room.logs.findLast((line) => JSON.parse(line).level >= 50) ?? '';
}

function requestTo(operation: Operation, schemas: Parameters<typeof valuesOf>[1]): fc.Arbitrary<Sent> {
  const parameters = operation.parameters ?? [];
  const path = fc
    .tuple(
      ...parameters
        .filter((each) => each.in === 'path')
        .map((each) => fc.tuple(fc.constant(each.name), pathPart(operation, each, schemas))),
    )
    .map((parts) => parts.reduce((url, [name, value]) => url.replace(`{${name}}`, () => value), operation.path));
  const queries = parameters.filter((each) => each.in === 'query');
  const query = fc
    .subarray(queries, { maxLength: Math.min(queries.length, 2) })
    .chain((some) =>
      fc.record(
        Object.fromEntries(
          queries
            .filter((each) => each.required || some.includes(each))
            .map(({ name, schema }) => [name, name === 'cursor' ? cursors : textOf(schema, schemas)]),
        ),
      ),
    );
  const oddQuery = fc.oneof(
    { weight: 15, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: fc.constantFrom('&x=1', '&limit=1&limit=2', '&%ff', '&__proto__=1', '&q=%') },
  );
  const schema = operation.requestBody?.content['application/json']?.schema;
  const json =
    schema === undefined ? fc.constant(undefined) : valuesOf(schema, schemas).map((value) => JSON.stringify(value));
  const body = fc.oneof(
    { weight: 20, arbitrary: json },
    { weight: 1, arbitrary: fc.constantFrom('', '{', '[]', 'null', '"', '{"a":1e999}', '\0') },
  );
  return fc
    .record({ path, query, oddQuery, body, headers, as: callers })
    .map(({ path: url, query: search, oddQuery: odd, body: sent, headers: given, as }) => ({
      url: `${url}?${marked(search as Record<string, string>)}${odd}`,
      as,
      headers: { ...given, ...(sent === undefined ? {} : { 'content-type': 'application/json' }) },
      body: sent,
    }));
}

function pathPart(
  { path }: Operation,
  { name, schema }: { name: string; schema: Record<string, unknown> },
  schemas: Parameters<typeof valuesOf>[1],
): fc.Arbitrary<string> {
  const kind = kindOf(path.slice(0, path.indexOf(`{${name}}`)));
  return fc.oneof(
    { weight: 12, arbitrary: fc.nat(50).map((n) => `§${kind}:${n}§`) },
    { weight: 1, arbitrary: idMark },
    { weight: 1, arbitrary: textOf(schema, schemas).map(encode) },
  );
}

/** Percent-encodes all but the marks. Lone surrogates have no encoding, so their letters stand for them. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(/%C2%A7([a-z-]+)%3A(\d+)%C2%A7/g, '§$1:$2§');
}

function marked(search: Record<string, string>): string {
  return Object.entries(search)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&');
}

const cursors = fc.oneof(
  { weight: 3, arbitrary: fc.nat(50).map((n) => `§cursors:${n}§`) },
  {
    weight: 1,
    arbitrary: fc
      .jsonValue({ maxDepth: 2 })
      .map((value) => Buffer.from(JSON.stringify([value, 1])).toString('base64url')),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 40 }) },
);
const callers = fc.oneof(
  { weight: 8, arbitrary: fc.constant('admin') },
  { weight: 3, arbitrary: fc.constantFrom(...roleNames) },
  { weight: 1, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.constantFrom('kbk_wrong', `kbs_${'x'.repeat(43)}`, 'kb\u00e9') },
);
const headers = fc
  .record(
    {
      'if-match': fc.oneof(
        { weight: 6, arbitrary: fc.constant('*') },
        { weight: 3, arbitrary: fc.nat(50).map((n) => `§etags:${n}§`) },
        { weight: 1, arbitrary: fc.constantFrom('', 'v1', '"v1"', '"v99999999999999999999"', 'W/"v1"', '"a", "b"') },
      ),
      'if-none-match': fc.oneof(
        fc.nat(50).map((n) => `§etags:${n}§`),
        fc.constant('*'),
        fc.constant('"'),
      ),
      'idempotency-key': fc.oneof(
        { weight: 8, arbitrary: fc.nat(1e6).map((n) => `key-${n}`) },
        { weight: 1, arbitrary: fc.constantFrom('key-1', '', 'x'.repeat(300), 'a b') },
      ),
      'accept-language': fc.constantFrom('ar', 'en', 'fr', 'en;q=x', ',;', 'a'.repeat(1100)),
      accept: fc.oneof(
        { weight: 8, arbitrary: fc.constantFrom('*/*', 'application/json', '') },
        { weight: 1, arbitrary: fc.constantFrom('text/html', 'application/ninjs+json', 'application/ld+json', ';') },
      ),
    },
    { requiredKeys: [] },
  )
  .chain((some) => fc.constant({ 'if-match': '*', ...some }));
