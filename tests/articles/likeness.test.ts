import { setTimeout as sleep } from 'node:timers/promises';
import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lockArticle } from '../../src/articles/working-copy.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { anotherPerson, articlesUrl, deskOf, pretendPublished } from './desk.ts';

const dayMs = 24 * 3600_000;
const headline = 'سوريا توقع إعلان تعاون سياسي مع التحالف الدولي';
const lead = 'وقّعت سوريا إعلان تعاون سياسي مع التحالف الدولي ضد تنظيم الدولة بعد أشهر من المباحثات في دمشق وواشنطن.';
const text =
  'أعلنت وزارة الخارجية أن الإعلان وقّع مساء الاثنين في العاصمة، وأنه يفتح الباب أمام تنسيق أوسع في ملفات الأمن والحدود. وقال مصدر دبلوماسي إن الطرفين اتفقا على عقد اجتماعات دورية لمتابعة ما تم الاتفاق عليه.';
const story = { headline, lead, sections: [{ heading: 'تفاصيل الإعلان', body: { text } }] };
// The same story as an agency’s other subscriber writes it: vowel marks, tatweel, another seat of hamza, one word more.
const twin = {
  headline: headline.replace('سوريا', 'سُوريا'),
  lead: lead.replace('إعلان', 'اعلان'),
  sections: [{ heading: 'تفاصيل الاعلان', body: { text: `${text.replace('العاصمة', 'العاصـــمة')} والله أعلم.` } }],
};
const other = {
  headline: 'منتخب اليد يفوز على نظيره في افتتاح البطولة',
  lead: 'حقق المنتخب فوزه الأول في البطولة بعد مباراة مثيرة انتهت بفارق هدفين أمام جمهور كبير في الصالة الرياضية.',
};

describeEachEngine('saving a story that is nearly another', (engine) => {
  let room: Newsroom;
  beforeEach(async () => {
    room = await openNewsroom(engine);
  });
  afterEach(() => room.close());

  it('names the other, draft or published, and how alike they are', async () => {
    const desk = deskOf(room);
    const first = await desk.create(story);
    expect(first.similar).toBeUndefined();
    expect((await desk.create(other)).similar).toBeUndefined();
    await pretendPublished(room, first.id);
    const second = await desk.create(twin);
    const { id, updatedAt } = first;
    expect(second.similar).toEqual([{ id, headline, status: 'published', similarity: expect.any(Number), updatedAt }]);
    expect(second.similar[0].similarity).toBeGreaterThan(0.7);
    const changed = await desk.patch(first.id, { urgency: 3 });
    expect(changed.body.similar).toMatchObject([{ id: second.id, status: 'draft' }]);
    expect((await desk.read(first.id)).body).not.toHaveProperty('similar');
  });

  it('names none that has only half of it', async () => {
    const desk = deskOf(room);
    await desk.create(story);
    expect((await desk.create({ ...story, ...other })).similar).toBeUndefined();
  });

  it('knows what the other says since it was changed', async () => {
    const desk = deskOf(room);
    const { id } = await desk.create({ headline, lead });
    await desk.patch(id, other);
    expect((await desk.create({ headline, lead })).similar).toBeUndefined();
    expect((await desk.create(other)).similar).toMatchObject([{ id }]);
  });

  it('notices when a section makes it so, and when one takes it away', async () => {
    const desk = deskOf(room);
    const first = await desk.create(story);
    const bare = await desk.create({ headline: other.headline });
    expect(bare.similar).toBeUndefined();
    const url = desk.sectionsOf(bare.id);
    const body = { heading: 'تفاصيل الإعلان', body: { text: `${headline}\n\n${lead}\n\n${text}` } };
    const section = await room.call(url, { as: 'editor', body });
    expect(section.body.similar).toMatchObject([{ id: first.id }]);
    const changed = await desk.send('PATCH', `${url}/${section.body.id}`, { body: { text: other.lead } });
    expect(changed.body.similar).toBeUndefined();
    await desk.send('PATCH', `${url}/${section.body.id}`, body);
    await desk.send('DELETE', `${url}/${section.body.id}`);
    expect((await desk.patch(first.id, { urgency: 1 })).body.similar).toBeUndefined();
  });

  it('knows what two colleagues have made of it at the same time', async () => {
    const desk = deskOf(room);
    const first = await desk.create(story);
    const shared = await desk.create({ headline: other.headline, sections: [{ heading: 'أ' }, { heading: 'ب' }] });
    room.pass(1000);
    const halves = [`${headline}\n\n${lead}`, text];
    const released = Promise.withResolvers<void>();
    const holding = room.db.write(async (tx) => {
      await lockArticle(tx, room.db.tables, shared.id);
      await released.promise;
    });
    const saving = halves.map((half, n) => {
      const url = `${desk.sectionsOf(shared.id)}/${shared.sections[n].id}`;
      return desk.send('PATCH', url, { heading: null, body: { text: half } });
    });
    // Both have read the story by then.
    await sleep(200);
    released.resolve();
    const saved = await Promise.all(saving);
    await holding;
    expect(saved.map(({ status }) => status)).toEqual([200, 200]);
    const { similar } = (await desk.patch(first.id, { urgency: 1 })).body;
    expect(similar).toMatchObject([{ id: shared.id }]);
    // By one of the halves alone it is half.
    expect(similar[0].similarity).toBeGreaterThan(0.7);
  });

  it('says nothing of articles that the actor may not read', async () => {
    const desk = deskOf(room);
    const [one, two] = [await anotherPerson(room, 'author'), await anotherPerson(room, 'author')];
    const theirs = await desk.create(story, one);
    expect((await desk.create(twin, two)).similar).toBeUndefined();
    expect((await desk.create(twin, one)).similar).toMatchObject([{ id: theirs.id }]);
    const blind = await anotherPerson(room, null, ['articles:create']);
    expect((await desk.create(twin, blind)).similar).toBeUndefined();
    expect((await desk.create(twin)).similar).toHaveLength(4);
  });

  it('answers a repeated request with what the first was told', async () => {
    const desk = deskOf(room);
    await desk.create(story);
    const call = () =>
      room.call(articlesUrl, { as: 'editor', body: twin, headers: { 'idempotency-key': 'one-and-the-same' } });
    const [first, again] = [await call(), await call()];
    expect(first.body.similar).toHaveLength(1);
    expect(again.text).toBe(first.text);
  });

  it('names at most five, best first', async () => {
    const desk = deskOf(room);
    const changed = { ...story, lead: other.lead };
    const near = await desk.create(changed);
    for (let copies = 0; copies < 6; copies++) await desk.create(story);
    const { similar } = await desk.create(story);
    expect(similar).toHaveLength(5);
    expect(similar.map((each: { similarity: number }) => each.similarity)).toEqual([1, 1, 1, 1, 1]);
    expect(similar.map((each: { id: string }) => each.id)).not.toContain(near.id);
  });

  it('compares stories of the last seven days, and keeps nothing of older ones', async () => {
    const desk = deskOf(room);
    const first = await desk.create(story);
    room.pass(6 * dayMs);
    expect((await desk.create(twin)).similar).toMatchObject([{ id: first.id }]);
    room.pass(2 * dayMs);
    const late = await desk.create(story);
    expect(late.similar.map((each: { similarity: number }) => each.similarity)).toHaveLength(1);
    expect(late.similar[0].id).not.toBe(first.id);
    const { likenessBands, articleLikeness } = room.db.tables;
    for (const table of [likenessBands, articleLikeness])
      expect(await room.db.read.select().from(table).where(eq(table.articleId, first.id))).toEqual([]);
    room.pass(6 * dayMs);
    expect((await desk.patch(first.id, { urgency: 2 })).body.similar).toMatchObject([{ id: late.id }]);
  });

  it('forgets a story that is deleted, and compares none of a few words', async () => {
    const desk = deskOf(room);
    const first = await desk.create(story);
    expect((await desk.remove(first.id)).status).toBe(204);
    expect((await desk.create(twin)).similar).toBeUndefined();
    await desk.create({ headline: 'عاجل' });
    expect((await desk.create({ headline: 'عاجل' })).similar).toBeUndefined();
  });
});
