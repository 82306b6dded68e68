import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { numberOfArticle } from '../../src/articles/numbers.ts';
import { periodOf } from '../../src/comments/words.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { articlesUrl, type Desk, deskOf, pretendPublished } from './desk.ts';

const nobody = '0198c0de-0000-7000-8000-000000000000';

describeEachEngine('working copies', (engine) => {
  let room: Newsroom;
  let desk: Desk;
  beforeEach(async () => {
    room = await openNewsroom(engine);
    desk = deskOf(room);
  });
  afterEach(() => room.close());

  /** An article with everything in it, as it is sent. */
  async function fullStory() {
    const category = await desk.term('categories', 'سياسة');
    const tags = [await desk.term('tags', 'التحالف الدولي'), await desk.term('tags', 'سوريا')];
    const authors = [await desk.term('authors', 'ليلى حداد'), await desk.term('authors', 'سامر ناصر')];
    const sent = {
      headline: 'سوريا توقع إعلان تعاون سياسي',
      kicker: 'دمشق',
      lead: 'وقّعت سوريا إعلان تعاون.',
      slug: 'سوريا-توقع',
      locale: 'ar-SY',
      source: { name: 'المصدر 7', url: 'https://example.org/story' },
      dateline: 'دمشق',
      urgency: 2,
      authors: [{ id: authors[1]?.id, role: 'photographer' }, { id: authors[0]?.id }],
      categoryId: category.id,
      tagIds: [tags[1]?.id, tags[0]?.id],
      seo: { title: 'عنوان', description: 'وصف', canonicalUrl: 'https://example.org/x', noIndex: true },
      comments: { mode: 'closed' },
      custom: { z: 1, a: { ب: [null, 'نص'] } },
      externalId: 'wire-7',
      publishedAt: '2025-11-11T01:00:00+03:00',
      sections: [
        { heading: 'تفاصيل الإعلان', body: { text: 'فقرة أولى.\n\nفقرة ثانية.' } },
        { body: { markdown: 'نص **مهم**.' } },
      ],
    };
    const { slug: _slug, ...category_ } = category;
    return {
      sent,
      category: { ...pick(category), name: category_.name },
      tags: tags.map(pick),
      authors: authors.map(pick),
    };
  }

  it('come back exactly as they were sent, with names, sections and counts', async () => {
    const { sent, category, tags, authors } = await fullStory();
    const made = await room.call(articlesUrl, { as: 'editor', body: sent });
    expect(made.status).toBe(201);
    expect(made.headers.location).toBe(`${articlesUrl}/${made.body.id}`);
    expect(made.etag).toMatch(/^"v1-[\w-]{10}"$/);
    const { headline, kicker, lead, slug, locale, source, dateline, urgency, seo, comments, custom, externalId } = sent;
    const same = { headline, kicker, lead, slug, locale, source, dateline, urgency, seo, comments, custom, externalId };
    const id = expect.any(String);
    expect(made.body).toEqual({
      ...same,
      id,
      dir: 'rtl',
      status: 'draft',
      authors: [
        { ...authors[1], role: 'photographer' },
        { ...authors[0], role: 'author' },
      ],
      category,
      tags: [tags[1], tags[0]],
      sections: [
        { id, anchor: 'تفاصيل-الإعلان', heading: 'تفاصيل الإعلان', position: 0, version: 1, body: expect.any(Array) },
        { id, anchor: 's1', heading: null, position: 1, version: 1, body: expect.any(Array) },
      ],
      wordCount: 17,
      readingMinutes: 1,
      publication: null,
      publishedAt: '2025-11-10T22:00:00.000Z',
      version: 1,
      createdAt: '2025-11-11T08:00:00.000Z',
      updatedAt: '2025-11-11T08:00:00.000Z',
    });
    expect(
      made.body.sections[0].body.map((block: { children: { text: string }[] }) => block.children[0]?.text),
    ).toEqual(['فقرة أولى.', 'فقرة ثانية.']);
    expect(JSON.stringify(made.body.custom)).toBe(JSON.stringify(sent.custom));
    const read = await desk.read(made.body.id);
    expect([read.status, read.etag, read.headers['cache-control']]).toEqual([200, made.etag, 'no-store']);
    expect(read.body).toEqual(made.body);
    expect(read.text).not.toMatch(/headlineKey|slugKey|createdBy|sectionsVersion|categoryId/);
  });

  it('need no more than a headline', async () => {
    const made = await desk.create({ headline: '  خبر   عاجل ' });
    expect(made).toMatchObject({
      headline: 'خبر عاجل',
      slug: 'خبر-عاجل',
      locale: 'ar',
      dir: 'rtl',
      kicker: null,
      lead: null,
      source: null,
      dateline: null,
      urgency: null,
      authors: [],
      category: null,
      tags: [],
      seo: null,
      comments: null,
      custom: {},
      externalId: null,
      publishedAt: null,
      sections: [],
      wordCount: 2,
    });
    const { lead } = await desk.create({ headline: 'خبر', lead: ' سطر\r\nثان\rثالث\n' });
    expect(lead).toBe('سطر\nثان\nثالث');
    const english = await desk.create({ headline: 'Breaking news', locale: 'EN-us' });
    expect(english).toMatchObject({ locale: 'en-US', dir: 'ltr', slug: 'breaking-news' });
  });

  it('take the site’s locale where none is sent', async () => {
    const other = await openNewsroom(engine, { KHABAR_LOCALE: 'ar-MA' });
    expect(await deskOf(other).create()).toMatchObject({ locale: 'ar-MA' });
    await other.close();
  });

  it('take bylines as plain ids too', async () => {
    const author = await desk.term('authors', 'ليلى حداد');
    const made = await desk.create({ authors: [author.id] });
    expect(made.authors).toEqual([{ ...pick(author), role: 'author' }]);
  });

  it('point at what they refer to that does not exist, and keep nothing of the attempt', async () => {
    const { id } = await desk.term('authors', 'ليلى حداد');
    const cases = [
      [{ authors: [{ id }, { id: nobody }] }, '/authors/1/id', 'unknown_author'],
      [{ categoryId: nobody }, '/categoryId', 'unknown_category'],
      [{ tagIds: [nobody] }, '/tagIds/0', 'unknown_tag'],
    ] as const;
    const article = await desk.create();
    for (const [body, pointer, code] of cases) {
      const refused = await room.call(articlesUrl, { as: 'editor', body: { headline: 'x', ...body } });
      expect([refused.status, refused.body.errors]).toEqual([422, [expect.objectContaining({ pointer, code })]]);
      const patched = await desk.patch(article.id, { headline: 'y', ...body });
      expect([patched.status, patched.body.errors]).toEqual([422, [expect.objectContaining({ pointer, code })]]);
    }
    expect((await room.call(articlesUrl, { as: 'editor' })).body.data).toEqual([
      expect.objectContaining({ id: article.id, headline: article.headline, version: 1 }),
    ]);
  });

  it('change only in what is sent; null clears', async () => {
    const { sent, tags, authors } = await fullStory();
    const made = await desk.create(sent);
    room.pass(1000);
    const changed = await desk.patch(made.id, {
      headline: 'عنوان جديد',
      kicker: null,
      urgency: null,
      source: null,
      seo: { title: 'آخر' },
      comments: null,
      custom: null,
      categoryId: null,
      authors: [authors[0]?.id],
      tagIds: [],
    });
    expect([changed.status, changed.etag]).toEqual([200, expect.stringMatching(/^"v2-[\w-]{10}"$/)]);
    expect(changed.body).toEqual({
      ...made,
      headline: 'عنوان جديد',
      kicker: null,
      urgency: null,
      source: null,
      seo: { title: 'آخر' },
      comments: null,
      custom: {},
      category: null,
      authors: [{ ...authors[0], role: 'author' }],
      tags: [],
      wordCount: 14,
      version: 2,
      updatedAt: '2025-11-11T08:00:01.000Z',
    });
    expect((await desk.read(made.id)).body).toEqual(changed.body);
    const back = await desk.patch(made.id, { tagIds: [tags[0]?.id] });
    expect(back.body.tags).toEqual([tags[0]]);
  });

  describe('refuse an update made against an old version', () => {
    it('and say so with 428 without, and 412 with a stale If-Match', async () => {
      const { id } = await desk.create();
      const url = `${articlesUrl}/${id}`;
      const without = await room.call(url, { as: 'editor', method: 'PATCH', body: { kicker: 'أ' } });
      expect([without.status, without.body.code]).toEqual([428, 'precondition-required']);
      expect((await desk.patch(id, { kicker: 'أ' }, 'editor', '"v1"')).status).toBe(200);
      const stale = await desk.patch(id, { kicker: 'ب' }, 'editor', '"v1"');
      expect([stale.status, stale.body.code]).toEqual([412, 'precondition-failed']);
      expect((await desk.remove(id, 'editor', '"v1"')).status).toBe(412);
      expect((await room.call(url, { as: 'editor', method: 'DELETE' })).status).toBe(428);
      expect((await desk.read(id)).body).toMatchObject({ kicker: 'أ', version: 2 });
    });

    it('also when many arrive at once: exactly one wins', async () => {
      const { id } = await desk.create();
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, n) => desk.patch(id, { kicker: `محرر ${n}` }, 'editor', '"v1"')),
      );
      const statuses = answers.map((answer) => answer.status).sort();
      expect(statuses).toEqual([200, ...Array(9).fill(412)]);
      const winner = answers.find((answer) => answer.status === 200);
      expect((await desk.read(id)).body).toMatchObject({ kicker: winner?.body.kicker, version: 2 });
    });
  });

  it('have an externalId of their own', async () => {
    const first = await desk.create({ externalId: 'wire-1' });
    const second = await desk.create({ externalId: 'wire-2' });
    const taken = { code: 'already-exists', errors: [expect.objectContaining({ pointer: '/externalId' })] };
    const again = await room.call(articlesUrl, { as: 'editor', body: { headline: 'x', externalId: 'wire-1' } });
    expect([again.status, again.body]).toEqual([409, expect.objectContaining(taken)]);
    const patched = await desk.patch(second.id, { externalId: 'wire-1' });
    expect([patched.status, patched.body]).toEqual([409, expect.objectContaining(taken)]);
    expect((await desk.patch(first.id, { externalId: null })).body.externalId).toBeNull();
    expect((await desk.patch(second.id, { externalId: 'wire-1' })).status).toBe(200);
  });

  it('are created once for an Idempotency-Key, of each who sends it, within a day', async () => {
    const send = (headline: string, as = 'editor') =>
      room.call(articlesUrl, { as, body: { headline }, headers: { 'idempotency-key': 'key-1' } });
    const [first, second] = [await send('خبر'), await send('خبر')];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    expect([second.headers['idempotency-replayed'], second.etag]).toEqual(['true', first.etag]);
    expect((await send('خبر آخر')).body.code).toBe('idempotency-key-reused');
    expect((await room.call(articlesUrl, { as: 'editor' })).body.data).toHaveLength(1);
    expect(await send('خبر', 'admin')).toMatchObject({ status: 201, body: { slug: 'خبر-2' } });
    room.pass(24 * 3600_000 + 1);
    expect(await send('خبر')).toMatchObject({ status: 201, body: { slug: 'خبر-3' } });
  });

  it('tell what was removed from their texts', async () => {
    const made = await desk.create({ headline: 'خبر\u200b عاجل', sections: [{ heading: 'قسم\u202e' }] });
    expect(made.headline).toBe('خبر عاجل');
    expect(made.warnings.map((warning: { pointer: string }) => warning.pointer)).toEqual([
      '/headline',
      '/sections/0/heading',
    ]);
  });

  describe('are deleted', () => {
    it('with their sections and slugs', async () => {
      const made = await desk.create({ sections: [{ heading: 'قسم', body: { text: 'نص' } }] });
      expect((await desk.remove(made.id, 'editor', '"v1"')).status).toBe(204);
      expect((await desk.read(made.id)).status).toBe(404);
      const { sections, articleSlugs, articleAuthors } = room.db.tables;
      for (const table of [sections, articleSlugs, articleAuthors]) expect(await room.db.read.$count(table)).toBe(0);
      expect((await desk.create()).slug).toBe(made.slug);
    });

    it('but not while they are published', async () => {
      const { id } = await desk.create();
      await pretendPublished(room, id);
      const refused = await desk.remove(id);
      expect([refused.status, refused.body.code]).toEqual([409, 'conflict']);
      expect(refused.body.detail).toContain('المقال منشور');
      expect((await desk.read(id)).status).toBe(200);
    });

    it('nor while comments that came with them hang on them, until all of those are deleted', async () => {
      const { id } = await desk.create();
      const other = await desk.create();
      const { comments } = room.db.tables;
      const [first, reply, elsewhere] = [nobody, nobody.replace(/0$/, '1'), nobody.replace(/0$/, '2')];
      await room.db.write(async (tx) => {
        const at = room.clock();
        const common = { threadId: first, depth: 0, status: 'approved', body: 'تعليق', authorName: 'قارئ' } as const;
        const counted = { links: 0, period: periodOf(at), approvedReplies: 0, createdAt: at, updatedAt: at };
        const row = { ...common, ...counted, articleN: numberOfArticle(id) };
        await tx.insert(comments).values({ ...row, id: first, approvedReplies: 1 });
        await tx.insert(comments).values({ ...row, id: reply, parentId: first, depth: 1 });
        const erased = { status: 'deleted', articleN: numberOfArticle(other.id), threadId: elsewhere } as const;
        await tx.insert(comments).values({ ...row, ...erased, id: elsewhere });
      });
      for (const comment of [first, reply]) {
        const refused = await desk.remove(id);
        expect([refused.status, refused.body.code]).toEqual([409, 'in-use']);
        expect((await desk.read(id)).status).toBe(200);
        expect(await room.db.read.$count(comments)).toBe(3);
        const url = `/v1/editorial/comments/${comment}`;
        expect((await room.call(url, { as: 'moderator', method: 'DELETE' })).status).toBe(204);
      }
      expect((await desk.remove(id, 'editor', '"v7"')).status).toBe(412);
      expect(await room.db.read.$count(comments)).toBe(3);
      expect((await desk.remove(id)).status).toBe(204);
      const left = await room.db.read.select({ id: comments.id }).from(comments);
      expect(left).toEqual([{ id: elsewhere }]);
    });
  });

  it('say whether readers see them as they are now', async () => {
    const author = await desk.term('authors', 'ليلى حداد');
    const tag = await desk.term('tags', 'سوريا');
    const made = await desk.create({ authors: [author.id], sections: [{ heading: 'أ' }, { heading: 'ب' }] });
    await pretendPublished(room, made.id);
    const publication = async () => (await desk.read(made.id)).body.publication;
    expect(await publication()).toEqual({
      revision: 1,
      publishedAt: '2025-11-11T08:00:00.000Z',
      updatedAt: '2025-11-11T08:00:00.000Z',
      isCurrent: true,
    });
    const { sections } = made as { sections: { id: string }[] };
    const order = `${desk.sectionsOf(made.id)}/order`;
    const reorder = (ids: unknown[]) => desk.send('PUT', order, { ids });
    const reword = (heading: string) =>
      desk.send('PATCH', `${desk.sectionsOf(made.id)}/${sections[0]?.id}`, { heading });
    const changes: [() => Promise<unknown>, () => Promise<unknown>][] = [
      [() => desk.patch(made.id, { kicker: 'أ' }), () => desk.patch(made.id, { kicker: null })],
      [() => desk.patch(made.id, { tagIds: [tag.id] }), () => desk.patch(made.id, { tagIds: [] })],
      [() => desk.patch(made.id, { publishedAt: '2020-01-01' }), () => desk.patch(made.id, { publishedAt: null })],
      [() => desk.patch(made.id, { authors: [] }), () => desk.patch(made.id, { authors: [author.id] })],
      [() => desk.patch(made.id, { comments: { mode: 'closed' } }), () => desk.patch(made.id, { comments: null })],
      [() => reorder([sections[1]?.id, sections[0]?.id]), () => reorder([sections[0]?.id, sections[1]?.id])],
      [() => reword('ج'), () => reword('أ')],
    ];
    for (const [change, undo] of changes) {
      await change();
      expect((await publication()).isCurrent).toBe(false);
      await undo();
      expect((await publication()).isCurrent).toBe(true);
    }
  });

  it('leave a trace of every change, and of no refused one', async () => {
    const { id } = await desk.create();
    await desk.patch(id, { kicker: 'أ' });
    await desk.patch(id, { kicker: 'ب' }, 'editor', '"v1"');
    await desk.remove(id);
    const rows = await room.db.read.select().from(room.db.tables.auditLog);
    const own = rows.filter((row) => row.subjectId === id).map((row) => row.action);
    expect(own.sort()).toEqual(['article.created', 'article.deleted', 'article.updated']);
  });
});

function pick({ id, name, slug }: { id: string; name: string; slug: string }) {
  return { id, name, slug };
}
