import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createAnalysers } from '../../src/search/analysers.ts';
import { isOutdated, rebuildIndex } from '../../src/search/rebuild.ts';
import { createSearchIndex } from '../../src/search/search-index.ts';
import { articlesUrl } from '../articles/desk.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { type Stories, storiesOf } from './stories.ts';

describeEachEngine('rebuilding the search index', (engine) => {
  let room: Newsroom;
  let stories: Stories;
  const analysers = createAnalysers();
  beforeEach(async () => {
    room = await openNewsroom(engine);
    stories = storiesOf(room);
  });
  afterEach(() => room.close());

  const deps = () => ({ db: room.db, analysers, index: createSearchIndex(room.db, analysers) });
  const options = { batch: 2, pauseMs: 0, isForced: true };
  const editorial = async (q: string) =>
    (await room.call(articlesUrl, { as: 'editor', query: { q } })).body.data.map(
      (each: { id: string }) => each.id,
    ) as string[];

  /** An index that another version has made: none of its terms is of any use. */
  async function spoil() {
    await room.db.write(async (tx) => {
      if (engine === 'sqlite')
        for (const name of ['search_publications', 'search_headlines', 'search_articles', 'search_comments'])
          await tx.run(sql`insert into ${sql.identifier(name)} (${sql.identifier(name)}) values ('delete-all')`);
      else
        for (const name of ['search_publications', 'search_articles', 'search_comments'])
          await tx.run(sql`delete from ${sql.identifier(name)}`);
      await tx.run(
        sql`update search_state set value = '{"fingerprint":"old","version":0,"protectedWords":[]}' where name = 'analyser'`,
      );
    });
  }

  async function fill() {
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) ids.push((await stories.publish({ headline: `زلزال ${n}` })).id);
    const edited = await stories.publish({ headline: 'فيضان' });
    await stories.desk.patch(edited.id, { headline: 'عاصفة' });
    const draft = await stories.desk.create({ headline: 'حريق' });
    const comment = await room.call(`/v1/articles/${edited.id}/comments`, {
      body: { body: 'كلام جميل', author: { name: 'سعاد' } },
    });
    return { ids, edited: edited.id, draft: draft.id, comment: comment.body.id as string };
  }

  it('brings back everything: publications, working copies that differ, comments', async () => {
    const { ids, edited, draft, comment } = await fill();
    await spoil();
    expect(await stories.find('زلزال')).toEqual([]);
    expect(await isOutdated(room.db.read, analysers.current())).toBe(true);
    const report = await rebuildIndex(deps(), options);
    expect(report).toMatchObject({ resumed: false, finished: true });
    expect(await isOutdated(room.db.read, analysers.current())).toBe(false);
    expect((await stories.find('زلزال')).toSorted()).toEqual(ids.toSorted());
    expect([await stories.find('فيضان'), await stories.find('عاصفة'), await stories.find('حريق')]).toEqual([
      [edited],
      [],
      [],
    ]);
    expect([await editorial('فيضان'), await editorial('عاصفة'), await editorial('حريق')]).toEqual([
      [],
      [edited],
      [draft],
    ]);
    const comments = await room.call('/v1/editorial/comments', { as: 'moderator', query: { q: 'جميل' } });
    expect(comments.body.data.map((each: { id: string }) => each.id)).toEqual([comment]);
    expect((await room.call('/v1/search/suggest', { query: { q: 'زلز' } })).body.headlines.length).toBe(5);
  });

  it('goes on where it was broken off', async () => {
    await fill();
    await spoil();
    const breaking = new AbortController();
    const first = await rebuildIndex(deps(), {
      ...options,
      signal: breaking.signal,
      onProgress: (done) => done >= 4 && breaking.abort(),
    });
    expect(first).toEqual({ indexed: 4, resumed: false, finished: false });
    const seen: number[] = [];
    const second = await rebuildIndex(deps(), { ...options, onProgress: (done) => void seen.push(done) });
    expect(second).toMatchObject({ resumed: true, finished: true });
    expect(seen[0]).toBe(6);
    expect((await stories.find('زلزال')).length).toBe(5);
  });

  it('loses nothing that is published, changed or taken back meanwhile', async () => {
    const { ids } = await fill();
    await spoil();
    const [taken = '', changed = ''] = ids;
    const others = (async () => {
      await stories.unpublish(taken);
      await stories.desk.patch(changed, { headline: 'بركان' });
      await stories.republish(changed);
      return (await stories.publish({ headline: 'زلزال جديد' })).id;
    })();
    const [, added] = await Promise.all([rebuildIndex(deps(), { ...options, batch: 1 }), others]);
    const expected = [...ids.filter((id) => id !== taken && id !== changed), added];
    expect((await stories.find('زلزال')).toSorted()).toEqual(expected.toSorted());
    expect(await stories.find('بركان')).toEqual([changed]);
    expect(await editorial('زلزال')).toContain(taken);
  });

  it.each(['analyser', 'rebuild'])('is not begun by an older version beside a newer one (%s)', async (name) => {
    await fill();
    const newer = JSON.stringify({ fingerprint: 'new', version: 99, stage: 'articles', place: null, done: 6 });
    await room.db.write((tx) =>
      tx.run(
        sql`insert into search_state (name, value) values (${name}, ${newer}) on conflict (name) do update set value = excluded.value`,
      ),
    );
    const report = await rebuildIndex(deps(), { ...options, isForced: false });
    expect(report).toEqual({ indexed: 0, resumed: false, finished: true });
    const [state] = await room.db.read.rows<{ value: string }>(
      sql`select value from search_state where name = ${name}`,
    );
    expect(state?.value).toBe(newer);
  });

  it('is shared by several processes at once', async () => {
    const { ids } = await fill();
    await spoil();
    await Promise.all([1, 2, 3].map(() => rebuildIndex(deps(), { ...options, isForced: false })));
    expect((await stories.find('زلزال')).toSorted()).toEqual(ids.toSorted());
    expect(await isOutdated(room.db.read, analysers.current())).toBe(false);
  });

  it('says that it did not finish when one with other words has taken its place', async () => {
    await fill();
    await spoil();
    const site = createAnalysers({ search: () => ({ synonyms: [], protectedWords: ['القوانين'] }) });
    const others = { db: room.db, analysers: site, index: createSearchIndex(room.db, site) };
    let other: Promise<unknown> | undefined;
    const onProgress = () => {
      other ??= rebuildIndex(others, { ...options, signal: AbortSignal.abort() });
    };
    const report = await rebuildIndex(deps(), { ...options, pauseMs: 20, onProgress });
    await other;
    expect(report.finished).toBe(false);
    expect(await rebuildIndex(others, { ...options, isForced: false })).toMatchObject({
      resumed: true,
      finished: true,
    });
  });

  it('is begun by a server that finds an index of another version', async () => {
    const { ids } = await fill();
    await spoil();
    await room.app.listen({ port: 0 });
    await vi.waitUntil(async () => !(await isOutdated(room.db.read, analysers.current())), 10_000);
    expect((await stories.find('زلزال')).toSorted()).toEqual(ids.toSorted());
  });

  it('is not needed in a new newsroom, nor after what it has published', async () => {
    expect(await isOutdated(room.db.read, analysers.current())).toBe(false);
    await stories.publish();
    expect(await isOutdated(room.db.read, analysers.current())).toBe(false);
  });

  it('makes protected words effective; a story that has one is found before, while and after', async () => {
    const plain = await stories.publish({ text: 'ناقشت اللجان القانون' });
    const other = await stories.publish({ text: 'لجنة القوانين' });
    const query = 'القوانين';
    expect((await stories.find(query)).toSorted()).toContain(other.id);
    const body = { protectedWords: ['القوانين'] };
    const changed = await room.call('/v1/editorial/settings/search', {
      as: 'admin',
      method: 'PATCH',
      body,
      headers: { 'if-match': '*' },
    });
    expect(changed.status).toBe(200);
    expect(await stories.find(query)).toContain(other.id);
    const site = createAnalysers({ search: () => ({ synonyms: [], protectedWords: ['القوانين'] }) });
    expect(await isOutdated(room.db.read, site.current())).toBe(true);
    await rebuildIndex(
      { db: room.db, analysers: site, index: createSearchIndex(room.db, site) },
      { ...options, isForced: false },
    );
    expect(await stories.find(query)).toEqual([other.id]);
    expect(plain.id).not.toBe(other.id);
  });

  it('is begun by a running server whose protected words are changed', async () => {
    const { id } = await stories.publish({ text: 'لجنة القوانين' });
    await room.app.listen({ port: 0 });
    const body = { protectedWords: ['القوانين'] };
    await room.call('/v1/editorial/settings/search', {
      as: 'admin',
      method: 'PATCH',
      body,
      headers: { 'if-match': '*' },
    });
    const site = createAnalysers({ search: () => ({ synonyms: [], ...body }) }).current();
    await vi.waitUntil(async () => !(await isOutdated(room.db.read, site)), 10_000);
    expect(await stories.find('القوانين')).toEqual([id]);
  });
});
