import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { articlesUrl, deskOf } from '../articles/desk.ts';
import { readersOf } from '../comments/readers.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';

type Request = { url: string; body?: object; as?: string };
/** A request, and what makes it one that would be refused. */
type Case = { operation: string; name: string; make: () => Promise<Request & { spoil?: () => Promise<unknown> }> };

const hourMs = 3600 * 1000;

describeEachEngine('a request that comes again with its Idempotency-Key', (engine) => {
  let room: Newsroom;
  let keys = 0;
  beforeAll(async () => {
    room = await openNewsroom(engine, { KHABAR_SITE_NAME: 'صحيفة الفجر' });
  });
  afterAll(() => room.close());

  const send = ({ url, body, as }: Request, key?: string) =>
    room.call(url, {
      ...{ method: 'POST', headers: key === undefined ? {} : { 'idempotency-key': key } },
      ...(body ? { body } : {}),
      ...(as ? { as } : {}),
    });
  const change = (method: 'PATCH' | 'DELETE', url: string, body?: object) =>
    room.call(url, { as: 'admin', method, headers: { 'if-match': '*' }, ...(body ? { body } : {}) });
  const act = (id: string, action: string) => send({ url: `${articlesUrl}/${id}/${action}`, as: 'admin' });
  const author = { name: 'أبو أحمد' };

  /** A comment under a published article, asked for by its id or its slug. */
  async function comment(by: 'id' | 'slug', more: object = {}) {
    const article = await readersOf(room).article();
    const url = `/v1/articles/${encodeURIComponent(article[by])}/comments`;
    return { article, url, body: { body: `رأي ${++keys}`, author, ...more } };
  }

  async function term(kind: string) {
    const body = { name: `اسم ${++keys}`, slug: `term-${keys}` };
    return { url: `/v1/editorial/${kind}`, body, as: 'editor' };
  }

  async function action(name: string, isPublished: boolean, spoil?: string) {
    const { id } = isPublished ? await readersOf(room).article() : await deskOf(room).create();
    const request = { url: `${articlesUrl}/${id}/${name}`, as: 'admin' };
    return spoil === undefined ? request : { ...request, spoil: () => act(id, spoil) };
  }

  const cases: Case[] = [
    ...(['category', 'tag', 'author'] as const).map((kind) => ({
      operation: `create${kind[0]?.toUpperCase()}${kind.slice(1)}`,
      name: 'its slug is taken, by itself',
      make: () => term(kind === 'category' ? 'categories' : `${kind}s`),
    })),
    {
      operation: 'createUser',
      name: 'the address has an account, by itself',
      make: async () => {
        const user = { email: 'omar@example.org', name: 'عمر', role: 'editor', password: 'كلمة مرور طويلة' };
        return { url: '/v1/editorial/users', body: user, as: 'admin' };
      },
    },
    {
      operation: 'createApiKey',
      name: 'it has expired',
      make: async () => {
        const expiresAt = new Date(room.clock().getTime() + hourMs).toISOString();
        const key = { name: 'مفتاح', role: 'editor', expiresAt };
        return { url: '/v1/editorial/api-keys', body: key, as: 'admin', spoil: async () => room.pass(2 * hourMs) };
      },
    },
    {
      operation: 'createArticle',
      name: 'its slug is taken, by itself',
      make: async () => ({ url: articlesUrl, body: { headline: 'خبر', slug: `news-${++keys}` }, as: 'editor' }),
    },
    {
      operation: 'createSection',
      name: 'the article is deleted',
      make: async () => {
        const { id } = await deskOf(room).create();
        const url = `${articlesUrl}/${id}/sections`;
        return { url, body: { heading: 'تفاصيل' }, as: 'editor', spoil: () => deskOf(room).remove(id) };
      },
    },
    { operation: 'publishArticle', name: 'the article is killed', make: () => action('publish', false, 'kill') },
    { operation: 'unpublishArticle', name: 'it is not published', make: () => action('unpublish', true) },
    { operation: 'killArticle', name: 'it is killed', make: () => action('kill', true) },
    ...(['id', 'slug'] as const).flatMap((by) =>
      (['unpublish', 'kill'] as const).map((withdrawal) => ({
        operation: 'postComment',
        name: `by the ${by} of an article after ${withdrawal}`,
        make: async () => {
          const { article, ...request } = await comment(by);
          return { ...request, spoil: () => act(article.id, withdrawal) };
        },
      })),
    ),
    {
      operation: 'postComment',
      name: 'the name is reserved',
      make: async () => {
        const { article: _, ...request } = await comment('id', { author: { name: 'صوت الناس' } });
        const spoil = () => change('PATCH', '/v1/editorial/settings', { reservedNames: ['صوت الناس'] });
        return { ...request, spoil };
      },
    },
    {
      operation: 'postComment',
      name: 'what it answers is deleted',
      make: async () => {
        const { article, ...request } = await comment('id');
        const { id: parentId } = await readersOf(room).say(article.id);
        const body = { ...request.body, parentId };
        return { ...request, body, spoil: () => readersOf(room).erase(parentId) };
      },
    },
  ];

  it('is tested on every route that takes one', () => {
    const taking = room.routes.flatMap(({ schema }) =>
      schema?.idempotencyKey ? [(schema as { operationId?: string }).operationId] : [],
    );
    expect([...new Set(cases.map(({ operation }) => operation))].sort()).toEqual([...new Set(taking)].sort());
  });

  it.each(cases)('is answered as it was: $operation, though $name', async ({ make }) => {
    const { spoil, ...request } = await make();
    const key = `again-${++keys}`;
    const first = await send(request, key);
    expect([200, 201]).toContain(first.status);
    await spoil?.();
    expect((await send(request)).status).toBeGreaterThanOrEqual(400);
    const again = await send(request, key);
    const { secret, ...shown } = first.body;
    expect([again.status, again.body]).toEqual([
      first.status,
      secret === undefined ? shown : { ...shown, secret: null },
    ]);
    expect([again.headers['idempotency-replayed'], again.etag]).toEqual(['true', first.etag]);
  });

  describe('is refused', () => {
    it('when it is another request, whatever else there is to say against it', async () => {
      const { id } = await deskOf(room).create();
      const request = { url: `${articlesUrl}/${id}/sections`, body: { heading: 'تفاصيل' }, as: 'editor' };
      expect((await send(request, 'other')).status).toBe(201);
      await deskOf(room).remove(id);
      const other = await send({ ...request, body: { heading: 'خلفية' } }, 'other');
      expect([other.status, other.body.code]).toEqual([422, 'idempotency-key-reused']);
    });

    it('when it was never done, and after a day', async () => {
      const { article: _, ...request } = await comment('id', { author: { name: 'صوت الشارع' } });
      const reserve = (reservedNames: string[]) => change('PATCH', '/v1/editorial/settings', { reservedNames });
      await reserve(['صوت الشارع']);
      expect((await send(request, 'day')).status).toBe(422);
      await reserve([]);
      expect((await send(request, 'day')).status).toBe(201);
      await reserve(['صوت الشارع']);
      room.pass(24 * hourMs);
      expect((await send(request, 'day')).status).toBe(201);
      room.pass(1);
      expect((await send(request, 'day')).status).toBe(422);
    });

    it('when its actor may not do it any more', async () => {
      const made = await send({ url: '/v1/editorial/api-keys', body: { name: 'مراسل', role: 'author' }, as: 'admin' });
      const { id, secret } = made.body;
      const request = { url: articlesUrl, body: { headline: 'خبر' }, as: secret };
      expect((await send(request, 'right')).status).toBe(201);
      await change('PATCH', `/v1/editorial/api-keys/${id}`, { role: 'moderator' });
      const again = await send(request, 'right');
      expect([again.status, again.body.code, again.body.headline]).toEqual([403, 'forbidden', undefined]);
    });
  });
});
