import { afterAll, beforeAll, expect, it } from 'vitest';
import { publicAuthor, publicCategory, publicTag } from '../../src/delivery/schemas.ts';
import { type Press, pressOf } from '../publishing/press.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';

const nowhere = '01a20e40-06cb-7775-8f90-7b6643fe14d1';
const kinds = ['categories', 'tags', 'authors'] as const;
const shapes = { categories: publicCategory, tags: publicTag, authors: publicAuthor };
const tagOf = { categories: 'category', tags: 'tag', authors: 'author' };

describeEachEngine('categories, tags and authors in public', (engine) => {
  let room: Newsroom;
  let press: Press;
  beforeAll(async () => {
    room = await openNewsroom(engine);
    press = pressOf(room);
    for (const kind of kinds)
      for (const name of ['ياء', 'ألف', 'باء', 'تاء', 'ثاء']) await press.term(kind, `${name} ${kind}`);
  });
  afterAll(() => room.close());

  it.each(kinds)('are listed by the alphabet, page by page, each once: %s', async (kind) => {
    const names: string[] = [];
    let url = `/v1/${kind}?limit=2`;
    for (let pages = 0; url !== '' && pages < 10; pages++) {
      const { status, body, headers } = await room.call(url);
      expect([status, headers['surrogate-key'], body.page.limit]).toEqual([200, kind, 2]);
      for (const term of body.data) {
        expect(Object.keys(term).sort()).toEqual(Object.keys(shapes[kind].shape).sort());
        names.push(term.name.split(' ')[0]);
      }
      const next = /^<(.+)>; rel="next"$/.exec(String(headers.link ?? ''))?.[1] ?? '';
      expect(next === '').toBe(body.page.next === null);
      url = next;
    }
    expect(names).toEqual(['ألف', 'باء', 'تاء', 'ثاء', 'ياء']);
  });

  it.each(kinds)('are read by id and by every spelling of the slug: %s', async (kind) => {
    const [first] = (await room.call(`/v1/${kind}`)).body.data;
    for (const ref of [
      first.id,
      first.id.toUpperCase(),
      first.slug,
      first.slug.replace('أ', 'ا'),
      first.slug.normalize('NFD'),
    ]) {
      const answer = await room.call(`/v1/${kind}/${encodeURIComponent(ref)}`);
      expect([ref, answer.status, answer.body]).toEqual([ref, 200, first]);
      expect(answer.headers['surrogate-key']).toBe(`${tagOf[kind]}:${first.id}`);
      const known = { 'if-none-match': answer.etag };
      expect((await room.call(`/v1/${kind}/${first.id}`, { headers: known })).status).toBe(304);
    }
  });

  it.each(kinds)('refuse what they do not know, and are not there when they are not: %s', async (kind) => {
    for (const query of ['?x=1', '?limit=0', '?limit=101', '?cursor=x', '?sort=name'])
      expect([query, (await room.call(`/v1/${kind}${query}`)).status]).toEqual([query, 400]);
    for (const ref of [nowhere, 'x', encodeURIComponent('؟')])
      expect([ref, (await room.call(`/v1/${kind}/${ref}`)).status]).toEqual([ref, 404]);
    const other = (await room.call(`/v1/${kinds[(kinds.indexOf(kind) + 1) % 3]}?limit=1`)).body.page.next;
    expect((await room.call(`/v1/${kind}?cursor=${other}`)).status).toBe(400);
  });

  it.each(kinds)(
    'are gone in the next answer when they were deleted, and new when they were made: %s',
    async (kind) => {
      const made = await press.term(kind, 'جديد');
      const listed = async () =>
        (await room.call(`/v1/${kind}?limit=100`)).body.data.some((each: { id: string }) => each.id === made.id);
      const url = `/v1/${kind}/${made.id}`;
      expect([await listed(), (await room.call(url)).status]).toEqual([true, 200]);
      expect((await press.send('DELETE', `/v1/editorial/${kind}/${made.id}`)).status).toBe(204);
      expect([await listed(), (await room.call(url)).status]).toEqual([false, 404]);
    },
  );
});
