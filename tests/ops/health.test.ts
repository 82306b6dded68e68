import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { describeEachEngine } from '../support/engines.ts';
import { openNewsroom } from '../support/newsroom.ts';

describeEachEngine('health', (engine) => {
  let newsroom: Awaited<ReturnType<typeof openNewsroom>>;
  beforeEach(async () => {
    newsroom = await openNewsroom(engine);
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await newsroom.close();
  });

  it.each(['/livez', '/readyz'])('answers %s to everybody, and never from a cache', async (url) => {
    const answer = await newsroom.call(url);
    expect(answer).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(answer.headers['cache-control']).toBe('no-store');
    expect((await newsroom.call(`${url}?x=1`)).status).toBe(400);
  });

  it('is not ready where the database does not answer, and lives all the same', async () => {
    vi.spyOn(newsroom.db, 'ping').mockRejectedValue(new Error('gone'));
    expect(await newsroom.call('/readyz')).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect((await newsroom.call('/livez')).status).toBe(200);
  });

  it('is not ready where the database hangs', async () => {
    vi.spyOn(newsroom.db, 'ping').mockReturnValue(new Promise(() => {}));
    expect(await newsroom.call('/readyz')).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  });

  it('is not ready on a schema that is not its own', async () => {
    const table = engine === 'postgres' ? sql`drizzle.__drizzle_migrations` : sql`__drizzle_migrations`;
    await newsroom.db.write((tx) => tx.run(sql`insert into ${table} (hash, created_at) values ('x', 9999999999999)`));
    expect(await newsroom.call('/readyz')).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  });
});
