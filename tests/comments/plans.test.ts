import { type SQLWrapper, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCommentRepository } from '../../src/comments/repository.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';

const id = '0198c0de-0000-7000-8000-000000000000';
const after = [Date.UTC(2026, 0, 17), id] as const;

describeEachEngine('comments are read along the index that was made for them', (engine) => {
  let room: Newsroom;
  beforeAll(async () => {
    room = await openNewsroom(engine);
  });
  afterAll(() => room.close());

  /** What the engine would do for a query; for lack of rows it is told not to read tables whole. */
  async function plan(query: SQLWrapper): Promise<string> {
    const steps = await room.db.write(async (tx) => {
      if (engine === 'sqlite') return tx.rows<Record<string, string>>(sql`explain query plan ${query.getSQL()}`);
      for (const way of ['seqscan', 'bitmapscan', 'hashjoin', 'mergejoin'])
        await tx.run(sql.raw(`set local enable_${way} = off`));
      return tx.rows<Record<string, string>>(sql`explain ${query.getSQL()}`);
    });
    return steps.map((step) => step.detail ?? step['QUERY PLAN']).join('\n');
  }

  for (const [name, from] of [
    ['from the beginning', null],
    ['from a place on', after],
  ] as const) {
    it(`threads and replies, ${name}`, async () => {
      const repository = createCommentRepository(room.db.tables);
      for (const sort of ['oldest', 'newest'] as const)
        expect(await plan(repository.listThreads(room.db.read, id, sort, from, 20))).toContain('comments_threads');
      expect(await plan(repository.listReplies(room.db.read, id, from, 20))).toContain('comments_replies');
    });

    it(`what moderators see, ${name}`, async () => {
      const repository = createCommentRepository(room.db.tables);
      const used = async (filter: Parameters<typeof repository.list>[1]) =>
        /comments_(?:status|article|created|threads)/.exec(
          await plan(repository.list(room.db.read, filter, from, 20)),
        )?.[0];
      expect(await used({})).toBe('comments_created');
      expect(await used({ status: 'pending' })).toBe('comments_status');
      expect(await used({ article: id })).toBe('comments_article');
    });
  }

  it('of an article no more than the comments of one period are sorted', async () => {
    const repository = createCommentRepository(room.db.tables);
    const sorted =
      engine === 'sqlite' ? 'USE TEMP B-TREE FOR LAST 2 TERMS OF ORDER BY' : 'Presorted Key: comments.period';
    for (const filter of [{ article: id }, { article: id, status: 'pending' as const }])
      for (const from of [null, after])
        expect(await plan(repository.list(room.db.read, filter, from, 20))).toContain(sorted);
  });

  it('from a place on, what comes before it is not read', async () => {
    const repository = createCommentRepository(room.db.tables);
    const { read } = room.db;
    const boundedBy = (column: string) =>
      new RegExp(engine === 'sqlite' ? `${column}[<>]\\?` : `Index Cond: .*${column} [<>]=`);
    for (const query of [
      repository.listThreads(read, id, 'oldest', after, 20),
      repository.listThreads(read, id, 'newest', after, 20),
      repository.listReplies(read, id, after, 20),
      repository.list(read, {}, after, 20),
      repository.list(read, { status: 'pending' }, after, 20),
    ])
      expect(await plan(query)).toMatch(boundedBy('created_at'));
    expect(await plan(repository.list(read, { article: id }, after, 20))).toMatch(boundedBy('period'));
  });
});
