import { afterEach, beforeEach, expect, it } from 'vitest';
import { articlesUrl, type Desk, deskOf } from '../articles/desk.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';

type Shown = { id: string; anchor: string; heading: string | null; position: number; version: number };

describeEachEngine('several editors on one story', (engine) => {
  let room: Newsroom;
  let desk: Desk;
  let article: { id: string; sections: Shown[] };
  let url: string;
  beforeEach(async () => {
    room = await openNewsroom(engine);
    desk = deskOf(room);
    article = await desk.create({ sections: ['أ', 'ب', 'ج', 'د'].map((heading) => ({ heading })) });
    url = desk.sectionsOf(article.id);
  });
  afterEach(() => room.close());

  const list = async () => (await room.call(url, { as: 'editor' })).body.data as Shown[];

  it('save their own sections, and the headline, at the same time', async () => {
    const answers = await Promise.all([
      ...article.sections.map(({ id }, n) =>
        desk.send('PATCH', `${url}/${id}`, { body: { text: `نص ${n}` } }, 'editor', '"v1"'),
      ),
      desk.patch(article.id, { headline: 'عنوان جديد' }, 'editor', '"v1"'),
    ]);
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200, 200]);
    const read = (await desk.read(article.id)).body;
    expect(read.headline).toBe('عنوان جديد');
    const texts = read.sections.map(
      ({ body }: { body: { children: { text: string }[] }[] }) => body[0]?.children[0]?.text,
    );
    expect(texts).toEqual(['نص 0', 'نص 1', 'نص 2', 'نص 3']);
  });

  it('on one section: exactly one wins, the others are told', async () => {
    const section = `${url}/${article.sections[0]?.id}`;
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => desk.send('PATCH', section, { heading: `محرر ${n}` }, 'editor', '"v1"')),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, ...Array(9).fill(412)]);
    const winner = answers.find((answer) => answer.status === 200);
    expect((await list())[0]).toMatchObject({ heading: winner?.body.heading, version: 2 });
  });

  it('that reorder at once leave one of their orders, whole', async () => {
    const [a, b, c, d] = article.sections.map((section) => section.id);
    const orders = [
      [d, c, b, a],
      [b, a, d, c],
      [c, d, a, b],
    ];
    const answers = await Promise.all(orders.map((ids) => desk.send('PUT', `${url}/order`, { ids })));
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
    const after = await list();
    expect(orders).toContainEqual(after.map((section) => section.id));
    expect(after.map((section) => section.position)).toEqual([0, 1, 2, 3]);
  });

  it('that reorder the list they both read: exactly one wins', async () => {
    const ids = article.sections.map((section) => section.id);
    const answers = await Promise.all(
      [ids.toReversed(), [...ids.slice(1), ids[0]]].map((order) =>
        desk.send('PUT', `${url}/order`, { ids: order }, 'editor', '"v1"'),
      ),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 412]);
  });

  it('that add, delete and move at once leave places without gaps and anchors without doubles', async () => {
    const [a, b, c, d] = article.sections.map((section) => section.id);
    const answers = await Promise.all([
      ...Array.from({ length: 8 }, (_, n) =>
        room.call(url, { as: 'editor', body: { heading: 'جديد', position: n % 3 } }),
      ),
      desk.send('DELETE', `${url}/${a}`),
      desk.send('DELETE', `${url}/${c}`),
      desk.send('PUT', `${url}/order`, { ids: [d, c, b, a] }),
    ]);
    expect(answers.slice(0, 8).map((answer) => answer.status)).toEqual(Array(8).fill(201));
    expect(answers.slice(8, 10).map((answer) => answer.status)).toEqual([204, 204]);
    expect([200, 409]).toContain(answers[10]?.status);
    const after = await list();
    expect(after.map((section) => section.position)).toEqual(after.map((_, index) => index));
    expect(after).toHaveLength(10);
    expect(new Set(after.map((section) => section.anchor)).size).toBe(10);
  });

  it('of which one deletes the story leave nothing of it', async () => {
    const answers = await Promise.all([
      desk.remove(article.id),
      ...article.sections.map(({ id }) => desk.send('PATCH', `${url}/${id}`, { heading: 'x' })),
      room.call(url, { as: 'editor', body: { heading: 'y' } }),
    ]);
    expect(answers[0]?.status).toBe(204);
    for (const answer of answers.slice(1)) expect([200, 201, 404]).toContain(answer.status);
    expect((await room.call(`${articlesUrl}/${article.id}`, { as: 'editor' })).status).toBe(404);
    expect(await room.db.read.$count(room.db.tables.sections)).toBe(0);
  });
});
