import { afterAll, beforeAll, expect, it } from 'vitest';
import { pressOf } from '../publishing/press.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { type Query, type Stories, storiesOf } from './stories.ts';

describeEachEngine('a search', (engine) => {
  let room: Newsroom;
  let stories: Stories;
  const id: Record<string, string> = {};
  beforeAll(async () => {
    room = await openNewsroom(engine);
    stories = storiesOf(room);
    const { desk } = stories;
    const parent = await desk.term('categories', 'أخبار');
    const child = await room.call('/v1/editorial/categories', {
      as: 'editor',
      body: { name: 'رياضة', parentId: parent.id },
    });
    const tag = await desk.term('tags', 'كأس العرب');
    const author = await desk.term('authors', 'ليلى حداد');
    const add = async (name: string, article: object) => {
      id[name] = (await stories.publish(article as Record<string, unknown>)).id;
      room.pass(60_000);
    };
    await add('headline', { headline: 'زلزال يضرب المدينة', text: 'هزة أرضية صباح اليوم' });
    await add('lead', { lead: 'زلزال قوي في الشمال', text: 'هزة أرضية صباح اليوم' });
    await add('heading', { sections: [{ heading: 'بعد زلزال الأمس', body: { text: 'هزة أرضية صباح اليوم' } }] });
    await add('body', { text: 'تحدث الخبير عن زلزال في المنطقة وعن غارة جوية على الحدود' });
    await add('scattered', { text: 'قوة جوية شنّت غارة' });
    await add('sport', { categoryId: child.body.id, tagIds: [tag.id], text: 'فاز الفريق', locale: 'en', urgency: 2 });
    await add('signed', {
      categoryId: parent.id,
      authors: [author.id],
      source: { name: 'وكالة الأنباء' },
      text: 'فاز الحزب',
    });
    // After midnight in Damascus, whose clocks are two hours ahead in winter, and three in the summer before.
    await add('eve', { publishedAt: '2015-12-31T22:30:00Z', text: 'الصفارة الأولى' });
    await add('old', { publishedAt: '2019-03-05T10:00:00Z', text: 'فاز المرشح' });
  });
  afterAll(() => room.close());

  it('ranks headline before lead before headings before body', async () => {
    expect(await stories.find('زلزال')).toEqual([id.headline, id.lead, id.heading, id.body]);
    const [hit] = (await stories.search('قوي')).data;
    expect([hit.id, hit.highlight.snippet]).toEqual([id.lead, expect.stringContaining('<mark>قوي</mark> في الشمال')]);
  });

  it('takes words in quotes for a phrase, and words with a hyphen for unwanted', async () => {
    for (const q of ['"غارة جوية"', '«غارة جوية»', '“الغارة الجوية”']) expect(await stories.find(q)).toEqual([id.body]);
    expect((await stories.find({ q: 'غارة جوية', sort: 'date' })).sort()).toEqual([id.body, id.scattered].sort());
    expect((await stories.search('"غارة بحرية"')).data.length).toBe(2);
    expect(await stories.find('"غارة جوية" الخبير')).toEqual([id.body, id.scattered]);
    expect(await stories.find({ q: '"غارة جوية" الخبير', limit: '1' })).toEqual([id.body]);
    const [loose] = (await stories.search('"غارة على بحرية"')).data;
    expect(loose.highlight.snippet).toContain('<mark>غارة</mark>');
    expect((await stories.search('"بحرية في البحرين"')).data).toEqual([]);
    expect(await stories.find('زلزال -الخبير -المدينة')).toEqual([id.lead, id.heading]);
    expect(await stories.find('زلزال -"هزة أرضية"')).toEqual([id.body]);
  });

  it('puts what has all words first and then, where that is less than a page, what has some', async () => {
    const all = await stories.search({ q: 'زلزال الخبير' });
    expect(all.match).toBe('any');
    expect(all.data[0].id).toBe(id.body);
    expect(all.data.map((hit: { id: string }) => hit.id).toSorted()).toEqual(
      [id.headline, id.lead, id.heading, id.body].toSorted(),
    );
    expect((await stories.find('زلزال الخبير -المدينة')).toSorted()).toEqual([id.lead, id.heading, id.body].toSorted());
    expect(await stories.find({ q: 'فاز الفريق', author: 'ليلى-حداد' })).toEqual([id.signed]);
    const page = await stories.search({ q: 'زلزال الخبير', limit: '1' });
    expect([page.match, page.data[0].id]).toEqual(['all', id.body]);
    const dated = await stories.search({ q: 'زلزال الخبير', limit: '1', sort: 'date' });
    expect([dated.match, dated.data[0].id, dated.page.next]).toEqual(['all', id.body, null]);
    // Nothing has only one of these.
    const only = await stories.search('الصفارة الأولى');
    expect([only.match, only.data.length]).toEqual(['all', 1]);
    // What is counted is what is shown.
    const counted = await stories.search({ q: 'زلزال الخبير', total: 'exact', facets: 'year' });
    expect([counted.total, counted.facets.counted]).toEqual([4, 4]);
  });

  it('finds by the names of tags, authors and sources', async () => {
    expect(await stories.find('كأس العرب')).toEqual([id.sport]);
    expect(await stories.find('ليلى')).toEqual([id.signed]);
    expect(await stories.find('"ليلى حداد" الحزب')).toEqual([id.signed]);
    expect(await stories.find('الأنباء')).toEqual([id.signed]);
    expect(await stories.find('فاز -ليلى -كأس')).toEqual([id.old]);
  });

  it.each<[string, Record<string, string>, string[]]>([
    ['a category with those below it', { category: 'أخبار' }, ['sport', 'signed']],
    ['a category', { category: 'رياضة' }, ['sport']],
    ['a tag', { tag: 'كأس-العرب' }, ['sport']],
    ['an author', { author: 'ليلى-حداد' }, ['signed']],
    ['a language', { locale: 'en' }, ['sport']],
    ['a source', { source: 'وكالة الانباء' }, ['signed']],
    ['urgency', { urgency: '2' }, ['sport']],
    ['a beginning', { from: '2025-01-01' }, ['sport', 'signed']],
    ['an end', { to: '2019-12-31' }, ['old']],
    ['a day', { from: '2019-03-05', to: '2019-03-05' }, ['old']],
    ['an instant', { from: '2019-03-05T10:00:00Z', to: '2019-03-05T10:00:00Z' }, ['old']],
    ['the time until just before one', { from: '2019-03-01', to: '2019-03-05T09:59:59.999Z' }, []],
    ['the time from just after one', { from: '2019-03-05T10:00:00.001Z', to: '2019-03-31' }, []],
    ['years without any', { from: '2020-01-01', to: '2024-01-01' }, []],
    ['two that none has', { tag: 'كأس-العرب', author: 'ليلى-حداد' }, []],
    ['a tag that is not there', { tag: 'لا-شيء' }, []],
  ])('is narrowed to %s', async (_, filter, names) => {
    const expected = names.map((name) => id[name]).toSorted();
    for (const sort of ['relevance', 'date']) {
      const { data, total, facets } = await stories.search({
        q: 'فاز',
        sort,
        total: 'exact',
        facets: 'year',
        ...filter,
      });
      const years = (facets.year ?? []).map((year: { count: number }) => year.count);
      expect([
        data.map((hit: { id: string }) => hit.id).toSorted(),
        total,
        years.reduce((sum: number, count: number) => sum + count, 0),
      ]).toEqual([expected, expected.length, expected.length]);
    }
  });

  it('is narrowed by dates of any year', async () => {
    const all = [id.sport, id.signed, id.old].toSorted();
    const found = async (query: Query) => (await stories.find({ q: 'فاز', ...query })).toSorted();
    for (const sort of ['relevance', 'date'])
      for (const first of ['0000-01-01T00:00:00Z', '0001-01-01T00:00:00+10:00'])
        for (const last of ['9999-12-31', '9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59-12:00']) {
          expect(await found({ sort, from: first, to: last })).toEqual(all);
          expect(await found({ sort, to: first })).toEqual([]);
          expect(await found({ sort, from: last })).toEqual([]);
        }
  });

  it('goes on with its cursor where a category is named in another way, and more is asked of it', async () => {
    const { id: categoryId } = (await room.call(encodeURI('/v1/categories/أخبار'))).body;
    const ask = { q: 'فاز', limit: '1' };
    const first = await stories.search({ ...ask, category: 'أخبار' });
    const more = { total: 'exact', facets: 'year', display: 'ar-SY' };
    const second = await stories.search({ ...ask, ...more, category: categoryId, cursor: first.page.next });
    expect([first, second].map(({ data }) => data[0].id).toSorted()).toEqual([id.sport, id.signed].toSorted());
  });

  it('counts what it found by category, tag, author and year, when asked', async () => {
    const plain = await stories.search('فاز');
    expect([plain.total, plain.facets]).toEqual([undefined, undefined]);
    const { total, facets } = await stories.search({ q: 'فاز', total: 'exact', facets: 'category,tag,author,year' });
    expect([total, facets.counted]).toEqual([3, 3]);
    const counts = (named: { name: string; count: number }[]) =>
      Object.fromEntries(named.map(({ name, count }) => [name, count]));
    // Sport stands below news, and has what is found in news.
    expect(counts(facets.category)).toEqual({ أخبار: 2, رياضة: 1 });
    expect(facets.category[0].name).toBe('أخبار');
    expect(counts(facets.tag)).toEqual({ 'كأس العرب': 1 });
    expect(counts(facets.author)).toEqual({ 'ليلى حداد': 1 });
    expect(facets.year).toEqual([
      { year: 2025, count: 2 },
      { year: 2019, count: 1 },
    ]);
  });

  it('counts years as the clocks of the site show them', async () => {
    const change = (timeZone: string) =>
      room.call('/v1/editorial/settings', {
        ...{ as: 'admin', method: 'PATCH', body: { timeZone }, headers: { 'if-match': '*' } },
      });
    for (const [timeZone, year] of [
      ['UTC', 2015],
      ['America/New_York', 2015],
      ['Asia/Damascus', 2016],
    ] as const) {
      expect((await change(timeZone)).status).toBe(200);
      const { facets } = await stories.search({ q: 'الصفارة', facets: 'year' });
      expect(facets.year).toEqual([{ year, count: 1 }]);
    }
  });

  it('prefers what is newer among equals, unless it is told not to', async () => {
    const [first] = await stories.find('فاز');
    expect(first).not.toBe(id.old);
    const { data } = await stories.search({ q: 'فاز', fresh: 'false' });
    const scores = data.map((hit: { score: number }) => hit.score);
    expect(scores.toSorted((a: number, b: number) => b - a)).toEqual(scores);
    const dated = (await stories.search({ q: 'فاز', sort: 'date' })).data;
    expect(dated.map((hit: { id: string; score: null }) => [hit.id, hit.score])).toEqual(
      [id.signed, id.sport, id.old].map((each) => [each, null]),
    );
  });

  it('prefers what says it in fewer words, and of equals the newer', async () => {
    const short = await stories.publish({ text: 'منجم ذهب' });
    const long = await stories.publish({ text: `منجم ذهب ${'كلمة '.repeat(80)}` });
    const again = await stories.publish({ text: `منجم ذهب ${'كلمة '.repeat(80)}` });
    expect(await stories.find({ q: 'منجم', fresh: 'false' })).toEqual([short.id, again.id, long.id]);
  });

  it('finds the other forms of a word that stands alone, behind the word itself', async () => {
    const many = await stories.publish({ text: 'اجتماع السفراء' });
    const one = await stories.publish({ text: 'قال السفير' });
    expect(await stories.find('سفير')).toEqual([one.id, many.id]);
    expect(await stories.find('سفير غواصة')).toEqual([one.id]);
  });

  it('knows when a story came out as soon as that is changed', async () => {
    const found = (from: string, to: string) => stories.find({ q: 'منطاد', from, to });
    const balloon = await stories.publish({ text: 'منطاد في السماء', publishedAt: '2018-05-10T10:00:00Z' });
    expect(await found('2018-05-01', '2018-05-20')).toEqual([balloon.id]);
    await stories.desk.patch(balloon.id, { publishedAt: '2018-05-25T10:00:00Z' });
    await stories.republish(balloon.id);
    expect(await found('2018-05-01', '2018-05-20')).toEqual([]);
    expect(await found('2018-05-21', '2018-05-30')).toEqual([balloon.id]);
  });

  it('takes a word that few stories have for more than words that many have', async () => {
    for (let at = 0; at < 12; at++) await stories.publish({ text: 'مفاوضات ثم مفاوضات، ومفاوضات أخرى' });
    const rare = await stories.publish({ text: 'نقل شحنة يورانيوم، وكانت سلسلة طويلة من كلام لا يعني أحدا' });
    await stories.publish({ text: 'مفاوضات ثم مفاوضات، ومفاوضات أخرى' });
    const { data, match } = await stories.search({ q: 'مفاوضات يورانيوم', fresh: 'false' });
    expect([match, data[0].id]).toEqual(['any', rare.id]);
  });

  it('says what may have been meant where it finds nothing', async () => {
    expect((await stories.search('المديتة')).didYouMean).toBe('المدينة');
    expect((await stories.search('مديتة')).didYouMean).toBe('مدينة');
    expect((await stories.search('المديته خخخخخخخة')).didYouMean).toBe('المدينة خخخخخخخة');
    expect((await stories.search('زلزاال')).didYouMean).toBe('زلزال');
    // A keycap of which no letter is left is no word: it has nothing to be looked for.
    expect((await stories.search('زلزاال #\ufe0f\u20e3')).didYouMean).toBe('زلزال');
    expect((await stories.search('يرضب')).didYouMean).toBe('يضرب');
    // The slip may be in the first letter.
    for (const typed of ['قزلزال', 'لززال']) expect((await stories.search(typed)).didYouMean).toBe('زلزال');
    expect((await stories.search('خخخخخخخخ')).didYouMean).toBeNull();
    // What was not wanted is not wanted then either, a phrase stays one, and no word is lost.
    for (const [typed, meant] of [
      ['زلزاال -المديتة -"هزة أرضية"', 'زلزال -المديتة -"هزة أرضية"'],
      ['"يرضب المديتة"', '"يضرب المدينة"'],
      ['خخخخ ذذذذ زلزاال ظظظظ غغغغ ضضضض ثثثث', 'خخخخ ذذذذ زلزال ظظظظ غغغغ ضضضض ثثثث'],
    ] as const)
      expect((await stories.search(typed)).didYouMean).toBe(meant);
    expect((await stories.search('زلزال')).didYouMean).toBeUndefined();
  });

  it('completes headlines and tags from the first letter on, in any spelling', async () => {
    const suggest = async (q: string) => (await room.call('/v1/search/suggest', { query: { q } })).body;
    for (const q of ['ز', 'زل', 'زِلزا', 'زلزال يضر', 'مدين', 'المد'])
      expect((await suggest(q)).headlines.map((each: { id: string }) => each.id)).toEqual([id.headline]);
    for (const q of ['زلزال مدن', 'فيضان المدي']) expect((await suggest(q)).headlines).toEqual([]);
    const joined = await stories.publish({ headline: 'قرار للبحارة والصيادين' });
    for (const q of ['بحار', 'صياد', 'قرار صياد'])
      expect([q, (await suggest(q)).headlines.map((each: { id: string }) => each.id)]).toEqual([q, [joined.id]]);
    for (const q of ['كاس', 'عرب', 'كأس الع'])
      expect((await suggest(q)).tags.map((each: { name: string }) => each.name)).toEqual(['كأس العرب']);
    expect((await suggest('بيت الع')).tags).toEqual([]);
    expect((await suggest('كأس')).headlines).toEqual([]);
  });

  it('finds as many of a category, tag or author as it has counted', async () => {
    const { facets } = await stories.search({ q: 'فاز', facets: 'category,tag,author' });
    for (const kind of ['category', 'tag', 'author'] as const)
      for (const { id: term, count } of facets[kind] as { id: string; count: number }[]) {
        const { total } = await stories.search({ q: 'فاز', total: 'exact', [kind]: term });
        expect([kind, total]).toEqual([kind, count]);
      }
  });

  it('counts a category whose stories are all below it, and below many', async () => {
    const press = pressOf(room);
    const first = await press.term('categories', 'محافظة 1');
    const above = await press.term('categories', 'محافظات');
    for (let count = 1; count <= 25; count++) {
      const below = count === 1 ? first : await press.term('categories', `محافظة ${count}`);
      await press.change('categories', below.id, { parentId: above.id });
      await press.article({ headline: 'افتتاح المكتبة المتنقلة', categoryId: below.id });
    }
    const { facets } = await stories.search({ q: 'المتنقلة', facets: 'category' });
    expect(facets.category[0]).toEqual({ id: above.id, name: 'محافظات', slug: 'محافظات', count: 25 });
    expect(facets.category).toHaveLength(20);
  });

  it('answers the newest headlines, and no more of them, of tags and of facets than a page has room for', async () => {
    const suggest = async () => (await room.call('/v1/search/suggest', { query: { q: 'سنج' } })).body;
    expect(await suggest()).toEqual({ headlines: [], tags: [] });
    const tags: string[] = [];
    for (let at = 0; at < 21; at++) tags.push((await stories.desk.term('tags', `سنجاب ${at}`)).id);
    expect((await suggest()).tags).toHaveLength(8);
    const made: string[] = [];
    for (let at = 0; at < 9; at++)
      made.push((await stories.publish({ headline: `سنجاب ${at}`, ...(at === 0 ? { tagIds: tags } : {}) })).id);
    const shown = (await suggest()).headlines.map((each: { id: string }) => each.id);
    expect(shown).toEqual(made.toReversed().slice(0, 8));
    const { facets } = await stories.search({ q: 'سنجاب', facets: 'tag' });
    expect(facets.tag).toHaveLength(20);
  });

  it('sees at once what a category is called now, and what stands below it', async () => {
    const press = pressOf(room);
    const [above, below] = [await press.term('categories', 'منوعات'), await press.term('categories', 'غرائب')];
    await press.article({ headline: 'زرافة تعبر الشارع', categoryId: below.id });
    const found = async (query: Record<string, string>) =>
      (await room.call('/v1/search', { query: { q: 'زرافة', ...query } })).body;
    const ids = async () => (await found({ category: above.id })).data.length;
    const name = async () =>
      (await found({ facets: 'category', limit: '1' })).facets.category.find(
        (each: { id: string }) => each.id === below.id,
      ).name;
    expect([await ids(), await name()]).toEqual([0, 'غرائب']);
    await press.change('categories', below.id, { parentId: above.id, name: 'عجائب' });
    expect([await ids(), await name()]).toEqual([1, 'عجائب']);
  });

  it('answers like lists do: cards with addresses, cached, with an ETag and the way to the next page', async () => {
    const answer = await room.call('/v1/search', { query: { q: 'زلزال', limit: '2' } });
    const [hit] = answer.body.data;
    expect(hit).toMatchObject({
      id: id.headline,
      locale: 'ar',
      dir: 'rtl',
      headline: 'زلزال يضرب المدينة',
      authors: [],
    });
    expect(hit.url).toContain(id.headline);
    expect(hit.sections).toBeUndefined();
    expect(String(answer.headers.link)).toContain(`cursor=${answer.body.page.next}`);
    expect(String(answer.headers['surrogate-key']).split(' ')).toContain('list');
    const asked = { q: 'زلزال', limit: '2', facets: 'category,year', display: 'en', sort: 'date', fresh: 'false' };
    const first = await room.call('/v1/search', { query: asked });
    expect(first.body.data[0].display.locale).toBe('en');
    const next = /^<(.*)>; rel="next"$/.exec(String(first.headers.link))?.[1] ?? '';
    expect(Object.fromEntries(new URL(next, 'http://a').searchParams)).toEqual({
      ...asked,
      cursor: first.body.page.next,
    });
    const again = await room.call('/v1/search', {
      query: { q: 'زلزال', limit: '2' },
      headers: { 'if-none-match': answer.etag },
    });
    expect(again.status).toBe(304);
  });
});
