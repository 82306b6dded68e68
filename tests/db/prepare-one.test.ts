import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { askTogether } from '../../src/db/ask-together.ts';
import type { Database } from '../../src/db/database.ts';
import { describeEachEngine, freshDatabase } from '../support/engines.ts';
import { gate, setting } from './rows.ts';

describeEachEngine('a read of the one row that a text stands for', (engine) => {
  let opened: Awaited<ReturnType<typeof freshDatabase>>;
  let db: Database;
  beforeEach(async () => {
    opened = await freshDatabase(engine);
    db = opened.db;
  });
  afterEach(() => opened.dispose());

  function settingsByName() {
    const joined = sql`join ${db.tables.settings} s on s.name = asked.ref`;
    const find = db.prepareOne<{ name: string }>({ asked: { ref: 'text' }, columns: sql`s.name`, joined });
    return (ref: string) => find({ ref });
  }

  it('answers each its own row, and nothing for what is not there', async () => {
    const names = Array.from({ length: 250 }, (_, n) => `n${n}`);
    await db.write(async (tx) => {
      for (const name of names) if (!name.endsWith('7')) await setting(db, tx, name);
    });
    const find = settingsByName();
    const found = await Promise.all([...names, ...names].map(find));
    const expected = names.map((name) => (name.endsWith('7') ? undefined : name));
    expect(found.map((row) => row?.name)).toEqual([...expected, ...expected]);
    expect((await find('n1'))?.name).toBe('n1');
  });

  it('takes any text for what it is', async () => {
    const names = ['{}', '"', '\\', 'NULL', '', 'a,b', ' ', 'خبر', "'"];
    await db.write(async (tx) => {
      for (const name of names) await setting(db, tx, name);
    });
    const found = await Promise.all(names.map(settingsByName()));
    expect(found.map((row) => row?.name)).toEqual(names);
  });

  it('sees what was stored before it was asked', async () => {
    const find = settingsByName();
    const early = Promise.all(['a', 'b', 'c'].map(find));
    await db.write((tx) => setting(db, tx, 'a'));
    expect((await find('a'))?.name).toBe('a');
    await early;
  });
});

it('those who ask together are one question, and those who ask while two are underway are the next', async () => {
  const questions: unknown[][] = [];
  const held = gate();
  const ask = askTogether<string>(async (values) => {
    const refs = values.map(({ ref }) => String(ref));
    questions.push(refs);
    await held.opened;
    return refs.map((ref) => `${ref}!`);
  });
  const find = (ref: string) => ask({ ref });
  const first = [find('a'), find('b'), find('a')];
  await expect.poll(() => questions).toEqual([['a', 'b', 'a']]);
  const second = find('c');
  await expect.poll(() => questions).toHaveLength(2);
  const rest = [find('d'), find('e')];
  await nextTurn();
  await nextTurn();
  expect(questions).toHaveLength(2);
  held.open();
  expect(await Promise.all([...first, second, ...rest])).toEqual(['a!', 'b!', 'a!', 'c!', 'd!', 'e!']);
  expect(questions).toEqual([['a', 'b', 'a'], ['c'], ['d', 'e']]);
});

it('a question that fails fails for those who asked it, and for nobody after them', async () => {
  const ask = askTogether<unknown>(async (values) => {
    if (values.some(({ ref }) => ref === 'bad')) throw new Error('no');
    return values;
  });
  const outcomes = await Promise.allSettled(['bad', 'a'].map((ref) => ask({ ref })));
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await Promise.all(['a', 'b', 'c'].map((ref) => ask({ ref })))).toHaveLength(3);
});
