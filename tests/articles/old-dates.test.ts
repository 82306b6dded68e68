import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { openDatabase } from '../../src/db/open.ts';
import { publishMany } from '../delivery/many.ts';
import { describeEachEngine } from '../support/engines.ts';
import { openNewsroom } from '../support/newsroom.ts';
import { deskOf } from './desk.ts';

describeEachEngine('articles of an archive', (engine) => {
  it('keep the dates of old newspapers, wherever the database server stands', async () => {
    const room = await openNewsroom(engine);
    if (engine === 'postgres') {
      const name = new URL(room.url).pathname.slice(1);
      await room.db.write((tx) => tx.run(sql.raw(`ALTER DATABASE ${name} SET timezone = 'Asia/Damascus'`)));
    }
    for (const publishedAt of ['1000-01-01T00:00:00.000Z', '1828-12-03T05:30:00.001Z', '9999-12-31T23:59:59.999Z'])
      await deskOf(room).create({ publishedAt });
    const second = await openDatabase(room.url);
    const { publishedAt } = second.tables.articles;
    const rows = await second.read.select({ publishedAt }).from(second.tables.articles).orderBy(publishedAt);
    expect(rows.map((row) => row.publishedAt?.toISOString())).toEqual([
      '1000-01-01T00:00:00.000Z',
      '1828-12-03T05:30:00.001Z',
      '9999-12-31T23:59:59.999Z',
    ]);
    await second.close();
    await room.close();
  });

  it('are counted by month to the last, also where an older import has let in dates that stand for none', async () => {
    const room = await openNewsroom(engine);
    await publishMany(
      room,
      ['1000-01-01T00:00:00Z', '0099-12-31T22:00:00Z', '0001-01-01T00:00:00Z'].map((at) => ({
        publishedAt: new Date(at),
      })),
    );
    const { status, body } = await room.call('/v1/archive');
    expect([status, body]).toEqual([
      200,
      {
        data: [
          { month: '1000-01', count: 1 },
          { month: '0100-01', count: 1 },
          { month: '0001-01', count: 1 },
        ],
        total: 3,
      },
    ]);
    // PostgreSQL has no such year.
    if (engine === 'sqlite') await publishMany(room, [{ publishedAt: new Date('0000-06-15T00:00:00Z') }]);
    expect((await room.call('/v1/archive')).status).toBe(200);
    await room.close();
  });
});
