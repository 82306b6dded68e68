import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { classifyDatabaseError } from '../../src/db/errors.ts';
import { describeEachEngine, freshDatabase } from '../support/engines.ts';

const at = new Date('2026-01-15T08:00:00.123Z');

describeEachEngine('many rows inserted at once', (engine) => {
  let opened: Awaited<ReturnType<typeof freshDatabase>>;
  let db: Database;
  beforeEach(async () => {
    opened = await freshDatabase(engine);
    db = opened.db;
  });
  afterEach(() => opened.dispose());

  const tag = (id: string, slugKey = id) => {
    const row = { id, name: `وسم ${id}`, sortKey: id, slug: slugKey, slugKey, description: null };
    return { ...row, createdAt: at, updatedAt: at };
  };
  const stored = async () => db.read.select().from(db.tables.tags).orderBy(db.tables.tags.id);

  it('are stored as they were given, with the defaults of what was not', async () => {
    const rows = Array.from({ length: 3000 }, (_, n) => tag(String(10_000 + n)));
    await db.write((tx) => tx.insertMany(db.tables.tags, rows));
    expect(await stored()).toEqual(rows.map((row) => ({ ...row, version: 1, n: expect.any(Number) })));
    await db.write((tx) => tx.insertMany(db.tables.tags, []));
  });

  it('answer what was asked of those that were inserted, and leave out what is taken, in the same call too', async () => {
    const { tags, facets } = db.tables;
    const skipped = await db.write(async (tx) => {
      await tx.insertMany(tags, [tag('1')]);
      const rows = [tag('1', 'x'), tag('2'), tag('3', '2'), tag('4')];
      return tx.insertMany(tags, rows, { taken: 'skip', returning: ['id', 'slugKey'] });
    });
    expect(skipped.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual([
      { id: '2', slugKey: '2' },
      { id: '4', slugKey: '4' },
    ]);
    const made = await db.write((tx) =>
      tx.insertMany(facets, [{ text: 'a' }, { text: 'b' }], { returning: ['id', 'text'] }),
    );
    expect(await db.read.select({ id: facets.id, text: facets.text }).from(facets).orderBy(facets.id)).toEqual(made);
  });

  it('take the places of those with the same key', async () => {
    const { idempotencyKeys: keys } = db.tables;
    const row = { scope: 's', key: '1', requestHash: 'h', status: 0, headers: {}, body: '', createdAt: at };
    const rows = [
      { ...row, status: 201, headers: { etag: '"1"' }, body: 'خبر' },
      { ...row, key: '2' },
    ];
    await db.write(async (tx) => {
      await tx.insertMany(keys, [row]);
      await tx.insertMany(keys, rows, { taken: 'replace' });
    });
    expect(await db.read.select().from(keys).orderBy(keys.key)).toEqual(rows);
  });

  it('are none of them stored when one is refused, and the constraint is named', async () => {
    const inserting = db.write((tx) => tx.insertMany(db.tables.tags, [tag('1'), tag('2', '1')]));
    const fault = await inserting.then(() => null, classifyDatabaseError);
    expect(fault).toEqual({ kind: 'unique', constraint: 'tags_slug_key' });
    expect(await stored()).toEqual([]);
  });
});
