import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { type Press, pressOf } from './press.ts';

const sections = [
  { heading: 'أولًا', body: { text: 'نص القسم الأول.\n\nوفقرة ثانية.' } },
  { heading: 'ثانيًا', body: { markdown: 'نص **مهم** في القسم الثاني.' } },
  { heading: 'ثالثًا', body: { text: 'نص القسم الثالث.' } },
];

describeEachEngine('the working copy of a published article', (engine) => {
  let room: Newsroom;
  let press: Press;
  beforeEach(async () => {
    room = await openNewsroom(engine);
    press = pressOf(room);
  });
  afterEach(() => room.close());

  type Section = { id: string; heading: string; body: unknown[]; version: number };
  const read = async (id: string): Promise<Section[]> =>
    (await room.call(press.sectionsOf(id), { as: 'editor' })).body.data;
  const storedBodies = async () => {
    const rows = await room.db.read.select().from(room.db.tables.sections);
    return rows.filter((row) => row.body !== null).length;
  };

  it('keeps its sections whole through publishing and taking back, for now and for good', async () => {
    const { id } = await press.create({ headline: 'قمة', sections });
    const other = await press.create({ headline: 'مسودة', sections });
    const before = await read(id);
    expect(before.map((section) => section.body.length)).toEqual([2, 1, 1]);
    const steps = [press.publish, press.publish, press.unpublish, press.publish, press.kill];
    for (const step of steps) {
      expect((await step(id)).status).toBe(200);
      expect(await read(id)).toEqual(before);
      const [first] = before;
      expect((await room.call(`${press.sectionsOf(id)}/${first?.id}`, { as: 'editor' })).body).toEqual(first);
    }
    expect((await press.read(other.id)).body.sections).toEqual(other.sections);
  });

  it('stores a body once while readers see the same, and apart as soon as it is changed', async () => {
    const { id } = await press.article({ headline: 'قمة', sections });
    expect(await storedBodies()).toBe(0);
    const [first, second, third] = (await read(id)) as [Section, Section, Section];
    const url = (section: Section) => `${press.sectionsOf(id)}/${section.id}`;
    const shown = (await press.get(id)).body.sections;
    const changed = await press.send('PATCH', url(first), { body: { text: 'نص جديد.' } });
    expect(changed.status).toBe(200);
    const renamed = await press.send('PATCH', url(second), { heading: 'عنوان جديد' });
    expect(renamed.body).toMatchObject({ heading: 'عنوان جديد', body: second.body });
    expect(await storedBodies()).toBe(1);
    expect((await press.get(id)).body.sections).toEqual(shown);
    expect((await read(id)).map((section) => section.body)).toEqual([changed.body.body, second.body, third.body]);
    await press.send('DELETE', url(third));
    expect((await press.unpublish(id)).status).toBe(200);
    expect(await storedBodies()).toBe(2);
    expect((await read(id)).map((section) => section.body)).toEqual([changed.body.body, second.body]);
  });

  it('of which a section is read while it is published and taken back is never read without its body', async () => {
    const { id } = await press.create({ headline: 'قمة', sections });
    const before = await read(id);
    const readings: Promise<Section[]>[] = [];
    for (let round = 0; round < 8; round++) {
      const step = round % 2 === 0 ? press.publish(id) : press.unpublish(id);
      readings.push(read(id), read(id), read(id));
      await step;
      readings.push(read(id));
    }
    for (const reading of readings)
      expect((await reading).map((each) => each.body)).toEqual(before.map((each) => each.body));
  });
});
