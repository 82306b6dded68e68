import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { openDatabase } from '../../src/db/open.ts';
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
});
