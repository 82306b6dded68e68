import { type SQL, sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Values } from '../../src/db/database.ts';
import { sorts } from '../../src/delivery/lists.ts';
import { type Press, pressOf } from '../publishing/press.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { publishMany } from './many.ts';

const many = 1600;

describeEachEngine('every list of articles, and their archive, is answered from an index', (engine) => {
  let room: Newsroom;
  let press: Press;
  /** The queries that were run, by their text without the numbers of parameters. */
  const asked = new Map<string, { query: SQL; values: Values | undefined }>();
  let filters: Record<string, string>;
  beforeAll(async () => {
    room = await openNewsroom(engine, { KHABAR_CACHE_MB: '0' });
    press = pressOf(room);
    const [top, below] = [await press.term('categories', 'سياسة'), await press.term('categories', 'محليات')];
    await press.change('categories', below.id, { parentId: top.id });
    const [large, small] = [await press.term('tags', 'كثير'), await press.term('tags', 'قليل')];
    const author = await press.term('authors', 'ليلى');
    await publishMany(
      room,
      Array.from({ length: many }, (_, index) => ({
        categoryId: index % 2 === 0 ? top.id : below.id,
        tagIds: index % 100 === 0 ? [large.id, small.id] : [large.id],
        authors: index % 3 === 0 ? [{ id: author.id, role: 'author' }] : [],
        ...{ sourceName: 'المصدر', urgency: (index % 9) + 1, commentCount: index % 50, views24h: index % 40 },
        publishedAt: new Date(Date.UTC(2025, 0, 1) + index * 3_600_000),
      })),
    );
    filters = {
      ...{ category: top.id, subcategory: below.id, large: large.id, small: small.id, author: author.id },
      ...{ locale: 'ar', source: 'المصدر', urgency: '3', from: '2025-01-10', to: '2025-02-10' },
    };
    if (engine === 'postgres') await room.db.write((tx) => tx.run(sql`analyze`));
    const { read } = room.db;
    const rows = read.rows;
    read.rows = (query, values) => {
      const text = new PgDialect().sqlToQuery(query).sql;
      asked.set(text.replace(/\$\d+/g, '?').replace(/\?(?:, \?)+/g, '?'), { query, values });
      return rows(query, values);
    };
  });
  afterAll(() => room.close());

  /** What the engine would do for a query, a line for each step; for lack of rows it is told not to read tables whole. */
  function plan(query: SQL, values?: Values): Promise<string[]> {
    return room.db.write(async (tx) => {
      if (engine === 'sqlite')
        return (await tx.rows<{ detail: string }>(sql`explain query plan ${query}`, values)).map(
          ({ detail }) => detail,
        );
      for (const way of ['seqscan', 'bitmapscan', 'sort', 'hashjoin', 'mergejoin', 'hashagg', 'material'])
        await tx.run(sql.raw(`set local enable_${way} = off`));
      const rows = await tx.rows<Record<string, string>>(sql`explain ${query}`, values);
      return rows.map((row) => row['QUERY PLAN'] ?? '');
    });
  }

  /**
   * The steps that read a table whole, or sort. Only a walk along an index, cut by LIMIT, may begin at its beginning;
   * the rows of a subquery called «beginning» were cut before.
   */
  function badSteps(text: string, steps: string[]): string[] {
    const isWalk = /order by .* limit \?$/.test(text);
    return steps.filter((step) => {
      if (/TEMP B-TREE|AUTOMATIC|\bSort\b|Seq Scan/.test(step)) return true;
      return /^SCAN (?!beginning$)/.test(step) && !(isWalk && /^SCAN d|^SCAN p/.test(step) && step.includes('INDEX'));
    });
  }

  const paramsOf = (names: string[]) =>
    new URLSearchParams(
      names.map((name): [string, string] => [
        { subcategory: 'category', large: 'tag', small: 'tag' }[name] ?? name,
        filters[name] as string,
      ]),
    );

  it('for every filter, every pair of them, and every order, on the first page and the next', async () => {
    const names = Object.keys(filters);
    const pairs = names.flatMap((first, index) => names.slice(index + 1).map((second) => [first, second]));
    const sets = [[], ...names.map((name) => [name]), ...pairs].filter(
      (set) => new Set([...paramsOf(set).keys()]).size === set.length,
    );
    expect(sets.length).toBeGreaterThan(50);
    for (const sort of sorts)
      for (const set of sets) {
        const query = `?${paramsOf(set)}&sort=${sort}&limit=5`;
        const { status, body, text } = await press.list(query);
        expect([query, status, text]).toEqual([query, 200, text]);
        if (body.page.next !== null) expect((await press.list(`${query}&cursor=${body.page.next}`)).status).toBe(200);
      }
    for (const set of sets) expect((await press.list(`?${paramsOf(set)}&count=exact&limit=1`)).status).toBe(200);
    for (const set of sets) expect((await room.call(`/v1/archive?${paramsOf(set)}`)).status).toBe(200);
    await press.list('?include=sections&sort=-views&window=7d');
    expect(asked.size).toBeGreaterThan(15);
    const bad: string[] = [];
    for (const [text, { query, values }] of asked)
      for (const step of badSteps(text, await plan(query, values))) bad.push(`${step} in ${text}`);
    expect(bad).toEqual([]);
  }, 120_000);

  it('and the check can tell: it refuses a table read whole, and a sort', async () => {
    const { publications } = room.db.tables;
    for (const query of [
      sql`select p.n from ${publications} p where p.card_hash = ${'x'}`,
      sql`select p.n from ${publications} p order by p.card_hash limit ${1}`,
    ]) {
      const text = new PgDialect().sqlToQuery(query).sql.replace(/\$\d+/g, '?');
      expect(badSteps(text, await plan(query))).not.toEqual([]);
    }
  });
});
