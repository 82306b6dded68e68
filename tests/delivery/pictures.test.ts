import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Press, pressOf } from '../publishing/press.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';

const picture = { _type: 'image', url: 'https://cdn.example/قلعة.jpg', alt: 'قلعة حلب', credit: 'وكالة', width: 1200 };
const shown = { url: picture.url, alt: 'قلعة حلب', credit: 'وكالة', width: 1200, height: null };

describeEachEngine('the picture of a teaser', (engine) => {
  let room: Newsroom;
  let press: Press;
  beforeAll(async () => {
    room = await openNewsroom(engine);
    press = pressOf(room);
  });
  afterAll(() => room.close());

  const withPictures = () =>
    press.article({
      headline: 'ترميم القلعة',
      sections: [
        { body: { text: 'نص بلا صورة.' } },
        { body: [picture, { _type: 'image', url: 'https://cdn.example/2.jpg' }] },
      ],
    });

  it('is the first of its sections, wherever articles are shown', async () => {
    const { id } = await withPictures();
    const { image } = (await press.get(id)).body;
    expect(image).toEqual(shown);
    expect((await room.call('/v1/articles?fields=image&limit=1')).body.data).toEqual([{ image }]);
    expect((await room.call('/v1/search', { query: { q: 'ترميم' } })).body.data[0].image).toEqual(image);
    expect((await room.call(`/v1/editorial/articles/${id}/preview`, { as: 'editor' })).body.image).toEqual(image);
    const near = await press.article({ headline: 'ترميم القلعة ينتهي' });
    const { data } = (await press.get(near.id, '/related')).body;
    expect(data.find((each: { id: string }) => each.id === id).image).toEqual(image);
  });

  it('is null where there is none, and another one once that was published', async () => {
    const { id } = await press.article({ sections: [{ body: { text: 'نص.' } }] });
    const before = await press.get(id);
    expect(before.body.image).toBeNull();
    await room.call(`/v1/editorial/articles/${id}/sections`, { as: 'editor', body: { body: [picture] } });
    await press.publish(id);
    const after = await press.get(id);
    expect([after.body.image, after.headers.etag === before.headers.etag]).toEqual([shown, false]);
  });

  it('makes no article look changed that was published before cards had one', async () => {
    const { id } = await withPictures();
    const { publications } = room.db.tables;
    await room.db.write(async (tx) => {
      const [row] = await tx.select().from(publications).where(eq(publications.articleId, id));
      const { image: _, ...card } = JSON.parse(String(row?.card));
      await tx
        .update(publications)
        .set({ card: Buffer.from(JSON.stringify(card)) })
        .where(eq(publications.articleId, id));
      tx.announce('everything');
    });
    expect((await press.get(id)).body).not.toHaveProperty('image');
    const { publication } = (await room.call(`/v1/editorial/articles/${id}`, { as: 'editor' })).body;
    expect(publication.isCurrent).toBe(true);
    await press.publish(id);
    expect((await press.get(id)).body.image).toEqual(shown);
  });
});
