import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { type Press, pressOf } from './press.ts';

const forms = [
  ...['', '?render=html', '?render=text&fields=headline,sections', '?display=ar-SY', '?fields=url,seo,custom'],
  ...['?format=jsonld', '?format=ninjs', '?format=html', '?format=markdown', '?format=text'],
];

describeEachEngine('the preview of a working copy', (engine) => {
  let room: Newsroom;
  let press: Press;
  let story: object;
  beforeAll(async () => {
    room = await openNewsroom(engine);
    press = pressOf(room);
    const [category, tag, author] = [
      await press.term('categories', 'سياسة'),
      await press.term('tags', 'حلب'),
      await press.term('authors', 'ليلى حداد'),
    ];
    story = {
      headline: 'مسودة خبر',
      lead: 'مقدمة الخبر.',
      ...{ categoryId: category.id, tagIds: [tag.id], authors: [{ id: author.id, role: 'photographer' }] },
      seo: { title: 'عنوان للبحث' },
      custom: { layout: 'wide' },
      sections: [{ heading: 'تفاصيل', body: { markdown: 'نص **مهم**.\n\n![صورة](https://img.example/1.jpg)' } }],
    };
  });
  afterAll(() => room.close());

  const preview = (id: string, query = '', as = 'editor') =>
    room.call(`/v1/editorial/articles/${id}/preview${query}`, { as });

  it('is what readers get once it is published, in every form', async () => {
    const { id } = await press.create({ ...story, comments: { mode: 'closed' } });
    const before = new Map<string, Awaited<ReturnType<typeof preview>>>();
    for (const form of forms) before.set(form, await preview(id, form));
    expect((await press.get(id)).status).toBe(404);
    expect((await press.publish(id)).status).toBe(200);
    for (const [form, shown] of before) {
      const read = await press.get(id, form);
      expect([form, shown.status, shown.headers['content-type']]).toEqual([form, 200, read.headers['content-type']]);
      expect(shown.headers['cache-control']).toBe('no-store');
      // The clock went on meanwhile.
      expect(withoutTimes(shown.text)).toBe(withoutTimes(read.text));
    }
  });

  it('shows changes that readers do not see yet, beside the comments and the date that they see', async () => {
    const publishedAt = '2024-12-08T06:00:00.000Z';
    const { id } = await press.article({ ...story, headline: 'عنوان قديم', publishedAt });
    await press.comment(id, 'تعليق على الخبر');
    const body = { headline: 'عنوان جديد' };
    await press.send('PATCH', `/v1/editorial/articles/${id}`, { ...body, publishedAt: null });
    expect((await preview(id)).body).toMatchObject({ ...body, publishedAt, comments: { count: 1 } });
    expect((await press.get(id)).body).toMatchObject({ headline: 'عنوان قديم' });
  });

  it('has the tag with which what was seen is published, and nothing else', async () => {
    const { id } = await press.create(story);
    const seen = await preview(id, '?render=html');
    expect(seen.etag).toBe((await room.call(`/v1/editorial/articles/${id}`, { as: 'editor' })).etag);
    await press.send('PATCH', `/v1/editorial/articles/${id}`, { headline: 'غيّره زميل' });
    expect((await press.publish(id, 'editor', { 'if-match': String(seen.etag) })).status).toBe(412);
    const again = await preview(id);
    expect((await press.publish(id, 'editor', { 'if-match': String(again.etag) })).status).toBe(200);
  });

  it('is for those who may read the working copy', async () => {
    const { id } = await press.create(story);
    expect((await room.call(`/v1/editorial/articles/${id}/preview`)).status).toBe(401);
    expect((await preview(id, '', 'contributor')).status).toBe(404);
    expect((await preview('0198c0de-0000-7000-8000-000000000000')).status).toBe(404);
    expect((await preview(id, '?format=pdf')).status).toBe(400);
    expect((await preview(id, '?format=html&render=html')).status).toBe(400);
  });
});

function withoutTimes(text: string): string {
  return text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z|\d\d:\d\d/g, '');
}
