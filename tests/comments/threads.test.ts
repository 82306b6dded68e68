import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { nobody, type Readers, readersOf } from './readers.ts';

type Node = { id: string; parentId: string | null; status: string; replyCount: number; replies: Node[] };

describeEachEngine('threads', (engine) => {
  let room: Newsroom;
  let readers: Readers;
  const idsOf = (answer: { body: { data: { id: string }[] } }) => answer.body.data.map((each) => each.id);
  const flatten = (nodes: Node[]): Node[] => nodes.flatMap((node) => [node, ...flatten(node.replies)]);
  beforeAll(async () => {
    room = await openNewsroom(engine);
    readers = readersOf(room);
  });
  afterAll(() => room.close());

  /** Says `count` comments, some at the same millisecond, so that only ids tell them apart. */
  async function sayMany(articleId: string, count: number, parentId: string | null = null): Promise<string[]> {
    const ids: string[] = [];
    for (let n = 0; n < count; n++) {
      if (n % 3 === 0) room.pass(1);
      ids.push((await readers.say(articleId, parentId)).id);
    }
    return ids;
  }

  /** Every page from the first to the last, by `page.next`. */
  async function walk(url: string, query: string): Promise<string[][]> {
    const pages: string[][] = [];
    for (let cursor = ''; ; ) {
      const answer = await room.call(`${url}?${query}${cursor}`);
      expect(answer.status).toBe(200);
      pages.push(idsOf(answer));
      const { next } = answer.body.page;
      const link = answer.headers.link;
      if (next === null) {
        expect(link).toBeUndefined();
        return pages;
      }
      expect(link).toContain(`cursor=${next}`);
      expect(link).toContain('rel="next"');
      cursor = `&cursor=${next}`;
    }
  }

  it('have their dates in words where these are asked for, on every level and page', async () => {
    const { id } = await readers.article();
    const first = await readers.say(id);
    const answers = await sayMany(id, 51, first.id);
    await readers.say(id, answers[0]);
    const url = `/v1/articles/${id}/comments`;
    const whole = (await room.call(`${url}?display=en-GB`)).body.data;
    const more = await room.call(whole[0].moreReplies);
    const all: (Node & { createdAt: string; display: object })[] = [...flatten(whole), ...more.body.data] as never;
    expect(all).toHaveLength(53);
    const date = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Damascus', dateStyle: 'full', timeStyle: 'short' });
    for (const { createdAt, display } of all)
      expect(display).toEqual({
        locale: 'en-GB',
        createdAt: date.format(new Date(createdAt)).replace(/\u202f/g, ' '),
        createdAtHijri: expect.stringContaining('AH'),
      });
    expect((await room.call(url)).body.data[0]).not.toHaveProperty('display');
    expect(
      (await room.call(`${url}/${first.id}/replies?display=ar&limit=1`)).body.data[0].display.createdAtHijri,
    ).toMatch(/ هـ$/);
    expect((await room.call(`${url}?display=zh`)).status).toBe(400);
  });

  it('come oldest first, or newest first, each once, on pages of any size', async () => {
    const { id } = await readers.article();
    const said = await sayMany(id, 17);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 20 }), fc.constantFrom('oldest', 'newest'), async (limit, sort) => {
        const pages = await walk(`/v1/articles/${id}/comments`, `limit=${limit}&sort=${sort}`);
        expect(pages.flat()).toEqual(sort === 'oldest' ? said : said.toReversed());
        expect(pages.slice(0, -1).every((page) => page.length === limit)).toBe(true);
      }),
      { numRuns: 15 },
    );
    expect(idsOf(await readers.list(id))).toEqual(said);
  });

  it('hold replies below what they answer, oldest first', async () => {
    const { id } = await readers.article();
    const a = await readers.say(id);
    const b = await readers.say(id);
    const a1 = await readers.say(id, a.id);
    const a2 = await readers.say(id, a.id);
    const a11 = await readers.say(id, a1.id);
    const { body } = await readers.list(id);
    const shape = (node: Node): unknown => [node.id, node.replyCount, node.replies.map(shape)];
    expect(body.data.map(shape)).toEqual([
      [
        a.id,
        3,
        [
          [a1.id, 1, [[a11.id, 0, []]]],
          [a2.id, 0, []],
        ],
      ],
      [b.id, 0, []],
    ]);
    expect(body.data[0]).toMatchObject({ parentId: null, moreReplies: null, locale: 'ar', dir: 'rtl' });
    expect(flatten(body.data).find((node) => node.id === a11.id)?.parentId).toBe(a1.id);
  });

  it('are found under their own article, by the comment that they begin with', async () => {
    const [{ id }, other] = [await readers.article(), await readers.article()];
    const first = await readers.say(id);
    const reply = await readers.say(id, first.id);
    await readers.say(id, reply.id);
    const status = async (articleId: string, comment: string) =>
      (await room.call(`/v1/articles/${articleId}/comments/${comment}/replies`)).status;
    expect([await status(id, first.id), await status(other.id, first.id), await status(id, reply.id)]).toEqual([
      200, 404, 404,
    ]);
  });

  it('show the first 50 replies, and where the rest is', async () => {
    const { id } = await readers.article();
    const first = await readers.say(id);
    const replies = await sayMany(id, 53, first.id);
    const [thread] = (await readers.list(id)).body.data;
    expect(thread.replyCount).toBe(53);
    expect(thread.replies.map((node: Node) => node.id)).toEqual(replies.slice(0, 50));
    const more = await room.call(thread.moreReplies);
    expect(idsOf(more)).toEqual(replies.slice(50));
    expect(more.body.page.next).toBeNull();
    const url = `/v1/articles/${id}/comments/${first.id}/replies`;
    for (const limit of [1, 7, 53, 100]) expect((await walk(url, `limit=${limit}`)).flat()).toEqual(replies);
    expect(await walk(url, 'limit=53')).toHaveLength(1);
  });

  it('show fewer replies of each on long pages, so that no answer grows without bounds', async () => {
    const { id } = await readers.article();
    const first = await readers.say(id);
    const replies = await sayMany(id, 12, first.id);
    const [thread] = (await readers.list(id, '?limit=100')).body.data;
    expect(thread.replies.map((node: Node) => node.id)).toEqual(replies.slice(0, 10));
    expect(idsOf(await room.call(thread.moreReplies))).toEqual(replies.slice(10));
  });

  it('hold only what is approved', async () => {
    const { id } = await readers.article();
    const first = await readers.say(id);
    const reply = await readers.say(id, first.id);
    const kept = await readers.say(id);
    for (const status of ['pending', 'rejected', 'spam']) {
      await readers.moderate(reply.id, status);
      expect((await readers.list(id)).body.data[0].replies).toEqual([]);
      await readers.moderate(first.id, status);
      expect(idsOf(await readers.list(id))).toEqual([kept.id]);
    }
  });

  describe('with something deleted', () => {
    it('keep its place where approved replies hang below, without a word of it', async () => {
      const { id } = await readers.article();
      const first = await readers.say(id, null, 'كلام يُحذف من أول المحادثة');
      const middle = await readers.say(id, first.id, 'كلام يُحذف من وسط المحادثة');
      const last = await readers.say(id, middle.id);
      for (const each of [first, middle]) expect((await readers.erase(each.id)).status).toBe(204);
      const { body, text } = await readers.list(id);
      const gone = { status: 'deleted', body: null, author: null, locale: 'ar', dir: 'rtl' };
      expect(body.data).toHaveLength(1);
      expect(body.data[0]).toMatchObject({ id: first.id, ...gone, replyCount: 1 });
      expect(body.data[0].replies).toMatchObject([{ id: middle.id, ...gone, replyCount: 1 }]);
      expect(body.data[0].replies[0].replies).toMatchObject([{ id: last.id, status: 'approved', replies: [] }]);
      expect(text).not.toContain('يُحذف');
      expect(text).not.toContain('"name":""');
      const flat = await room.call(`/v1/articles/${id}/comments/${first.id}/replies`);
      expect(flat.body.data).toMatchObject([
        { id: middle.id, ...gone },
        { id: last.id, status: 'approved' },
      ]);
      expect((await readers.counts(id)).shown).toBe(1);
    });

    it('vanish when nothing approved is left below', async () => {
      const { id } = await readers.article();
      const first = await readers.say(id);
      const reply = await readers.say(id, first.id);
      await readers.erase(first.id);
      await readers.moderate(reply.id, 'rejected');
      expect((await readers.list(id)).body.data).toEqual([]);
      expect((await room.call(`/v1/articles/${id}/comments/${first.id}/replies`)).status).toBe(404);
      await readers.moderate(reply.id, 'approved');
      expect(idsOf(await readers.list(id))).toEqual([first.id]);
    });
  });

  describe('refuse a reply', () => {
    const author = { name: 'أبو أحمد' };
    const refused = async (articleId: string, parentId: string) => {
      const { status, body } = await readers.send(articleId, { body: 'رد', author, parentId });
      return [status, body.errors?.[0]?.pointer, body.errors?.[0]?.code];
    };

    it('to what is not there, is not public, or stands under another article, alike', async () => {
      const [{ id }, other] = [await readers.article(), await readers.article()];
      const elsewhere = await readers.say(other.id);
      const rejected = await readers.say(id);
      await readers.moderate(rejected.id, 'rejected');
      const deleted = await readers.say(id);
      await readers.erase(deleted.id);
      for (const parentId of [nobody, elsewhere.id, rejected.id, deleted.id])
        expect(await refused(id, parentId)).toEqual([422, '/parentId', 'unknown_comment']);
      expect((await readers.counts(id)).shown).toBe(0);
    });

    it('that goes too deep', async () => {
      const { id } = await readers.article();
      let parent: string | null = null;
      for (let depth = 0; depth <= 5; depth++) parent = (await readers.say(id, parent)).id;
      expect(await refused(id, parent ?? '')).toEqual([422, '/parentId', 'too_deep']);
      expect((await readers.list(id)).body.data[0].replyCount).toBe(5);
    });
  });

  it('stay in order when the clock of the machine that takes a reply is behind', async () => {
    const { id } = await readers.article();
    const first = await readers.say(id);
    const reply = await readers.say(id, first.id);
    room.pass(-60_000);
    const answer = await readers.say(id, reply.id);
    room.pass(60_000);
    const [thread] = (await readers.list(id)).body.data;
    expect(thread.replies[0].replies[0].id).toBe(answer.id);
    expect(idsOf(await room.call(`/v1/articles/${id}/comments/${first.id}/replies`))).toEqual([reply.id, answer.id]);
  });

  it.each([
    ['an unknown parameter', '?page=2'],
    ['another sort', '?sort=best'],
    ['limit 0', '?limit=0'],
    ['limit 101', '?limit=101'],
    ['a forged cursor', '?cursor=WzEsMl0'],
    ['a cursor that is no text', '?cursor=%00'],
  ])('are 400 with %s', async (_, query) => {
    const { id } = await readers.article();
    expect((await readers.list(id, query)).status).toBe(400);
  });

  it('take a cursor only for the article and the order it was given for', async () => {
    const [one, two] = [await readers.article(), await readers.article()];
    for (const { id } of [one, two]) await sayMany(id, 3);
    const { next } = (await readers.list(one.id, '?limit=1')).body.page;
    expect((await readers.list(one.id, `?limit=2&cursor=${next}`)).status).toBe(200);
    for (const [id, query] of [
      [two.id, `?limit=1&cursor=${next}`],
      [one.id, `?sort=newest&cursor=${next}`],
    ] as const)
      expect([(await readers.list(id, query)).body.code]).toEqual(['invalid-cursor']);
  });

  describe('as caches see them', () => {
    it('have a strong ETag that changes with them, a tag to be dropped by, and are fresh at once', async () => {
      const { id } = await readers.article();
      const before = await readers.list(id);
      expect(before.etag).toMatch(/^"[^"]+"$/);
      expect(before.headers['cache-control']).toContain('public');
      expect(before.headers['cache-control']).toContain('s-maxage');
      expect(before.headers['surrogate-key']).toContain(`comments:${id}`);
      const url = `/v1/articles/${id}/comments`;
      const same = await room.call(url, { headers: { 'if-none-match': before.etag } });
      expect([same.status, same.text]).toEqual([304, '']);
      const said = await readers.say(id);
      const after = await room.call(url, { headers: { 'if-none-match': before.etag } });
      expect([after.status, idsOf(after)]).toEqual([200, [said.id]]);
      await readers.moderate(said.id, 'spam');
      expect((await readers.list(id)).etag).toBe(before.etag);
    });

    it('are gone with the article, and back with it', async () => {
      const { id } = await readers.article();
      const said = await readers.say(id);
      expect(idsOf(await readers.list(id))).toEqual([said.id]);
      await readers.unpublish(id);
      expect((await readers.list(id)).status).toBe(404);
      await readers.publish(id);
      expect(idsOf(await readers.list(id))).toEqual([said.id]);
    });

    it('are sent on from a former slug, which comments are still taken under', async () => {
      const { id, slug } = await readers.article();
      const patch = { as: 'editor', method: 'PATCH', headers: { 'if-match': '*' } } as const;
      const next = `عنوان-آخر-${slug}`;
      expect((await room.call(`/v1/editorial/articles/${id}`, { ...patch, body: { slug: next } })).status).toBe(200);
      await readers.publish(id);
      const search = '?sort=newest&cursor=x?y';
      const moved = await readers.list(slug, search);
      expect(moved.status).toBe(308);
      expect(moved.headers.location).toBe(`/v1/articles/${encodeURIComponent(next)}/comments${search}`);
      const there = (await readers.list(slug)).headers.location;
      expect((await room.call(String(there))).status).toBe(200);
      const posted = await readers.send(slug, { body: 'من رابط قديم', author: { name: 'قارئ' } });
      expect([posted.status, posted.body.articleId]).toEqual([201, id]);
    });
  });
});
