import { afterEach, beforeEach, expect, it } from 'vitest';
import { anotherPerson, articlesUrl } from '../articles/desk.ts';
import { exportOf, importInto } from '../imports/newsrooms.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { type Press, pressOf } from './press.ts';

describeEachEngine('what is killed', (engine) => {
  let room: Newsroom;
  let press: Press;
  beforeEach(async () => {
    room = await openNewsroom(engine);
    press = pressOf(room);
  });
  afterEach(() => room.close());

  const refusedAs = ({ status, body }: { status: number; body: { code: string } }) => [status, body.code];

  const taken = async (slug: string) =>
    refusedAs(await room.call(articlesUrl, { as: 'editor', body: { headline: 'خبر آخر', slug } }));

  it('is not deleted by anybody, so that its addresses lead to no other story', async () => {
    const { id } = await press.article({ slug: 'قديم' });
    await press.patch(id, { slug: 'جديد' });
    await press.publish(id);
    expect((await press.kill(id)).status).toBe(200);
    for (const as of ['editor', 'admin']) {
      const refused = await press.remove(id, as);
      expect([refusedAs(refused), refused.body.detail]).toEqual([
        [409, 'conflict'],
        expect.stringContaining('سُحب هذا المقال نهائيًا'),
      ]);
    }
    for (const address of ['قديم', 'جديد']) {
      expect((await press.get(address)).status).toBe(410);
      expect(await taken(address)).toEqual([409, 'already-exists']);
    }
  });

  it('is killed by those who publish everybody’s articles, not by its author', async () => {
    const { id } = await press.create({}, 'author');
    await press.publish(id, 'author');
    const own = await anotherPerson(room, null, ['articles:read', 'articles:publish-own']);
    for (const as of ['author', own]) expect(refusedAs(await press.kill(id, as))).toEqual([403, 'forbidden']);
    expect((await press.kill(id, 'contributor')).status).toBe(404);
    expect((await press.get(id)).status).toBe(200);
    await press.unpublish(id, 'author');
    expect((await press.kill(id, 'author')).status).toBe(403);
    const all = await anotherPerson(room, null, ['articles:publish']);
    expect((await press.kill(id, all)).status).toBe(200);
  });

  it('stays as it was once it is killed: nobody changes it or its sections', async () => {
    const made = await press.create({ sections: [{ heading: 'أ' }, { heading: 'ب' }] }, 'author');
    const { id } = made;
    await press.publish(id);
    await press.kill(id);
    const before = await press.read(id);
    const sections = press.sectionsOf(id);
    const [first, second] = made.sections.map((section: { id: string }) => section.id);
    for (const as of ['author', 'editor', 'admin']) {
      const answers = [
        await press.patch(id, { headline: 'غيره' }, as),
        await press.patch(id, { slug: 'غيره' }, as),
        await room.call(sections, { as, body: { heading: 'ج' } }),
        await press.send('PATCH', `${sections}/${first}`, { heading: 'ج' }, as),
        await press.send('DELETE', `${sections}/${first}`, undefined, as),
        await press.send('PUT', `${sections}/order`, { ids: [second, first] }, as),
      ];
      for (const answer of answers)
        expect([refusedAs(answer), answer.body.detail]).toEqual([
          [409, 'conflict'],
          expect.stringContaining('سُحب هذا المقال نهائيًا'),
        ]);
    }
    expect((await press.read(id)).text).toBe(before.text);
  });

  it('is deleted as long as it was only unpublished, with its comments once all of them are', async () => {
    const { id, slug } = await press.article();
    const said = await press.comment(id, 'تعليق على الخبر');
    expect(refusedAs(await press.remove(id))).toEqual([409, 'conflict']);
    await press.unpublish(id);
    expect(refusedAs(await press.remove(id))).toEqual([409, 'in-use']);
    expect((await room.call(`/v1/editorial/comments/${said.id}`, { as: 'editor', method: 'DELETE' })).status).toBe(204);
    expect((await press.remove(id)).status).toBe(204);
    expect((await room.call(articlesUrl, { as: 'editor', body: { headline: 'خبر آخر', slug } })).status).toBe(201);
  });

  it('keeps the addresses that readers have seen, also where an older export makes it a draft again', async () => {
    const { id, slug } = await press.create();
    const asDraft = (await exportOf(room.db)).split('\n').filter((line) => line.includes(id));
    await press.publish(id);
    expect(await importInto(room.db, asDraft)).toMatchObject({ updated: 1, problems: [] });
    expect(await importInto(room.db, asDraft)).toMatchObject({ unchanged: 1, problems: [] });
    expect((await press.read(id)).body.status).toBe('draft');
    await press.patch(id, { slug: 'جديد' });
    expect(await taken(slug)).toEqual([409, 'already-exists']);
  });
});
