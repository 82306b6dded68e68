import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { readersOf } from './readers.ts';

describeEachEngine('names that the settings keep from readers', (engine) => {
  let room: Newsroom;
  let articleId: string;
  beforeAll(async () => {
    room = await openNewsroom(engine, { KHABAR_SITE_NAME: 'خبر' });
    articleId = (await readersOf(room).article()).id;
  });
  afterAll(() => room.close());

  let comments = 0;
  const statusAs = async (name: string) =>
    (await readersOf(room).send(articleId, { body: `تعليق ${++comments}`, author: { name } })).status;

  it('are those of a newsroom’s offices unless it chooses others', async () => {
    for (const name of ['الإدارة', 'اداره الموقع', 'هَيئة التحرير', 'رئيس-التحرير', 'Аdmin', 'Administrator', 'مشرف'])
      expect([name, await statusAs(name)]).toEqual([name, 422]);
    expect(await statusAs('محرر متقاعد')).toBe(201);
  });

  it('are refused from the moment they are set, however they are spelled, and free again afterwards', async () => {
    const set = (reservedNames: string[]) =>
      room.call('/v1/editorial/settings', {
        as: 'admin',
        method: 'PATCH',
        body: { reservedNames, name: 'صحيفة الشام' },
        headers: { 'if-match': '*' },
      });
    await set([]);
    expect(await statusAs('إدارة التحرير')).toBe(201);
    await set(['إدارة التحرير', 'Admin']);
    for (const name of ['إدارة التحرير', 'ادارة  التحـرير', 'إدَارة-التحرير', 'admin'])
      expect([name, await statusAs(name)]).toEqual([name, 422]);
    expect(await statusAs('صحيفه الشام')).toBe(422);
    expect(await statusAs('إدارة المدرسة')).toBe(201);
    await set([]);
    expect(await statusAs('إدارة التحرير')).toBe(201);
  });
});
