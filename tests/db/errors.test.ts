import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database, Tx } from '../../src/db/database.ts';
import { classifyDatabaseError, type DatabaseFault } from '../../src/db/errors.ts';
import { openDatabase } from '../../src/db/open.ts';
import { describeEachEngine, freshDatabase } from '../support/engines.ts';
import { setting } from './rows.ts';

describeEachEngine('a broken constraint is named alike on both engines', (engine) => {
  let opened: Awaited<ReturnType<typeof freshDatabase>>;
  let db: Database;
  const at = new Date(0);
  const stamps = { createdAt: at, updatedAt: at };
  const category = (id: string, slugKey: string, parentId: string | null = null) => ({
    ...{ id, parentId, name: id, sortKey: id, slug: slugKey, slugKey, description: null },
    ...stamps,
  });
  beforeAll(async () => {
    opened = await freshDatabase(engine);
    db = opened.db;
    await db.write(async (tx) => {
      await setting(db, tx, 'taken');
      await tx.insert(db.tables.categories).values([category('a', 'first'), category('b', 'second', 'a')]);
      await tx.insert(db.tables.idempotencyKeys).values(key);
    });
  });
  afterAll(() => opened.dispose());

  const key = { scope: 's', key: 'k', requestHash: '', status: 200, headers: {}, body: '', createdAt: at };
  const cases: [string, (tx: Tx) => PromiseLike<unknown>, DatabaseFault][] = [
    [
      'a unique index',
      (tx) => tx.insert(db.tables.categories).values(category('c', 'first')),
      { kind: 'unique', constraint: 'categories_slug_key' },
    ],
    ['a primary key', (tx) => setting(db, tx, 'taken'), { kind: 'unique', constraint: 'settings_pkey' }],
    [
      'a primary key of two columns',
      (tx) => tx.insert(db.tables.idempotencyKeys).values(key),
      { kind: 'unique', constraint: 'idempotency_keys_pk' },
    ],
    [
      'a reference to nothing',
      (tx) => tx.insert(db.tables.categories).values(category('d', 'fourth', 'nobody')),
      { kind: 'foreign-key' },
    ],
    [
      'a reference to what is deleted',
      (tx) => tx.delete(db.tables.categories).where(eq(db.tables.categories.id, 'a')),
      { kind: 'foreign-key' },
    ],
    [
      'a value that is missing',
      (tx) => tx.run(sql`insert into settings (name, value) values ('x', '1')`),
      { kind: 'not-null', constraint: 'settings.updated_at' },
    ],
  ];
  it.each(cases)('%s', async (_, work, fault) => {
    const error = await db.write(async (tx) => work(tx)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(classifyDatabaseError(error)).toEqual(fault);
  });

  it('unless it is none', () => {
    expect(classifyDatabaseError(new Error('no'))).toBeNull();
    expect(classifyDatabaseError(Object.assign(new Error('no'), { code: 'FST_ERR' }))).toBeNull();
    expect(classifyDatabaseError('no')).toBeNull();
  });

  it('and a closed database is one that is not available', async () => {
    const another = await openDatabase(opened.url);
    await another.close();
    const error = await another.write(async () => {}).catch((reason: unknown) => reason);
    expect(classifyDatabaseError(error)).toEqual({ kind: 'unavailable' });
  });
});

describe('the driver’s own complaints about connections', () => {
  it.each([
    ['08006', 'unavailable'],
    ['57P01', 'unavailable'],
    ['53300', 'unavailable'],
    ['3D000', 'unavailable'],
    ['53100', 'full'],
    ['40001', 'busy'],
    ['40P01', 'busy'],
    ['57014', 'busy'],
    ['22021', 'invalid-text'],
    ['ECONNREFUSED', 'unavailable'],
    ['SQLITE_BUSY_SNAPSHOT', 'busy'],
    ['SQLITE_IOERR_WRITE', 'unavailable'],
    ['SQLITE_FULL', 'full'],
    ['SQLITE_READONLY', 'unavailable'],
    ['25006', 'unavailable'],
  ])('%s means %s', (code, kind) => {
    expect(classifyDatabaseError(Object.assign(new Error('x'), { code }))?.kind).toBe(kind);
  });

  it.each([
    'Connection terminated unexpectedly',
    'timeout exceeded when trying to connect',
    'Client has encountered a connection error and is not queryable',
  ])('%s', (message) => {
    expect(classifyDatabaseError(new Error(message))?.kind).toBe('unavailable');
  });
});
