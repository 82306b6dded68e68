import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { articlesUrl } from '../articles/desk.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';

const day = 24 * 3600_000;

describeEachEngine('what has run out', (engine) => {
  let room: Newsroom;
  beforeAll(async () => {
    room = await openNewsroom(engine);
  });
  afterAll(() => room.close());

  it('is forgotten without anybody coming by, and not before', async () => {
    const { sessions, idempotencyKeys, loginFailures, articleLikeness, likenessBands } = room.db.tables;
    const count = async () =>
      Promise.all(
        [sessions, idempotencyKeys, loginFailures, articleLikeness, likenessBands].map((table) =>
          room.db.read.$count(table),
        ),
      );
    const person = { email: 'layla@example.org', name: 'ليلى حداد', role: 'editor', password: 'كلمة مرور طويلة' };
    await room.call('/v1/editorial/users', { as: 'admin', body: person });
    const { email, password } = person;
    await room.call('/v1/editorial/sessions', { body: { email, password } });
    await room.call('/v1/editorial/sessions', { body: { email: 'nobody@example.org', password } });
    const story = { headline: 'سوريا توقع إعلان تعاون سياسي مع التحالف الدولي لمحاربة التنظيم في دمشق' };
    await room.call(articlesUrl, { as: 'editor', body: story, headers: { 'idempotency-key': 'one' } });
    const before = await count();
    expect(before.every((rows) => rows > 0)).toBe(true);

    room.pass(3600_000);
    expect(await room.runJobs()).toContain('forget-old');
    expect(await count()).toEqual(before);
    room.pass(2 * day);
    await room.runJobs();
    expect(await count()).toEqual([0, 0, 0, before[3], before[4]]);
    room.pass(5 * day);
    await room.runJobs();
    expect(await count()).toEqual([0, 0, 0, 0, 0]);
    const [row] = await room.db.read
      .select()
      .from(room.db.tables.jobs)
      .where(eq(room.db.tables.jobs.name, 'forget-old'));
    expect(row).toMatchObject({ lockedUntil: null, lastRunAt: room.clock() });
  });
});
