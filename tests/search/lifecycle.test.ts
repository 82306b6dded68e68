import { afterEach, beforeEach, expect, it } from 'vitest';
import { articlesUrl } from '../articles/desk.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { type Stories, storiesOf } from './stories.ts';

describeEachEngine('the search index', (engine) => {
  let room: Newsroom;
  let stories: Stories;
  beforeEach(async () => {
    room = await openNewsroom(engine);
    stories = storiesOf(room);
  });
  afterEach(() => room.close());

  const editorial = async (q: string, as = 'editor', query: Record<string, string> = {}) => {
    const answer = await room.call(articlesUrl, { as, query: { q, ...query } });
    if (answer.status !== 200) throw new Error(answer.text);
    return answer.body.data.map((article: { id: string }) => article.id) as string[];
  };
  const rows = async (table: string) => {
    const { sql } = await import('drizzle-orm');
    const [row] = await room.db.read.rows<{ n: number | string }>(
      sql`select count(*) as n from ${sql.identifier(table)}`,
    );
    return Number(row?.n);
  };

  it('holds a story as long as it is published, and never a killed one', async () => {
    const draft = await stories.desk.create({ headline: 'زلزال' });
    const unpublished = await stories.publish({ headline: 'زلزال' });
    const killed = await stories.publish({ headline: 'زلزال' });
    expect((await stories.find('زلزال')).toSorted()).toEqual([unpublished.id, killed.id].toSorted());
    await stories.unpublish(unpublished.id);
    await stories.kill(killed.id);
    for (const query of [
      { q: 'زلزال' },
      { q: 'زلزال', sort: 'date' },
      { q: 'زلزال', total: 'exact', facets: 'year' },
    ]) {
      const { data, total = 0 } = await stories.search(query);
      expect([data, total]).toEqual([[], 0]);
    }
    expect((await room.call('/v1/search/suggest', { query: { q: 'زلز' } })).body.headlines).toEqual([]);
    await stories.republish(unpublished.id);
    expect(await stories.find('زلزال')).toEqual([unpublished.id]);
    expect((await editorial('زلزال')).toSorted()).toEqual([draft.id, unpublished.id, killed.id].toSorted());
  });

  it('shows readers a change only when it is published, and editors at once', async () => {
    const { id, sections } = await stories.publish({ headline: 'زلزال', text: 'هزة قوية' });
    await stories.desk.patch(id, { headline: 'فيضان' });
    const section = `${stories.desk.sectionsOf(id)}/${sections[0]?.id}`;
    await stories.desk.send('PATCH', section, { body: { text: 'مياه عالية' } });
    for (const q of ['فيضان', 'مياه']) expect([q, await stories.find(q), await editorial(q)]).toEqual([q, [], [id]]);
    for (const q of ['زلزال', 'هزة']) expect([q, await stories.find(q), await editorial(q)]).toEqual([q, [id], []]);
    await stories.republish(id);
    for (const q of ['فيضان', 'مياه']) expect([q, await stories.find(q), await editorial(q)]).toEqual([q, [id], [id]]);
    for (const q of ['زلزال', 'هزة']) expect([q, await stories.find(q), await editorial(q)]).toEqual([q, [], []]);
  });

  it('follows sections that come and go, and forgets what is deleted', async () => {
    const { id } = await stories.desk.create({ headline: 'عنوان' });
    const made = await room.call(stories.desk.sectionsOf(id), {
      as: 'editor',
      body: { heading: 'زلزال', body: { text: 'هزة' } },
    });
    expect([await editorial('زلزال'), await editorial('هزة')]).toEqual([[id], [id]]);
    await stories.desk.send('DELETE', `${stories.desk.sectionsOf(id)}/${made.body.id}`);
    expect(await editorial('زلزال')).toEqual([]);
    await stories.desk.remove(id);
    expect(await editorial('عنوان')).toEqual([]);
    expect(await rows('search_articles')).toBe(0);
  });

  it('holds each article once', async () => {
    const { id } = await stories.publish({ headline: 'زلزال' });
    expect([await rows('search_publications'), await rows('search_articles')]).toEqual([1, 0]);
    await stories.desk.patch(id, { headline: 'فيضان' });
    expect([await rows('search_publications'), await rows('search_articles')]).toEqual([1, 1]);
    await stories.unpublish(id);
    expect([await rows('search_publications'), await rows('search_articles')]).toEqual([0, 1]);
  });

  it('shows contributors their own only, and keeps filters, order and pages of the list', async () => {
    const own = await stories.desk.create({ headline: 'زلزال' }, 'contributor');
    room.pass(1000);
    const other = await stories.publish({ headline: 'زلزال في المدينة' });
    expect(await editorial('زلزال')).toEqual([other.id, own.id]);
    expect(await editorial('زلزال', 'contributor')).toEqual([own.id]);
    expect(await editorial('زلزال', 'editor', { status: 'draft' })).toEqual([own.id]);
    expect(await editorial('زلزال -المدينة')).toEqual([own.id]);
    const page = await room.call(articlesUrl, { as: 'editor', query: { q: 'زلزال', limit: '1' } });
    const { cursor = page.body.page.next } = {};
    expect(await editorial('زلزال', 'editor', { limit: '1', cursor })).toEqual([own.id]);
  });

  it('finds tags and authors by the names they have now', async () => {
    const tag = await stories.desk.term('tags', 'كأس العرب');
    const author = await stories.desk.term('authors', 'ليلى حداد');
    const { id } = await stories.publish({ tagIds: [tag.id], authors: [author.id] });
    const draft = await stories.desk.create({ tagIds: [tag.id] });
    const completed = async () => (await room.call('/v1/search/suggest', { query: { q: 'آسي' } })).body.tags;
    expect([await stories.find('العرب'), await completed()]).toEqual([[id], []]);
    for (const q of ['آسيا', 'هدى']) expect([q, await stories.find(q)]).toEqual([q, []]);
    await stories.desk.send('PATCH', `/v1/editorial/tags/${tag.id}`, { name: 'بطولة آسيا' });
    expect([await stories.find('آسيا'), await stories.find('هدى')]).toEqual([[id], []]);
    expect(await completed()).toEqual([expect.objectContaining({ id: tag.id, name: 'بطولة آسيا' })]);
    await stories.desk.send('PATCH', `/v1/editorial/authors/${author.id}`, { name: 'هدى منصور' });
    for (const q of ['العرب', 'ليلى']) expect([q, await stories.find(q)]).toEqual([q, []]);
    for (const q of ['آسيا', 'بطولة آسيا', 'هدى', '"هدى منصور"']) expect([q, await stories.find(q)]).toEqual([q, [id]]);
    expect((await editorial('آسيا')).toSorted()).toEqual([id, draft.id].toSorted());
  });

  it('finds comments for moderators by their words and by who wrote them, until they are deleted', async () => {
    const { id } = await stories.publish();
    const say = async (body: string, name: string) => {
      const posted = await room.call(`/v1/articles/${id}/comments`, { body: { body, author: { name } } });
      return posted.body.id as string;
    };
    const first = await say('كلام جميل عن التحالف', 'أبو أحمد');
    const second = await say('لا أوافق', 'سعاد');
    const list = async (query: Record<string, string>) => {
      const answer = await room.call('/v1/editorial/comments', { as: 'moderator', query });
      return answer.body.data.map((comment: { id: string }) => comment.id) as string[];
    };
    expect(await list({ q: 'تحالفات' })).toEqual([first]);
    expect(await list({ q: 'سعاد' })).toEqual([second]);
    expect(await list({ q: 'جميل', status: 'approved' })).toEqual([]);
    expect(await list({ q: 'كلام سعاد' })).toEqual([]);
    const third = await say('كلام آخر', 'سعاد');
    expect(await list({ q: 'كلام -التحالف' })).toEqual([third]);
    await room.call(`/v1/editorial/comments/${first}`, { as: 'moderator', method: 'DELETE' });
    expect(await list({ q: 'تحالفات' })).toEqual([]);
    expect(await rows('search_comments')).toBe(2);
  });

  it('knows new synonyms at once', async () => {
    const { id } = await stories.publish({ text: 'شركة أرامكو السعودية' });
    expect(await stories.find('عملاق النفط')).toEqual([]);
    const synonyms = [['أرامكو', 'عملاق النفط']];
    const changed = await room.call('/v1/editorial/settings/search', {
      as: 'admin',
      method: 'PATCH',
      body: { synonyms },
      headers: { 'if-match': '*' },
    });
    expect(changed.status).toBe(200);
    expect(await stories.find('عملاق النفط')).toEqual([id]);
  });

  it('is written together with the publication or not at all', async () => {
    const { id } = await stories.desk.create({ headline: 'زلزال' });
    const refused = await room.call(`${articlesUrl}/${id}/publish`, {
      as: 'editor',
      method: 'POST',
      headers: { 'if-match': '"99"' },
    });
    expect([refused.status, await stories.find('زلزال')]).toEqual([412, []]);
  });

  it('takes in what many publish at the same time', async () => {
    const drafts = await Promise.all(
      Array.from({ length: 12 }, (_, n) => stories.desk.create({ headline: `زلزال رقم ${n}` })),
    );
    await Promise.all(drafts.map(({ id }) => stories.republish(id)));
    expect((await stories.find({ q: 'زلزال', limit: '50' })).toSorted()).toEqual(drafts.map(({ id }) => id).toSorted());
  });
});
