import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { deskOf } from './desk.ts';

describeEachEngine('the date of an article', (engine) => {
  let room: Newsroom;
  beforeAll(async () => {
    room = await openNewsroom(engine);
  });
  afterAll(() => room.close());

  it('may be written as people write it, and is answered as machines do', async () => {
    const desk = deskOf(room);
    const line = 'اليوم الثلاثاء 11 نوفمبر 2025 01:00 صباحاً';
    const story = await desk.create({ publishedAt: line });
    expect(story.publishedAt).toBe('2025-11-10T22:00:00.000Z');
    const changed = await desk.patch(story.id, { publishedAt: '١٢ تشرين الثاني ٢٠٢٥' });
    expect(changed.body.publishedAt).toBe('2025-11-11T21:00:00.000Z');
    expect((await desk.patch(story.id, { publishedAt: null })).body.publishedAt).toBeNull();
  });

  it('is on the clocks of the site as its settings are now', async () => {
    const headers = { 'if-match': '*' };
    const body = { timeZone: 'Africa/Casablanca', locale: 'ar-MA' };
    await room.call('/v1/editorial/settings', { as: 'admin', method: 'PATCH', body, headers });
    const story = await deskOf(room).create({ publishedAt: '11 نونبر 2025 00:30' });
    expect(story.publishedAt).toBe('2025-11-10T23:30:00.000Z');
    expect(story.locale).toBe('ar-MA');
  });

  it.each(['أمس', '31 شباط 2025', 'الاثنين 11 نوفمبر 2025'])('is refused when it is «%s»', async (publishedAt) => {
    const body = { headline: 'خبر', publishedAt };
    const headers = { 'accept-language': 'ar' };
    const answer = await room.call('/v1/editorial/articles', { as: 'editor', body, headers });
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toMatchObject([{ pointer: '/publishedAt', code: 'invalid_date' }]);
    expect(answer.body.errors[0].message).toContain('على وجه اليقين');
  });
});
