import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DatabaseBusyError } from '../../src/db/errors.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { describedApi, type Operation } from './api.ts';
import { exampleOf, fill, kindOf, moveAll, pathWith } from './filled-newsroom.ts';

type Api = Awaited<ReturnType<typeof describedApi>>;
type Answer = Awaited<ReturnType<Newsroom['call']>>;

const password = 'كلمة مرور طويلة';

describe('the headers of answers', () => {
  let room: Newsroom;
  let api: Api;
  let former: Record<string, string>;
  /** What every answer has, and what programs read without being told of it. */
  let usual: Set<string>;
  const ids: Record<string, string[]> = {};
  const nth = (kind: string, at: number) => ids[kind]?.at(at) ?? '0';
  const idOf = (kind: string) => nth(kind, 0);

  beforeAll(async () => {
    room = await openNewsroom('sqlite');
    api = await describedApi(room.app);
    const { 'cache-control': _, ...others } = (await room.call('/livez')).headers;
    usual = new Set([...Object.keys(others), 'content-encoding', 'vary', 'www-authenticate']);
    await fill(room, keep);
    await makeTwoOfEach();
    former = await moveAll(room, idOf);
  });
  afterAll(() => room.close());

  it('of every route are those that its description names', async () => {
    // What takes away comes last.
    const turn = ({ method, path }: Operation) => Number(method === 'DELETE' && path.endsWith('}'));
    for (const operation of api.operations.toSorted((a, b) => turn(a) - turn(b))) {
      const answers = await askInEveryWay(operation);
      const expected = Object.keys(operation.responses).filter((status) => /^[23]\d\d$/.test(status));
      const statuses = [...new Set(answers.map(({ status }) => String(status)))].toSorted();
      expect([operation.operationId, statuses]).toEqual([operation.operationId, expected]);
      for (const status of expected)
        expectDescribed(
          operation,
          status,
          answers.filter((answer) => String(answer.status) === status),
        );
    }
  });

  it('of refusals are those that every route is described with', async () => {
    const strict = await openNewsroom('sqlite', {
      KHABAR_RATE_LIMIT: '1',
      KHABAR_RATE_LIMIT_COMMENTS: '1',
      KHABAR_RATE_LIMIT_LOGIN: '1',
    });
    const ask = ({ path, method }: Operation) =>
      strict.call(`${pathWith(path, () => '0')}?limit=%ff`, { method: method as 'GET' });
    for (const operation of api.operations) {
      // Load balancers may ask as often as they like.
      const isLimited = !operation.tags.includes('operations');
      await ask(operation);
      const answer = await ask(operation);
      expect([operation.operationId, answer.status]).toEqual([operation.operationId, isLimited ? 429 : 400]);
      if (isLimited) expectDescribed(operation, '4XX', [answer]);
    }
    await strict.close();
  });

  it('of a server that is too busy, has no room or no database say when to ask again', async () => {
    const busy = await openNewsroom('sqlite');
    const as = await busy.tokenOf('admin');
    const operation = api.operations.find(({ operationId }) => operationId === 'createTag') as Operation;
    const failed = (code: string) => Object.assign(new Error('x'), { code });
    for (const [error, code, seconds] of [
      [new DatabaseBusyError(), 'busy', '1'],
      [failed('SQLITE_FULL'), 'busy', '1'],
      [failed('SQLITE_IOERR_WRITE'), 'unavailable', '5'],
    ] as const) {
      Object.assign(busy.db, { write: () => Promise.reject(error) });
      const answer = await busy.call(operation.path, { as, body: { name: 'سوريا' } });
      expect([answer.status, answer.body.code, answer.headers['retry-after']]).toEqual([503, code, seconds]);
      expectDescribed(operation, '5XX', [answer]);
    }
    await busy.close();
  });

  /** That answers have all headers that are described, each at least once, and no others. */
  function expectDescribed({ operationId, responses }: Operation, status: string, answers: Answer[]): void {
    const described = Object.entries(responses[status]?.headers ?? {});
    const at = `${operationId} ${status}`;
    expect([at, [...new Set(answers.flatMap(namesIn))].toSorted()]).toEqual([
      at,
      described.map(([name]) => name.toLowerCase()).toSorted(),
    ]);
    for (const answer of answers)
      for (const [name, header] of described) {
        const value = answer.headers[name.toLowerCase()];
        if (value === undefined) expect([at, name, header.required]).toEqual([at, name, undefined]);
        else expect([at, name, api.headerFaultOf(header, value)]).toEqual([at, name, null]);
      }
  }

  /** The names of the headers that tell something of an answer; that it may not be kept goes without saying. */
  function namesIn({ headers }: Answer): string[] {
    return Object.keys(headers).filter(
      (name) => !usual.has(name) && !(name === 'cache-control' && headers[name] === 'no-store'),
    );
  }

  /** Answers to a request that is done: for reading also those that nothing has changed, and where it is now. */
  async function askInEveryWay(operation: Operation): Promise<Answer[]> {
    const { method, path, parameters = [] } = operation;
    if (method !== 'GET') return change(operation);
    const query = new URLSearchParams({
      ...(parameters.some(({ name }) => name === 'cursor') ? { limit: '1' } : {}),
      ...(path.startsWith('/v1/search') ? { q: 'فقرة' } : {}),
    });
    const ask = (of: (kind: string) => string, headers = {}) =>
      room.call(`${pathWith(path, of)}?${query}`, { as: 'admin', headers });
    const answers = [await ask(idOf)];
    if ('304' in operation.responses) answers.push(await ask(idOf, { 'if-none-match': '*' }));
    if ('308' in operation.responses) answers.push(await ask((kind) => former[kind] ?? idOf(kind)));
    return answers;
  }

  /** Changes something, twice with the same key where a route takes one. */
  async function change(operation: Operation): Promise<Answer[]> {
    const { method, path, operationId, parameters = [] } = operation;
    const lastKind = kindOf(path.slice(0, path.lastIndexOf('{')));
    const at = (kind: string) => {
      if (['unpublishArticle', 'killArticle'].includes(operationId)) return 1;
      return method === 'DELETE' && kind === lastKind ? -1 : 0;
    };
    const body = (await bodies[operationId]?.()) ?? exampleOf(operation);
    const isMine = ['updateMe', 'signOut'].includes(operationId);
    const as = isMine ? (await room.call('/v1/editorial/sessions', { body: omar })).body.token : 'admin';
    const takesKey = parameters.some(({ name }) => name === 'Idempotency-Key');
    const send = () =>
      room.call(
        pathWith(path, (kind) => nth(kind, at(kind))),
        {
          ...{ method: method as 'POST', as },
          ...(body === undefined ? {} : { body }),
          headers: { 'if-match': '*', ...(takesKey ? { 'idempotency-key': operationId } : {}) },
        },
      );
    const answers = takesKey ? [await send(), await send()] : [await send()];
    if (answers[0]?.body?.id) keep(path, answers[0].body.id);
    return answers;
  }

  const omar = { email: 'omar@example.org', password };
  /** Bodies for what the examples do not fit. */
  const bodies: Record<string, () => object | Promise<object>> = {
    signIn: () => omar,
    createCategory: () => ({ name: 'رياضة' }),
    reorderSections: async () => {
      const list = await room.call(`/v1/editorial/articles/${idOf('articles')}/sections`, { as: 'admin' });
      return { ids: list.body.data.map(({ id }: { id: string }) => id) };
    },
  };

  function keep(url: string, id: string): void {
    const kind = kindOf(url);
    ids[kind] = [...(ids[kind] ?? []), id];
  }

  /** So that lists go on, and one article is not for search engines. */
  async function makeTwoOfEach(): Promise<void> {
    const make = async (url: string, body: object) => {
      const answer = await room.call(url, { as: 'admin', body });
      expect([url, answer.status]).toEqual([url, 201]);
      return answer.body.id as string;
    };
    const change = (url: string, body: object) =>
      room.call(url, { as: 'admin', method: 'PATCH', headers: { 'if-match': '*' }, body });
    const salma = { email: 'salma@example.org', name: 'سلمى', role: 'editor', password };
    keep('users', await make('/v1/editorial/users', salma));
    for (const kind of ['tags', 'authors']) keep(kind, await make(`/v1/editorial/${kind}`, { name: 'ثقافة' }));
    const article = idOf('articles');
    await change(`/v1/editorial/articles/${article}`, { seo: { noIndex: true } });
    const comments = `/v1/articles/${article}/comments`;
    const author = { name: 'قارئة' };
    const parentId = idOf('comments');
    await change(`/v1/editorial/comments/${parentId}`, { status: 'approved' });
    for (const [n, rest] of [{}, { parentId }, { parentId }, {}, {}].entries()) {
      const { id } = (await room.call(comments, { body: { body: `شكرًا ${n}`, author, ...rest } })).body;
      keep('comments', id);
      // The last are waiting, for those who moderate.
      if (n < 3) await change(`/v1/editorial/comments/${id}`, { status: 'approved' });
    }
  }
});
