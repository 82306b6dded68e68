import { eq } from 'drizzle-orm';
import { v7 as uuid } from 'uuid';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadNames } from '../../src/delivery/names.ts';
import { pressOf } from '../publishing/press.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';

describeEachEngine('names of terms', (engine) => {
  let room: Newsroom;
  beforeEach(async () => {
    room = await openNewsroom(engine);
  });
  afterEach(() => room.close());

  it('are followed however many changed at once, as after a large import', async () => {
    const press = pressOf(room);
    const { id } = await press.term('categories', 'قديم');
    const names = await loadNames(room.db);
    const { categories } = room.db.tables;
    const others = Array.from({ length: 70_000 }, () => `category:${uuid()}`);
    await room.db.write(async (tx) => {
      await tx.update(categories).set({ slug: 'جديد' }).where(eq(categories.id, id));
      tx.announce(`category:${id}`, 'categories');
      for (const other of others) tx.announce(other);
    });
    expect(names.categorySlug(id)).toBe('جديد');
    names.stop();
  });
});
