import { setTimeout as sleep } from 'node:timers/promises';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeEachEngine } from '../support/engines.ts';
import { heldWrite } from '../support/held-write.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { moderationUrl, nobody, type Readers, readersOf } from './readers.ts';

describeEachEngine('moderators', (engine) => {
  let room: Newsroom;
  let readers: Readers;
  const idsOf = (answer: { body: { data: { id: string }[] } }) => answer.body.data.map((each) => each.id);
  const read = (id: string, as = 'moderator') => room.call(`${moderationUrl}/${id}`, { as });
  const list = (query: string) => room.call(`${moderationUrl}${query}`, { as: 'moderator' });
  beforeAll(async () => {
    room = await openNewsroom(engine);
    readers = readersOf(room);
  });
  afterAll(() => room.close());

  it('see everything about a comment, and of its article what readers see', async () => {
    const { id, slug, headline } = await readers.article({ commentMode: 'pre' });
    const author = { name: 'قارئ', email: 'reader@example.org' };
    const posted = await readers.send(id, { body: 'زوروا http://example.com و www.example.org', author });
    const patch = { as: 'editor', method: 'PATCH', headers: { 'if-match': '*' } } as const;
    await room.call(`/v1/editorial/articles/${id}`, { ...patch, body: { headline: 'عنوان لم يُنشر' } });
    const answer = await read(posted.body.id);
    expect(answer.status).toBe(200);
    expect(answer.etag).toBe('"v1"');
    expect(answer.headers['cache-control']).toBe('no-store');
    const { createdAt } = posted.body;
    expect(answer.body).toEqual({
      id: posted.body.id,
      article: { id, slug, headline },
      parentId: null,
      threadId: posted.body.id,
      status: 'pending',
      body: 'زوروا http://example.com و www.example.org',
      author,
      ...{ links: 2, locale: 'ar', dir: 'rtl', replyCount: 0, version: 1, createdAt, updatedAt: createdAt },
    });
    await readers.unpublish(id);
    expect((await read(posted.body.id)).body.article).toEqual({ id, slug: null, headline: null });
  });

  it('list comments newest first, by status and article, each once', async () => {
    const [one, two] = [await readers.article({ commentMode: 'pre' }), await readers.article({ commentMode: 'pre' })];
    const said: string[] = [];
    for (let n = 0; n < 5; n++) {
      room.pass(n % 2);
      said.unshift((await readers.say(one.id)).id);
    }
    const elsewhere = await readers.say(two.id);
    const rejected = said[2] ?? '';
    await readers.moderate(rejected, 'rejected');
    expect(idsOf(await list(`?article=${one.id}`))).toEqual(said);
    expect(idsOf(await list(`?article=${one.id}&status=rejected`))).toEqual([rejected]);
    expect(idsOf(await list('?status=rejected'))).toContain(rejected);
    expect(idsOf(await list('?status=pending&limit=1'))).toEqual([elsewhere.id]);
    const walked: string[] = [];
    for (let cursor = ''; ; ) {
      const page = await list(`?article=${one.id}&limit=2${cursor}`);
      walked.push(...idsOf(page));
      if (page.body.page.next === null) break;
      cursor = `&cursor=${page.body.page.next}`;
    }
    expect(walked).toEqual(said);
    expect((await list(`?article=${nobody}`)).body.data).toEqual([]);
  });

  it.each(['?status=unknown', '?article=x', '?limit=0', '?q=.', '?cursor=x'])('get 400 for %s', async (query) => {
    expect((await list(query)).status).toBe(400);
  });

  it('decide, change their minds, and see who decided in the audit log', async () => {
    const { id } = await readers.article({ commentMode: 'pre' });
    const said = await readers.say(id);
    let version = 1;
    for (const status of ['approved', 'rejected', 'spam', 'approved', 'pending'] as const) {
      const answer = await readers.moderate(said.id, status);
      expect([answer.status, answer.body.status, answer.etag]).toEqual([200, status, `"v${++version}"`]);
      expect(await readers.counts(id)).toEqual({
        shown: Number(status === 'approved'),
        approved: Number(status === 'approved'),
      });
    }
    const { auditLog } = room.db.tables;
    const log = await room.db.read.select().from(auditLog).where(eq(auditLog.subjectId, said.id)).orderBy(auditLog.id);
    expect(log.map((row) => row.action)).toEqual(
      ['approved', 'rejected', 'spam', 'approved', 'pending'].map((status) => `comment.${status}`),
    );
    expect(log[0]).toMatchObject({ actorKind: 'key', detail: { from: 'pending' } });
  });

  it('may say the same twice: nothing happens', async () => {
    const { id } = await readers.article({ commentMode: 'pre' });
    const said = await readers.say(id);
    const first = await readers.moderate(said.id, 'approved');
    const second = await readers.moderate(said.id, 'approved');
    expect([second.status, second.body]).toEqual([200, first.body]);
    expect((await readers.counts(id)).shown).toBe(1);
  });

  it('count a comment once that two of them approve at the same moment', async () => {
    const { id } = await readers.article({ commentMode: 'pre' });
    const said = await readers.say(id);
    const { comments } = room.db.tables;
    const released = Promise.withResolvers<void>();
    const holding = room.db.write(async (tx) => {
      await tx.update(comments).set({ links: 0 }).where(eq(comments.id, said.id));
      await released.promise;
    });
    const deciding = [readers.moderate(said.id, 'approved'), readers.moderate(said.id, 'approved')];
    // Both have read it by then.
    await sleep(100);
    released.resolve();
    expect((await Promise.all(deciding)).map(({ status }) => status)).toEqual([200, 200]);
    await holding;
    expect(await readers.counts(id)).toEqual({ shown: 1, approved: 1 });
  });

  it('count a comment that they approve while its article is being published', async () => {
    const { id } = await readers.article({ commentMode: 'pre' });
    const said = await readers.say(id);
    await readers.unpublish(id);
    const held = heldWrite(room.db);
    const publishing = readers.publish(id, held.write);
    await held.stored;
    const deciding = readers.moderate(said.id, 'approved');
    // By then it has been counted where nothing is public yet.
    await sleep(100);
    held.release();
    await publishing;
    expect((await deciding).status).toBe(200);
    expect(await readers.counts(id)).toEqual({ shown: 1, approved: 1 });
  });

  it('may say which version they decided about', async () => {
    const { id } = await readers.article({ commentMode: 'pre' });
    const said = await readers.say(id);
    expect((await readers.moderate(said.id, 'approved', { 'if-match': '"v1"' })).status).toBe(200);
    const stale = await readers.moderate(said.id, 'spam', { 'if-match': '"v1"' });
    expect([stale.status, stale.body.code]).toEqual([412, 'precondition-failed']);
    expect((await readers.moderate(said.id, 'spam', { 'if-match': 'W/"v2"' })).status).toBe(412);
    const url = `${moderationUrl}/${said.id}`;
    const remove = (tag: string) => room.call(url, { as: 'moderator', method: 'DELETE', headers: { 'if-match': tag } });
    expect((await remove('"v1"')).status).toBe(412);
    expect((await read(said.id)).body.status).toBe('approved');
    expect((await remove('"v2"')).status).toBe(204);
  });

  it('delete for good: nothing of it is left anywhere, and nothing brings it back', async () => {
    const { id } = await readers.article();
    const author = { name: 'زيد المحذوف', email: 'gone@example.org' };
    const { body: said } = await readers.send(id, { body: 'كلام محذوف http://example.com', author });
    expect((await readers.erase(said.id)).status).toBe(204);
    const { body } = await read(said.id);
    expect(body).toMatchObject({ status: 'deleted', body: null, author: null, links: 0 });
    const { comments } = room.db.tables;
    const [row] = await room.db.read.select().from(comments).where(eq(comments.id, said.id));
    expect(row).toMatchObject({ body: '', authorName: '', authorEmail: null, fingerprint: null });
    for (const status of ['approved', 'pending', 'spam']) {
      const answer = await readers.moderate(said.id, status);
      expect([answer.status, answer.body.code]).toEqual([409, 'conflict']);
      expect(answer.body.detail).toContain('حُذف');
    }
    expect((await readers.erase(said.id)).status).toBe(204);
    expect(await readers.counts(id)).toEqual({ shown: 0, approved: 0 });
  });

  it('get 404 for what is not there', async () => {
    expect((await read(nobody)).status).toBe(404);
    expect((await readers.moderate(nobody, 'approved')).status).toBe(404);
    expect((await readers.erase(nobody)).status).toBe(404);
  });

  it('get 400 for a decision that is none', async () => {
    const said = await readers.say((await readers.article()).id);
    for (const body of [{}, { status: 'deleted' }, { status: 'x' }, { status: 'spam', body: 'x' }]) {
      const answer = await room.call(`${moderationUrl}/${said.id}`, { as: 'moderator', method: 'PATCH', body });
      expect(answer.status).toBe(400);
    }
    expect((await read('x')).status).toBe(400);
  });

  describe('are those who may', () => {
    it.each([
      ['contributor', 403, 403],
      ['author', 403, 403],
      ['editor', 200, 200],
      ['moderator', 200, 200],
      ['admin', 200, 200],
    ] as const)('%s: read %i, decide %i', async (as, mayRead, mayDecide) => {
      const said = await readers.say((await readers.article({ commentMode: 'pre' })).id);
      expect((await room.call(moderationUrl, { as })).status).toBe(mayRead);
      expect((await read(said.id, as)).status).toBe(mayRead);
      const url = `${moderationUrl}/${said.id}`;
      expect((await room.call(url, { as, method: 'PATCH', body: { status: 'spam' } })).status).toBe(mayDecide);
      expect((await room.call(url, { as, method: 'DELETE' })).status).toBe(mayDecide === 200 ? 204 : mayDecide);
    });

    it('not readers', async () => {
      const said = await readers.say((await readers.article()).id);
      for (const url of [moderationUrl, `${moderationUrl}/${said.id}`]) expect((await room.call(url)).status).toBe(401);
      const url = `${moderationUrl}/${said.id}`;
      expect((await room.call(url, { method: 'PATCH', body: { status: 'spam' } })).status).toBe(401);
      expect((await room.call(url, { method: 'DELETE' })).status).toBe(401);
      expect((await read(said.id)).body.status).toBe('approved');
    });
  });
});
