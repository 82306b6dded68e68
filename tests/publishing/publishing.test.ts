import { afterEach, beforeEach, expect, it } from 'vitest';
import { anotherPerson } from '../articles/desk.ts';
import { importInto } from '../imports/newsrooms.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { type Press, pressOf } from './press.ts';

const nowhere = '01a20e40-06cb-7775-8f90-7b6643fe14d1';

describeEachEngine('publishing', (engine) => {
  let room: Newsroom;
  let press: Press;
  beforeEach(async () => {
    room = await openNewsroom(engine);
    press = pressOf(room);
  });
  afterEach(() => room.close());

  const actions = async () => (await room.db.read.select().from(room.db.tables.auditLog)).map((row) => row.action);

  it('makes the working copy public as it is, and says what became of it', async () => {
    const made = await press.create({ headline: 'قمة' });
    expect((await press.get(made.id)).status).toBe(404);
    const done = await press.publish(made.id);
    expect(done.body).toEqual({
      ...{ id: made.id, status: 'published', slug: 'قمة', version: 2, revision: 1 },
      ...{ publishedAt: '2025-11-11T08:00:00.000Z', updatedAt: '2025-11-11T08:00:00.000Z' },
    });
    expect(done.headers.etag).toBe('"v2"');
    expect(done.headers['cache-control']).toBe('no-store');
    expect((await press.get(made.id)).body).toMatchObject({ headline: 'قمة', slug: 'قمة' });
    expect((await press.read(made.id)).body).toMatchObject({ status: 'published', version: 2 });
    expect(await actions()).toContain('article.published');
  });

  it('publishes with If-Match only what was read, sections included', async () => {
    const { id } = await press.create({ sections: [{ heading: 'أولًا', body: { text: 'نص' } }] });
    const read = await press.read(id);
    const [section] = read.body.sections;
    const publish = (tag: string) =>
      room.call(`/v1/editorial/articles/${id}/publish`, { as: 'editor', method: 'POST', headers: { 'if-match': tag } });
    await press.send('PATCH', `${press.sectionsOf(id)}/${section.id}`, { body: { text: 'كلام لم يقرأه' } });
    expect(await publish(read.etag)).toMatchObject({ status: 412, body: { code: 'precondition-failed' } });
    expect((await press.get(id)).status).toBe(404);
    // What is in the article itself is not what the colleague has changed.
    expect((await press.patch(id, { urgency: 2 }, 'editor', read.etag)).status).toBe(200);
    const again = (await press.read(id)).etag;
    await room.call(press.sectionsOf(id), { as: 'editor', body: { heading: 'ثانيًا', body: { text: 'نص' } } });
    expect((await publish(again)).status).toBe(412);
    expect((await publish(`"v9", ${(await press.read(id)).etag}`)).status).toBe(200);
    expect((await publish('"v3"')).status).toBe(200);
    expect((await publish('"v3"')).status).toBe(412);
  });

  it('keeps the date of what is public when its working copy has none', async () => {
    const { id } = await press.article({ publishedAt: '2020-01-01T00:00:00Z' });
    await press.patch(id, { publishedAt: null });
    expect((await press.read(id)).body.publication).toMatchObject({ isCurrent: true });
    const again = await press.publish(id);
    expect(again.body).toMatchObject({ revision: 2, publishedAt: '2020-01-01T00:00:00.000Z' });
    expect((await press.get(id)).body.publishedAt).toBe('2020-01-01T00:00:00.000Z');
    expect((await press.read(id)).body.publishedAt).toBe('2020-01-01T00:00:00.000Z');
  });

  it('keeps what is public as it was, whatever is edited, until it is published again', async () => {
    const { id, slug } = await press.article({
      headline: 'قمة',
      sections: [{ heading: 'أولًا', body: { text: 'نص' } }],
    });
    const [before, list] = [await press.get(id), await press.list()];
    const [section] = (await room.call(press.sectionsOf(id), { as: 'editor' })).body.data;
    await press.patch(id, {
      headline: 'قمة أخرى',
      lead: 'جديد',
      slug: 'جديد',
      comments: { mode: 'closed' },
      urgency: 1,
    });
    await press.send('PATCH', `${press.sectionsOf(id)}/${section.id}`, { heading: 'ثانيًا' });
    await room.call(press.sectionsOf(id), { as: 'editor', body: { heading: 'ثالثًا', body: { text: 'نص' } } });
    room.pass(60_000);
    for (const ref of [id, slug]) expect((await press.get(ref)).text).toBe(before.text);
    expect((await press.get('جديد')).status).toBe(404);
    expect((await press.list()).text).toBe(list.text);
    expect((await press.list('?urgency=1')).body.data).toEqual([]);
    const again = await press.publish(id);
    expect(again.body).toMatchObject({ revision: 2, slug: 'جديد', publishedAt: before.body.publishedAt });
    const after = (await press.get(id)).body;
    expect(after).toMatchObject({ headline: 'قمة أخرى', slug: 'جديد', comments: { mode: 'closed' }, urgency: 1 });
    expect(after.updatedAt > after.publishedAt).toBe(true);
    expect(after.sections.map((each: { heading: string }) => each.heading)).toEqual(['ثانيًا', 'ثالثًا']);
    expect((await press.list('?urgency=1')).body.data).toHaveLength(1);
  });

  it('keeps the date that an editor set, and refuses one still to come', async () => {
    const { id } = await press.create({ publishedAt: '2020-01-02T03:04:05Z' });
    expect((await press.publish(id)).body.publishedAt).toBe('2020-01-02T03:04:05.000Z');
    const later = await press.create({ publishedAt: '2025-11-11T08:00:01Z' });
    const refused = await press.publish(later.id);
    expect([refused.status, refused.body.errors[0]]).toMatchObject([
      422,
      { pointer: '/publishedAt', code: 'in_the_future' },
    ]);
    expect((await press.get(later.id)).status).toBe(404);
    expect((await press.read(later.id)).body).toMatchObject({ status: 'draft', version: later.version });
    room.pass(1000);
    expect((await press.publish(later.id)).status).toBe(200);
  });

  it('refuses what was edited since, and leaves no trace of trying', async () => {
    const { id } = await press.article({ headline: 'قمة' });
    await press.patch(id, { headline: 'قمة أخرى' });
    const before = await press.get(id);
    for (const action of [press.publish, press.unpublish, press.kill])
      for (const tag of ['"v2"', 'W/"v3"', '"x"', '"v2", "v4"'])
        expect((await action(id, 'editor', { 'if-match': tag })).status).toBe(412);
    expect((await press.get(id)).text).toBe(before.text);
    expect((await actions()).filter((action) => action === 'article.published')).toHaveLength(1);
    const done = await press.publish(id, 'editor', { 'if-match': '"v3"' });
    expect([done.status, done.headers.etag]).toEqual([200, '"v4"']);
    expect((await press.unpublish(id, 'editor', { 'if-match': '*' })).status).toBe(200);
  });

  it('does one thing once for one Idempotency-Key', async () => {
    const { id } = await press.create();
    const headers = { 'idempotency-key': 'one' };
    const answers = await Promise.all(Array.from({ length: 5 }, () => press.publish(id, 'editor', headers)));
    expect(new Set(answers.map((answer) => answer.text)).size).toBe(1);
    expect(answers.map((answer) => answer.status)).toEqual(Array(5).fill(200));
    expect(answers.map((answer) => answer.headers.etag)).toEqual(Array(5).fill('"v2"'));
    expect((await press.publish(id)).body.revision).toBe(2);
    expect((await press.unpublish(id, 'editor', headers)).body.code).toBe('idempotency-key-reused');
    expect((await press.get(id)).status).toBe(200);
  });

  it('is for editors, and for authors with what is theirs', async () => {
    const other = await anotherPerson(room, 'author');
    const rows: [string, string, number][] = [
      ['author', 'author', 200],
      ['author', other, 404],
      ['author', 'contributor', 404],
      ['author', 'moderator', 404],
      ['author', 'editor', 200],
      ['author', 'admin', 200],
      ['contributor', 'contributor', 403],
      ['editor', 'author', 404],
    ];
    for (const [owner, actor, status] of rows) {
      const { id } = await press.create({}, owner);
      expect([owner, actor, (await press.publish(id, actor)).status]).toEqual([owner, actor, status]);
      await press.publish(id, 'editor');
      expect([owner, actor, (await press.unpublish(id, actor)).status]).toEqual([owner, actor, status]);
    }
    for (const action of ['publish', 'unpublish', 'kill']) {
      const url = `/v1/editorial/articles/${nowhere}/${action}`;
      expect((await room.call(url, { method: 'POST' })).status).toBe(401);
      expect((await room.call(url, { method: 'POST', as: 'editor' })).status).toBe(404);
      expect((await room.call(`${url}?x=1`, { method: 'POST', as: 'editor' })).status).toBe(400);
      expect((await room.call('/v1/editorial/articles/x/publish', { method: 'POST', as: 'editor' })).status).toBe(400);
    }
  });

  it('is taken back: 404 for readers, the slug stays its own, and it can be published again', async () => {
    const { id, slug } = await press.article({ slug: 'قمة' });
    const done = await press.unpublish(id);
    expect(done.body).toEqual({ id, status: 'unpublished', slug, version: 3 });
    for (const ref of [id, slug, `${slug}/sections`]) {
      const answer = await room.call(`/v1/articles/${encodeURI(ref)}`);
      expect([answer.status, answer.headers['cache-control']]).toEqual([404, 'no-store']);
    }
    expect((await press.list()).body.data).toEqual([]);
    const twice = await press.unpublish(id);
    expect([twice.status, twice.body.code]).toEqual([409, 'conflict']);
    expect((await press.read(id)).body).toMatchObject({ status: 'unpublished', version: 3 });
    expect((await room.call('/v1/editorial/articles', { as: 'editor', body: { headline: 'x', slug } })).status).toBe(
      409,
    );
    expect((await press.publish(id)).body).toMatchObject({ slug, publishedAt: '2025-11-11T08:00:00.000Z' });
    expect((await press.get(slug)).status).toBe(200);
  });

  it('is killed: 410 under every address it had, for good', async () => {
    const { id } = await press.article({ slug: 'قديم' });
    await press.patch(id, { slug: 'جديد' });
    await press.publish(id);
    expect((await press.kill(id)).body.status).toBe('killed');
    for (const ref of [id, 'قديم', 'جديد', `${id}/sections`, `${id}/comments`]) {
      const answer = await room.call(`/v1/articles/${encodeURI(ref)}`);
      expect([ref, answer.status, answer.body.code]).toEqual([ref, 410, 'gone']);
    }
    expect((await press.list()).body.data).toEqual([]);
    for (const action of [press.publish, press.unpublish, press.kill])
      expect([(await action(id)).status, (await press.get(id)).status]).toEqual([409, 410]);
  });

  it('leaves what was killed as it is when it comes in again with an import, beside others that are published', async () => {
    const story = { externalId: 'story-1', headline: 'قمة', publishedAt: '2025-01-01T00:00:00Z' };
    const other = { ...story, externalId: 'story-2' };
    expect(await importInto(room.db, [story, other], { publish: true })).toMatchObject({ created: 2, problems: [] });
    const [{ id }] = (await press.list('?limit=1')).body.data;
    await press.kill(id);
    const again = [story, other].map((each) => ({ ...each, headline: 'قمة أخرى' }));
    const before = await press.read(id);
    expect(await importInto(room.db, again, { publish: true })).toMatchObject({ updated: 1, unchanged: 1 });
    expect((await press.get(id)).status).toBe(410);
    const { data } = (await press.list()).body;
    expect(data.map((each: { headline: string }) => each.headline)).toEqual(['قمة أخرى']);
    expect((await press.read(id)).text).toBe(before.text);
    expect(before.body.status).toBe('killed');
  });

  it('kills what was unpublished, and nothing that was never public', async () => {
    const { id } = await press.article();
    await press.unpublish(id);
    expect((await press.kill(id)).status).toBe(200);
    expect((await press.get(id)).status).toBe(410);
    const draft = await press.create();
    expect((await press.kill(draft.id)).status).toBe(409);
    expect((await press.get(draft.id)).status).toBe(404);
  });

  it('holds on to the tags, categories and authors that readers see, and lets go of them with the article', async () => {
    const [category, tag, author] = [
      await press.term('categories', 'سياسة'),
      await press.term('tags', 'سوريا'),
      await press.term('authors', 'ليلى'),
    ];
    const { id } = await press.article({
      ...{ categoryId: category.id, tagIds: [tag.id] },
      authors: [{ id: author.id, role: 'author' }],
    });
    await press.patch(id, { categoryId: null, tagIds: [], authors: [] });
    const urls = [`categories/${category.id}`, `tags/${tag.id}`, `authors/${author.id}`];
    const remove = (url: string) => press.send('DELETE', `/v1/editorial/${url}`);
    for (const url of urls)
      expect([(await remove(url)).status, (await remove(url)).body.code]).toEqual([409, 'in-use']);
    expect((await press.get(id)).body).toMatchObject({ category: { name: 'سياسة' }, tags: [{ name: 'سوريا' }] });
    expect((await press.list(`?tag=${tag.id}`)).body.data).toHaveLength(1);
    await press.unpublish(id);
    for (const url of urls) expect((await remove(url)).status).toBe(204);
    expect((await press.publish(id)).status).toBe(200);
    expect((await press.get(id)).body).toMatchObject({ category: null, tags: [], authors: [] });
  });

  it('keeps the number and the comments of what is published again, and counts both anew after a pause', async () => {
    const { id } = await press.article({ comments: { mode: 'post' } });
    await press.comment(id, 'تعليق أول');
    const count = async () => (await press.get(id)).body.comments.count;
    expect((await press.publish(id)).body.revision).toBe(2);
    expect(await count()).toBe(1);
    await press.comment(id, 'تعليق ثان');
    await press.unpublish(id);
    expect((await press.publish(id)).body.revision).toBe(1);
    expect(await count()).toBe(2);
    expect((await room.call(`/v1/articles/${id}/comments`)).body.data).toHaveLength(2);
  });

  it('leaves one state when twenty publish and take back at once', async () => {
    const { id } = await press.create();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? press.publish(id) : press.unpublish(id))),
    );
    expect(answers.map((answer) => answer.status).filter((status) => status !== 200 && status !== 409)).toEqual([]);
    const { status } = (await press.read(id)).body;
    expect((await press.get(id)).status).toBe(status === 'published' ? 200 : 404);
    const facets = await room.db.read.select().from(room.db.tables.publicationFacets);
    expect(facets.length).toBe(status === 'published' ? 1 : 0);
  });
});
