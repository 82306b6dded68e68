import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';

const password = 'كلمة مرور طويلة';
/** An embedding that turns what follows around, and a letter nobody sees. */
const dirty = (text: string) => `\u202e${text}\u200b`;

describeEachEngine('every text that is written', (engine) => {
  let room: Newsroom;
  beforeAll(async () => {
    room = await openNewsroom(engine);
  });
  afterAll(() => room.close());

  async function warningsOf(url: string, body: object, method: 'POST' | 'PATCH' = 'POST') {
    const answer = await room.call(url, { as: 'admin', method, body, headers: { 'if-match': '*' } });
    expect([200, 201]).toContain(answer.status);
    expect(answer.text).not.toMatch(/[\u202e\u200b]/);
    const pointers = answer.body.warnings.map((warning: { pointer: string }) => warning.pointer);
    return { id: answer.body.id as string, pointers: [...new Set(pointers)] };
  }

  it.each([
    ['categories', { name: dirty('سياسة'), slug: dirty('سياسة'), description: dirty('وصف') }],
    ['tags', { name: dirty('سوريا'), slug: dirty('سوريا'), description: dirty('وصف') }],
    ['authors', { name: dirty('ليلى حداد'), slug: dirty('ليلى'), bio: dirty('مراسلة') }],
    ['users', { email: 'layla@example.org', name: dirty('ليلى حداد'), role: 'author', password }],
    ['api-keys', { name: dirty('الموقع'), role: 'author' }],
  ])('is cleaned in %s, and the answer says where', async (kind, body) => {
    const { id, pointers } = await warningsOf(`/v1/editorial/${kind}`, body);
    const dirtyFields = Object.entries(body).filter(([, value]) => value.includes('\u202e'));
    expect(pointers).toEqual(dirtyFields.map(([name]) => `/${name}`));
    const changed = await warningsOf(`/v1/editorial/${kind}/${id}`, { name: dirty('اسم آخر') }, 'PATCH');
    expect(changed.pointers).toEqual(['/name']);
  });

  it('is cleaned in articles: their search engine fields, captions, links and custom data too', async () => {
    const span = { _type: 'span', text: dirty('نص'), marks: [] };
    const image = {
      _type: 'image',
      url: 'https://example.org/a.jpg',
      alt: dirty('صورة'),
      caption: dirty('تعليق الصورة'),
    };
    const { id, pointers } = await warningsOf('/v1/editorial/articles', {
      headline: dirty('عنوان'),
      kicker: dirty('عاجل'),
      lead: dirty('مقدمة'),
      slug: dirty('عنوان'),
      dateline: dirty('دمشق'),
      source: { name: dirty('وكالة') },
      seo: { title: dirty('عنوان'), description: dirty('وصف') },
      custom: { note: [dirty('ملاحظة')] },
      sections: [{ heading: dirty('قسم'), body: [{ _type: 'block', children: [span] }, image] }],
    });
    expect(pointers).toEqual([
      ...['/headline', '/kicker', '/lead', '/slug', '/dateline', '/source/name', '/seo/title', '/seo/description'],
      ...['/custom/note/0', '/sections/0/heading', '/sections/0/body/0/children/0/text'],
      ...['/sections/0/body/1/alt', '/sections/0/body/1/caption'],
    ]);
    const section = { heading: dirty('قسم'), body: { markdown: dirty('**نص**') } };
    const added = await warningsOf(`/v1/editorial/articles/${id}/sections`, section);
    expect(added.pointers).toEqual(['/heading', '/body/markdown']);
  });

  it('keeps the names of people from passing for others', async () => {
    const send = (kind: string, name: string) =>
      room.call(`/v1/editorial/${kind}`, {
        as: 'admin',
        body: { name, email: 'x@example.org', role: 'author', password },
      });
    for (const name of ['Аhmad', 'أحمدov', 'كاتب ١۲', '***']) {
      const author = await room.call('/v1/editorial/authors', { as: 'editor', body: { name } });
      const [user] = (await send('users', name)).body.errors;
      expect([author.status, author.body.errors]).toEqual([400, [user]]);
      expect(user.pointer).toBe('/name');
    }
    const kept = await room.call('/v1/editorial/authors', { as: 'editor', body: { name: ' وكالة  AFP ـ دمشـق ' } });
    expect(kept.body.name).toBe('وكالة AFP دمشق');
  });
});
