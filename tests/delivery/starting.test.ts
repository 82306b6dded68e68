import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Database, Reader } from '../../src/db/database.ts';
import { type Press, pressOf } from '../publishing/press.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';

describeEachEngine('a process that starts while another changes something', (engine) => {
  let room: Newsroom;
  let press: Press;
  beforeEach(async () => {
    room = await openNewsroom(engine);
    press = pressOf(room);
  });
  afterEach(() => room.close());

  it('shows the names of categories, tags and authors as they are after the change', async () => {
    const { id } = await press.term('categories', 'قديم');
    const article = await press.article({ categoryId: id });
    const another = await room.anotherProcess((db) =>
      answeringLate(db, db.tables.categories, () => press.change('categories', id, { name: 'جديد' })),
    );
    try {
      expect((await another.inject(`/v1/articles/${article.id}`)).json().category.name).toBe('جديد');
    } finally {
      await another.close();
    }
  });

  it('has the settings as they are after the change', async () => {
    const rename = () => press.send('PATCH', '/v1/editorial/settings', { name: 'دجلة' }, 'admin');
    const another = await room.anotherProcess((db) => answeringLate(db, db.tables.settings, rename));
    try {
      expect((await another.inject('/feeds/rss.xml')).body).toContain('<title>دجلة</title>');
    } finally {
      await another.close();
    }
  });
});

/** A database whose first read of a table is answered only when `change`, made after it, was heard of here. */
function answeringLate(db: Database, slow: object, change: () => Promise<{ status: number }>): Database {
  let isFirst = true;
  // Told before the app's own listeners, which wait for what is read here.
  const heard = new Promise<void>((resolve) => db.onChange(() => resolve()));
  async function makeChange() {
    expect((await change()).status).toBe(200);
    await heard;
  }
  const isSlow = (table: unknown) => isFirst && table === slow;
  const late = <Query extends object>(query: Query, isLate = false): Query =>
    new Proxy(query, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => {
          if (name !== 'then') return late(member.apply(target, args), isLate || isSlow(args[0]));
          if (!isLate) return member.apply(target, args);
          isFirst = false;
          const rows = Promise.resolve(target).then(async (found) => makeChange().then(() => found));
          return Reflect.apply(rows.then, rows, args);
        };
      },
    });
  const read: Reader = { ...db.read, select: (...args: []) => late(db.read.select(...args)) as never };
  return { ...db, read };
}
