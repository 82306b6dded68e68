import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Press, pressOf } from '../publishing/press.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';

const kinds = ['categories', 'tags', 'authors'] as const;
const filterOf = { categories: 'category', tags: 'tag', authors: 'author' };

describeEachEngine('a slug that a category, tag or author had before', (engine) => {
  let room: Newsroom;
  let press: Press;
  beforeAll(async () => {
    room = await openNewsroom(engine);
    press = pressOf(room);
  });
  afterAll(() => room.close());

  const at = (kind: string, slug: string) => `/v1/${kind}/${encodeURIComponent(slug)}`;
  const seen = async (url: string) => {
    const { status, body, headers } = await room.call(url);
    return status === 308 ? decodeURIComponent(String(headers.location)) : (body.name ?? status);
  };

  it.each(kinds)('leads to where it is now, however it is spelled, in the very next answer: %s', async (kind) => {
    const term = await press.term(kind, `أخبار ${kind}`);
    const before = at(kind, term.slug);
    expect(await seen(before)).toBe(term.name);
    expect((await press.change(kind, term.id, { slug: `جديد-${kind}` })).status).toBe(200);
    for (const ref of [term.slug, term.slug.replace('أ', 'ا'), term.slug.normalize('NFD')])
      expect(await seen(at(kind, ref))).toBe(`/v1/${kind}/جديد-${kind}`);
    expect(await seen(at(kind, term.id))).toBe(term.name);
    const moved = await room.call(before);
    expect([moved.status, moved.headers['surrogate-key'], moved.text]).toEqual([308, kind, '']);
    expect(await room.call(before)).toMatchObject({ status: 308 });
    expect((await press.change(kind, term.id, { slug: `أحدث-${kind}` })).status).toBe(200);
    for (const slug of [term.slug, `جديد-${kind}`]) expect(await seen(at(kind, slug))).toBe(`/v1/${kind}/أحدث-${kind}`);
  });

  it.each(kinds)('is who has it now, and then who left it last: %s', async (kind) => {
    const slug = `ثان-${kind}`;
    const first = await press.term(kind, slug);
    await press.change(kind, first.id, { slug: `${slug}-قديم` });
    room.pass(1000);
    const second = await press.term(kind, slug);
    expect(await seen(at(kind, slug))).toBe(second.name);
    expect((await room.call(at(kind, slug))).body.id).toBe(second.id);
    await press.change(kind, second.id, { slug: `${slug}-أقدم` });
    expect(await seen(at(kind, slug))).toBe(`/v1/${kind}/${slug}-أقدم`);
    // One that takes back what it had is there as if it had never left.
    await press.change(kind, first.id, { slug });
    expect((await room.call(at(kind, slug))).body.id).toBe(first.id);
    room.pass(1000);
    await press.change(kind, first.id, { slug: `${slug}-قديم` });
    expect(await seen(at(kind, slug))).toBe(`/v1/${kind}/${slug}-قديم`);
    // Who is deleted leaves the slug to the one who left it before.
    expect((await press.send('DELETE', `/v1/editorial/${kind}/${first.id}`)).status).toBe(204);
    expect([await seen(at(kind, slug)), await seen(at(kind, `${slug}-قديم`))]).toEqual([
      `/v1/${kind}/${slug}-أقدم`,
      404,
    ]);
    expect((await press.send('DELETE', `/v1/editorial/${kind}/${second.id}`)).status).toBe(204);
    expect(await seen(at(kind, slug))).toBe(404);
  });

  it.each(kinds)('filters lists and is where feeds were: %s', async (kind) => {
    const term = await press.term(kind, `قسم ${kind}`);
    const fields = {
      categories: { categoryId: term.id },
      tags: { tagIds: [term.id] },
      authors: { authors: [{ id: term.id }] },
    };
    const article = await press.article({ headline: `خبر ${kind}`, ...fields[kind] });
    await press.change(kind, term.id, { slug: `تحرير-${kind}` });
    const listed = async (slug: string) => {
      const { body } = await press.list(`?${filterOf[kind]}=${encodeURIComponent(slug)}`);
      return body.data.map(({ id }: { id: string }) => id);
    };
    expect([await listed(term.slug), await listed(`تحرير-${kind}`)]).toEqual([[article.id], [article.id]]);
    for (const file of ['rss.xml', 'atom.xml', 'feed.json']) {
      const { status, headers } = await room.call(`/feeds/${kind}/${encodeURIComponent(term.slug)}/${file}`);
      expect(status).toBe(308);
      expect(decodeURIComponent(String(headers.location))).toBe(`/feeds/${kind}/تحرير-${kind}/${file}`);
      expect((await room.call(String(headers.location))).text).toContain(`خبر ${kind}`);
    }
    const other = await press.term(kind, term.slug);
    expect(await listed(term.slug)).toEqual([]);
    expect((await room.call(`/feeds/${kind}/${encodeURIComponent(term.slug)}/rss.xml`)).status).toBe(200);
    // It is that of whoever left it last.
    room.pass(1000);
    await press.change(kind, other.id, { slug: `بلا-${kind}` });
    expect(await listed(term.slug)).toEqual([]);
    await press.send('DELETE', `/v1/editorial/${kind}/${other.id}`);
    expect(await listed(term.slug)).toEqual([article.id]);
  });

  it.each(kinds)('is not left by a change that is refused, nor by another spelling: %s', async (kind) => {
    const term = await press.term(kind, `ثابت ${kind}`);
    const other = await press.term(kind, `غيره ${kind}`);
    expect((await press.change(kind, term.id, { slug: other.slug })).status).toBe(409);
    await press.change(kind, term.id, { slug: term.slug.replace('ثابت', 'ثابـت') });
    const { formerTermSlugs } = room.db.tables;
    const left = await room.db.read.select().from(formerTermSlugs);
    expect(left.filter(({ termId }) => termId === term.id)).toEqual([]);
  });

  it('leads on from every slug that was given at once', async () => {
    const term = await press.term('tags', 'معاً');
    const slugs = Array.from({ length: 12 }, (_, n) => `معا-${n}`);
    const changes = slugs.map((slug) =>
      room.call(`/v1/editorial/tags/${term.id}`, {
        as: 'admin',
        method: 'PATCH',
        body: { slug },
        headers: { 'if-match': '*' },
      }),
    );
    expect((await Promise.all(changes)).map(({ status }) => status)).toEqual(slugs.map(() => 200));
    const now = (await room.call(`/v1/tags/${term.id}`)).body.slug;
    for (const slug of [term.slug, ...slugs].filter((each) => each !== now))
      expect(await seen(at('tags', slug))).toBe(`/v1/tags/${now}`);
  });
});
