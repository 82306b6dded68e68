import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { countApprovedBelow } from '../../src/comments/moderation.ts';
import { describeEachEngine } from '../support/engines.ts';
import { heldWrite } from '../support/held-write.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { type Readers, readersOf } from './readers.ts';

describeEachEngine('replies that come at once', (engine) => {
  let room: Newsroom;
  let readers: Readers;
  const author = { name: 'أبو أحمد' };
  const reply = (articleId: string, parentId: string, body: string, headers = {}) =>
    readers.send(articleId, { body, author, parentId }, headers);
  beforeAll(async () => {
    room = await openNewsroom(engine);
    readers = readersOf(room);
  });
  afterAll(() => room.close());

  /** A thread with one comment at each depth; their ids from the first to the deepest. */
  async function thread(articleId: string, depths = 4): Promise<string[]> {
    const ids: string[] = [];
    for (let depth = 0; depth < depths; depth++) ids.push((await readers.say(articleId, ids.at(-1) ?? null)).id);
    return ids;
  }

  /** Of every comment under an article: how many below it are counted, and how many there are. */
  async function replyCounts(articleId: string) {
    const { articles, comments } = room.db.tables;
    const { id, parentId, status, approvedReplies } = comments;
    const rows = await room.db.read
      .select({ id, parentId, status, approvedReplies })
      .from(comments)
      .where(sql`${comments.articleN} = (select ${articles.n} from ${articles} where ${articles.id} = ${articleId})`);
    const below = countApprovedBelow(rows);
    return {
      counted: rows.map((row) => row.approvedReplies),
      approved: rows.map((row) => below.get(row.id) ?? 0),
    };
  }

  it('are judged each by itself and counted up to the first comment', async () => {
    const { id } = await readers.article();
    const [first = '', second = '', third = '', fourth = ''] = await thread(id);
    const gone = await readers.say(id, first);
    await readers.erase(gone.id);
    const hidden = await readers.say(id, first);
    await readers.moderate(hidden.id, 'spam');
    const sent: [string, number][] = [
      ...[first, first, second, third, fourth, fourth].map((parent): [string, number] => [parent, 201]),
      [gone.id, 422],
      [hidden.id, 422],
    ];
    const answers = await Promise.all(sent.map(([parent], n) => reply(id, parent, `رد رقم ${n}`)));
    expect(answers.map(({ status }) => status)).toEqual(sent.map(([, status]) => status));
    expect(answers.at(-1)?.body.errors[0]).toMatchObject({ pointer: '/parentId', code: 'unknown_comment' });
    const [shown] = (await readers.list(id)).body.data;
    expect(shown.replyCount).toBe(3 + 6);
    const { counted, approved } = await replyCounts(id);
    expect(counted).toEqual(approved);
    expect(await readers.counts(id)).toEqual({ shown: 10, approved: 10 });
  });

  it('with an Idempotency-Key are stored once', async () => {
    const { id } = await readers.article();
    const parents = await thread(id);
    const once = parents.flatMap((parent, n) => [0, 1, 2].map(() => [parent, `رد وحيد ${n}`] as const));
    const answers = await Promise.all(
      once.map(([parent, body]) => reply(id, parent, body, { 'idempotency-key': 'reply' })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(parents.length);
    expect(answers.filter(({ headers }) => headers['idempotency-replayed'] === 'true')).toHaveLength(
      once.length - parents.length,
    );
    const { counted, approved } = await replyCounts(id);
    expect(counted).toEqual(approved);
  });

  it.runIf(engine === 'postgres')('are written in few transactions', async () => {
    const { id } = await readers.article();
    const parents = await thread(id);
    const sent = await Promise.all(
      Array.from({ length: 40 }, (_, n) => reply(id, parents[n % 4] ?? '', `مع غيره ${n}`)),
    );
    expect(new Set(sent.map(({ status }) => status))).toEqual(new Set([201]));
    const { comments } = room.db.tables;
    const [row] = await room.db.read.rows<{ transactions: string }>(
      sql`select count(distinct xmin::text) transactions from ${comments} where body like 'مع غيره%'`,
    );
    expect(Number(row?.transactions)).toBeLessThan(10);
  });

  // A file has one writer, and nobody comes between its statements.
  it.runIf(engine === 'postgres')('wait for a moderator who deletes what they answer, and others do not', async () => {
    const { id } = await readers.article();
    const [, deleted = ''] = await thread(id, 2);
    const other = await readers.article();
    const [free = ''] = await thread(other.id, 1);
    const held = heldWrite(room.db);
    const moderating = await room.anotherProcess((db) => ({ ...db, write: held.write }));
    const headers = { authorization: `Bearer ${await room.tokenOf('moderator')}` };
    const deleting = moderating.inject({ method: 'DELETE', url: `/v1/editorial/comments/${deleted}`, headers });
    await held.stored;
    const sent = Array.from({ length: 6 }, (_, n) => reply(id, deleted, `في أثناء الحذف ${n}`));
    const elsewhere = reply(other.id, free, 'في مكان آخر');
    try {
      const waiting = sql`select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      await expect.poll(async () => (await room.db.read.rows(waiting)).length).toBeGreaterThan(1);
      expect((await elsewhere).status).toBe(201);
    } finally {
      held.release();
    }
    expect((await deleting).statusCode).toBe(204);
    await moderating.close();
    // Each came a moment before it, or a moment after.
    for (const { status } of await Promise.all(sent)) expect([201, 422]).toContain(status);
    expect((await reply(id, deleted, 'بعد الحذف')).body.errors).toMatchObject([{ code: 'unknown_comment' }]);
    const { counted, approved } = await replyCounts(id);
    expect(counted).toEqual(approved);
    const { shown, approved: all } = await readers.counts(id);
    expect(shown).toBe(all);
  });

  it('in several processes, among moderators, do not lock each other out', async () => {
    const threads: { article: string; ids: string[] }[] = [];
    for (let n = 0; n < 3; n++) {
      const { id } = await readers.article();
      threads.push({ article: id, ids: await thread(id) }, { article: id, ids: await thread(id) });
    }
    const processes = [await room.anotherProcess(), await room.anotherProcess()];
    const token = await room.tokenOf('moderator');
    const moderating = { authorization: `Bearer ${token}` };
    const statuses = await Promise.all(
      Array.from({ length: 240 }, async (_, n) => {
        // Each meets the threads, and the depths of them, in another order.
        const { article, ids } = threads[(n * 5 + (n >> 3)) % threads.length] ?? { article: '', ids: [] };
        const parentId = ids[(n * 7 + (n >> 4)) % ids.length];
        const through = processes[n % 2] ?? room.app;
        const url = `/v1/editorial/comments/${parentId}`;
        if (n % 40 === 39) return (await through.inject({ method: 'DELETE', url, headers: moderating })).statusCode;
        if (n % 5 === 4) {
          const payload = { status: n % 10 === 9 ? 'approved' : 'spam' };
          return (await through.inject({ method: 'PATCH', url, headers: moderating, payload })).statusCode;
        }
        const headers: Record<string, string> = n % 3 === 0 ? { 'idempotency-key': `k${n}` } : {};
        const payload = { body: `رد في الزحام رقم ${n}`, author, parentId };
        return (await through.inject({ method: 'POST', url: `/v1/articles/${article}/comments`, headers, payload }))
          .statusCode;
      }),
    );
    // A moderator may come upon a comment that another has deleted.
    expect(statuses.filter((status) => ![200, 201, 204, 409, 422].includes(status))).toEqual([]);
    expect(statuses.filter((status) => status === 201).length).toBeGreaterThan(20);
    for (const { article } of threads) {
      const { counted, approved } = await replyCounts(article);
      expect(counted).toEqual(approved);
      const { shown, approved: all } = await readers.counts(article);
      expect(shown).toBe(all);
    }
    await Promise.all(processes.map((each) => each.close()));
    if (engine === 'postgres') expect(await deadlocks()).toBe(0);
  });

  /** How many the server has found, once it has heard so from those whose connections were closed. */
  async function deadlocks(): Promise<number> {
    const listening = sql`select pid from pg_stat_activity where datname = current_database() and application_name = 'khabar changes'`;
    await expect.poll(() => room.db.read.rows(listening)).toHaveLength(1);
    const [row] = await room.db.read.rows<{ deadlocks: string }>(
      sql`select deadlocks from pg_stat_database where datname = current_database()`,
    );
    return Number(row?.deadlocks);
  }
});
