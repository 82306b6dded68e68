import { eq } from 'drizzle-orm';
import { v7 as uuid } from 'uuid';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { DatabaseBusyError } from '../../src/db/errors.ts';
import { openDatabase } from '../../src/db/open.ts';
import { AppError } from '../../src/errors.ts';
import { parseNewsPage } from '../../src/imports/news-page.ts';
import { pageLine } from '../../src/imports/page-line.ts';
import { pressOf } from '../publishing/press.ts';
import { describeEachEngine, freshDatabase } from '../support/engines.ts';
import { openNewsroom } from '../support/newsroom.ts';
import { articlesOf, clock, exportOf, importBytes, importInto } from './newsrooms.ts';

const story = {
  externalId: 'story-1',
  headline: 'سوريا توقع إعلان تعاون',
  kicker: 'عاجل',
  lead: 'مقدمة الخبر.',
  source: 'وكالة الأنباء',
  dateline: 'دمشق',
  urgency: 2,
  category: ['أخبار', 'سياسة'],
  tags: ['سوريا', 'التحالف'],
  authors: ['ليلى حداد', { name: 'عمر', role: 'photographer' }],
  publishedAt: '2025-11-10T22:00:00Z',
  status: 'published',
  custom: { b: 1, a: [null, 'x'] },
  sections: [{ heading: 'تفاصيل', body: { text: 'فقرة أولى.\n\nفقرة ثانية.' } }, { body: { markdown: '- **بند**' } }],
};

describeEachEngine('an import of lines that people write', (engine) => {
  let opened: Awaited<ReturnType<typeof freshDatabase>>;
  beforeEach(async () => {
    opened = await freshDatabase(engine);
  });
  afterEach(() => opened.dispose());

  it('stores everything a line says, and publishes it', async () => {
    const result = await importInto(opened.db, [story]);
    expect(result).toMatchObject({ lines: 1, created: 1, failed: 0 });
    const [article] = await articlesOf(opened.db);
    expect(article).toMatchObject({
      externalId: 'story-1',
      status: 'published',
      headline: story.headline,
      source: { name: 'وكالة الأنباء', url: null },
      category: { path: ['أخبار', 'سياسة'] },
      authors: [
        { name: 'ليلى حداد', role: 'author' },
        { name: 'عمر', role: 'photographer' },
      ],
      publishedAt: '2025-11-10T22:00:00.000Z',
      publication: { revision: 1, publishedAt: '2025-11-10T22:00:00.000Z', snapshot: null },
      comments: [],
    });
    expect(article.tags.map((tag: { name: string }) => tag.name)).toEqual(['سوريا', 'التحالف']);
    expect(article.sections.map((section: { heading: string }) => section.heading)).toEqual(['تفاصيل', null]);
    expect(article.sections[0].body).toHaveLength(2);
  });

  it('reads dates as people write them, on the clocks of the newsroom, and refuses what is not certain', async () => {
    const dates = [
      'الثلاثاء 11 تشرين الثاني 2025 01:00 صباحًا',
      '١١/١١/٢٠٢٥',
      'أمس',
      '31 شباط 2025',
      '2025-11-11T01:00:00',
    ];
    const lines = dates.map((publishedAt, index) => ({ externalId: `dated-${index}`, headline: 'خبر', publishedAt }));
    const { created, failed, problems } = await importInto(opened.db, lines);
    expect({ created, failed }).toEqual({ created: 3, failed: 2 });
    expect(problems.map(([line, error]) => [line, (error as AppError).errors[0]?.code])).toEqual([
      [3, 'invalid_date'],
      [4, 'invalid_date'],
    ]);
    const stored = await articlesOf(opened.db);
    expect(stored.map(({ publishedAt }) => publishedAt).sort()).toEqual([
      '2025-11-10T21:00:00.000Z',
      '2025-11-10T22:00:00.000Z',
      '2025-11-10T22:00:00.000Z',
    ]);
  });

  it('refuses a number that would lose digits', async () => {
    const lines = ['12345678901234567890', '9007199254740991'].map((id) => `{"headline":"خبر","custom":{"id":${id}}}`);
    const { created, failed, problems } = await importInto(opened.db, lines);
    expect({ created, failed }).toEqual({ created: 1, failed: 1 });
    expect(problems.map(([line, error]) => [line, (error as AppError).errors])).toEqual([
      [1, [expect.objectContaining({ pointer: '/custom', code: 'out_of_range' })]],
    ]);
    expect((await articlesOf(opened.db)).map(({ custom }) => custom)).toEqual([{ id: 9007199254740991 }]);
  });

  it('takes a line again whose date is only written otherwise for the same line', async () => {
    await importInto(opened.db, [story]);
    const again = await importInto(opened.db, [{ ...story, publishedAt: '11 نوفمبر 2025 01:00' }]);
    expect(again).toMatchObject({ unchanged: 1, failed: 0 });
  });

  it('refuses to publish what is said to be changed in the future, as what is dated there, and nothing else of it', async () => {
    const future = '2026-01-15T08:00:00.001Z';
    const published = { headline: 'خبر', status: 'published', publishedAt: '2025-11-11T08:00:00Z' };
    const { created, failed, problems } = await importInto(opened.db, [
      { ...published, externalId: 'changed', updatedAt: future, tags: ['وسم يتيم'] },
      { ...published, externalId: 'both', updatedAt: future, publishedAt: future },
      { ...published, externalId: 'now', updatedAt: clock().toISOString() },
      { ...published, externalId: 'draft', status: 'draft', updatedAt: future },
    ]);
    expect({ created, failed }).toEqual({ created: 2, failed: 2 });
    const errors = problems.map(([line, error]) => [line, (error as AppError).errors]);
    expect(errors).toEqual([
      [1, [expect.objectContaining({ pointer: '/updatedAt', code: 'in_the_future' })]],
      [2, [expect.objectContaining({ pointer: '/publishedAt', code: 'in_the_future' })]],
    ]);
    expect((await articlesOf(opened.db)).map((article) => article.externalId).sort()).toEqual(['draft', 'now']);
    const changed = { ...published, externalId: 'now', headline: 'خبر معدّل', updatedAt: future };
    expect(await importInto(opened.db, [changed])).toMatchObject({ updated: 0, failed: 1 });
  });

  it('shows no story as changed before it was published, as scheduled ones were elsewhere', async () => {
    const { publications } = opened.db.tables;
    const updatedAt = '2025-11-01T08:00:00Z';
    await importInto(opened.db, [
      { headline: 'مجدول', status: 'published', publishedAt: '2025-11-11T08:00:00Z', updatedAt },
      { headline: 'بلا تاريخ', status: 'published', updatedAt },
      { headline: 'مصحح', status: 'published', publishedAt: '2025-10-11T08:00:00Z', updatedAt },
    ]);
    const shown = await opened.db.read.select().from(publications).orderBy(publications.publishedAt);
    expect(shown.map((row) => row.updatedAt)).toEqual([
      new Date(updatedAt),
      new Date('2025-11-11T08:00:00Z'),
      shown[2]?.publishedAt,
    ]);
  });

  it('remembers what new stories say for comparison, and spends nothing on archives', async () => {
    const { articleLikeness, likenessBands } = opened.db.tables;
    const sections = [{ body: { text: 'أعلنت وزارة الخارجية أن الإعلان وقّع مساء الاثنين في العاصمة بحضور الوفدين.' } }];
    const line = (externalId: string, dates: object) => ({ externalId, headline: 'خبر', sections, ...dates });
    await importInto(opened.db, [
      line('old', { publishedAt: '2019-05-01T08:00:00Z' }),
      line('changed-long-ago', { updatedAt: '2025-12-01T08:00:00Z' }),
      line('twice', { publishedAt: '2026-01-14T08:00:00Z' }),
      line('twice', { publishedAt: '2026-01-14T09:00:00Z' }),
      line('undated', {}),
    ]);
    expect(await opened.db.read.select().from(articleLikeness)).toHaveLength(2);
    expect(await opened.db.read.select().from(likenessBands)).toHaveLength(32);
    const exported = (await exportOf(opened.db)).trim().split('\n');
    await opened.db.write((tx) => tx.delete(articleLikeness));
    const changed = exported.map((each) => each.replaceAll('وزارة الخارجية', 'الوزارة'));
    expect(await importInto(opened.db, changed)).toMatchObject({ updated: 4, failed: 0 });
    expect((await opened.db.read.select().from(articleLikeness)).length).toBeGreaterThanOrEqual(2);
  });

  it('is what readers of a running server see next, with the comments that its articles had', async () => {
    const room = await openNewsroom(engine);
    try {
      const press = pressOf(room);
      const { id, publishedAt } = await press.article({ externalId: story.externalId });
      await press.comment(id, 'تعليق');
      await room.call(`/v1/articles/${id}/comments`, { body: { body: 'لم يُقرأ بعد', author: { name: 'سمر' } } });
      await press.unpublish(id);
      expect((await press.get(id)).status).toBe(404);
      for (const headline of [story.headline, 'عنوان آخر']) {
        await importInto(room.db, [{ ...story, headline, publishedAt: undefined }]);
        // A date that no line says stays.
        expect((await press.get(id)).body).toMatchObject({ headline, publishedAt, comments: { count: 1 } });
        expect((await press.list()).body.data).toMatchObject([
          {
            ...{ headline, category: { name: 'سياسة' }, tags: [{ name: 'سوريا' }, { name: 'التحالف' }] },
            authors: [{ name: 'ليلى حداد' }, { name: 'عمر' }],
          },
        ]);
      }
      // What is restored is there at once too.
      const [record] = await articlesOf(room.db);
      await importInto(room.db, [{ ...record, headline: 'كما كان' }]);
      expect((await press.get(id)).body.headline).toBe('كما كان');
      expect((await press.list()).body.data).toMatchObject([{ headline: 'كما كان' }]);
      const comment = { ...record.comments[0], id: uuid(), body: 'كلام مستعاد' };
      const publication = { ...record.publication, publishedAt: '2001-01-01T00:00:00.000Z' };
      const slugs = [{ ...record.slugs[0], slug: 'مستعاد' }];
      const parts = { slug: 'مستعاد', slugs, sections: [], comments: [comment], publication };
      await importInto(room.db, [{ ...record, ...parts, id: uuid(), externalId: null, headline: 'مستعاد' }]);
      expect((await press.list()).body.data).toMatchObject([{ headline: 'كما كان' }, { headline: 'مستعاد' }]);
      const said = await room.call(`/v1/editorial/comments?q=${encodeURIComponent('مستعاد')}`, { as: 'moderator' });
      expect(said.body.data).toMatchObject([{ id: comment.id }]);
    } finally {
      await room.close();
    }
  });

  it('gives sections that it changes another version, so that nobody saves over them unseen', async () => {
    await importInto(opened.db, [story]);
    const sections = [{ ...story.sections[0], body: { text: 'نص آخر.' } }];
    expect(await importInto(opened.db, [{ ...story, sections }])).toMatchObject({ updated: 1, failed: 0 });
    const [article] = await articlesOf(opened.db);
    expect(article.sections).toMatchObject([{ heading: 'تفاصيل', version: 2 }]);
  });

  it('does with two lines of one article what two files would do', async () => {
    const line = { externalId: 'a', headline: 'عنوان' };
    const published = { ...line, status: 'published', sections: [{ heading: 'أول', body: { text: 'المنشور.' } }] };
    const working = { ...line, sections: [{ heading: 'ثانٍ', body: { text: 'لم يُنشر بعد.' } }] };
    const others = [{ externalId: 'b', headline: 'خبر' }];
    // Where it is new, and where it is public already.
    for (const told of [{}, { kicker: 'عاجل' }]) {
      const counts = await importInto(opened.db, [{ ...published, ...told }, ...others, { ...working, ...told }]);
      expect(counts).toMatchObject({ failed: 0, problems: [] });
      const [article] = (await articlesOf(opened.db)).filter(({ externalId }) => externalId === 'a');
      expect(JSON.stringify(article.sections)).toContain('لم يُنشر بعد.');
      expect(JSON.stringify(article.publication.snapshot.sections)).toContain('المنشور.');
    }
  });

  it('takes a line again that was another meanwhile, and names of one author once', async () => {
    const authors = ['ليلى حداد', 'لَيلى حدّاد'];
    for (const headline of ['الأول', 'الثاني', 'الأول']) {
      expect(await importInto(opened.db, [{ ...story, headline, authors }])).toMatchObject({ unchanged: 0, failed: 0 });
      expect(await articlesOf(opened.db)).toMatchObject([{ headline, authors: [{ name: 'ليلى حداد' }] }]);
    }
  });

  it('keeps when articles of an archive were written and changed; what changes today was changed today', async () => {
    const [made, published, changed] = ['2018-01-01', '2019-05-01', '2020-02-02'].map((day) => `${day}T08:00:00.000Z`);
    const now = clock().toISOString();
    const dates = { createdAt: made, updatedAt: changed };
    const lines = [
      { externalId: 'a', headline: 'خبر', status: 'published', publishedAt: published },
      { externalId: 'b', headline: 'خبر', status: 'published', publishedAt: published, ...dates },
      { externalId: 'c', headline: 'مسودة', ...dates },
      { externalId: 'd', headline: 'مسودة', createdAt: made },
    ];
    const times = async () =>
      (await articlesOf(opened.db))
        .map(({ externalId, createdAt, updatedAt, publication }) => [
          ...[externalId, createdAt, updatedAt],
          publication?.updatedAt,
        ])
        .sort();
    await importInto(opened.db, lines);
    expect(await times()).toEqual([
      ['a', now, now, published],
      ['b', made, now, changed],
      ['c', made, changed, undefined],
      ['d', made, made, undefined],
    ]);
    await importInto(
      opened.db,
      lines.map((line) => ({
        ...line,
        lead: 'مقدمة',
        updatedAt: 'bc'.includes(line.externalId) ? changed : undefined,
      })),
    );
    expect(await times()).toEqual([
      ['a', now, now, now],
      ['b', made, now, changed],
      ['c', made, changed, undefined],
      ['d', made, now, undefined],
    ]);
  });

  it('keeps drafts drafts, unless told to publish', async () => {
    await importInto(opened.db, [{ headline: 'مسودة' }]);
    await importInto(opened.db, [{ headline: 'خبر' }, { headline: 'مسودة مقصودة', status: 'draft' }], {
      publish: true,
    });
    const articles = await articlesOf(opened.db);
    expect(articles.map(({ headline, status }) => [headline, status])).toEqual([
      ['مسودة', 'draft'],
      ['خبر', 'published'],
      ['مسودة مقصودة', 'draft'],
    ]);
  });

  it('publishes what came as a draft when the same comes again to be published', async () => {
    const lines = [{ headline: 'بلا معرّف' }, { externalId: 'named', headline: 'بمعرّف' }];
    await importInto(opened.db, lines);
    expect(await importInto(opened.db, lines, { publish: true })).toMatchObject({ created: 0, updated: 2 });
    const articles = await articlesOf(opened.db);
    expect(articles.map(({ headline, status }) => [headline, status])).toEqual([
      ['بلا معرّف', 'published'],
      ['بمعرّف', 'published'],
    ]);
  });

  it('publishes a change of what is public that came as a draft, when the same comes again to be published', async () => {
    const line = { externalId: 'a', headline: 'قبل' };
    const shown = async () => (await articlesOf(opened.db))[0].publication;
    await importInto(opened.db, [{ ...line, status: 'published' }]);
    const changed = { ...line, headline: 'بعد', category: 'سياسة' };
    await importInto(opened.db, [changed]);
    expect((await shown()).snapshot.headline).toBe('قبل');
    expect(await importInto(opened.db, [changed], { publish: true })).toMatchObject({ updated: 1, unchanged: 0 });
    // Without a snapshot of its own it says what the working copy does.
    expect(await shown()).toMatchObject({ revision: 2, snapshot: null });
    // What readers see already is not published once more.
    const dated = { ...changed, status: 'published', createdAt: '2025-11-11T08:00:00Z' };
    expect(await importInto(opened.db, [dated])).toMatchObject({ updated: 0, unchanged: 1 });
    expect(await shown()).toMatchObject({ revision: 2 });
  });

  it('takes more new tags and authors in a batch than a statement takes parameters', async () => {
    const names = (line: number, of: string) => Array.from({ length: 12 }, (_, at) => `${of} ${line} ${at}`);
    const lines = Array.from({ length: 400 }, (_, line) => ({
      ...{ externalId: `n${line}`, headline: `خبر ${line}`, status: 'published' },
      ...{ tags: names(line, 'وسم'), authors: names(line, 'كاتب') },
    }));
    expect(await importInto(opened.db, lines)).toMatchObject({ created: 400, failed: 0 });
    const { tags, authors } = opened.db.tables;
    expect(await opened.db.read.$count(tags)).toBe(4800);
    expect(await opened.db.read.$count(authors)).toBe(4800);
    expect(await importInto(opened.db, lines)).toMatchObject({ unchanged: 400 });
  });

  it.each([
    ['only', 400, 1],
    ['first', 2000, 1],
    ['middle', 2000, 3],
    ['last', 2000, 5],
  ])('says so when its %s batch cannot be written', async (_, count, broken) => {
    const lines = Array.from({ length: count }, (_, line) => ({ externalId: `n${line}`, headline: `خبر ${line}` }));
    let writes = 0;
    const write: Database['write'] = (work) =>
      ++writes === broken ? Promise.reject(new DatabaseBusyError()) : opened.db.write(work);
    await expect(importInto({ ...opened.db, write }, lines)).rejects.toThrow(DatabaseBusyError);
    // What was written is whole; the same again brings the rest.
    expect(await opened.db.read.$count(opened.db.tables.articles)).toBeLessThan(count);
    expect(await importInto(opened.db, lines)).toMatchObject({ failed: 0 });
    expect(await opened.db.read.$count(opened.db.tables.articles)).toBe(count);
  });

  it('changes nothing when the same comes again, also where it names no externalId or date', async () => {
    const lines = [story, { headline: 'بلا معرّف', status: 'published' }];
    await importInto(opened.db, lines);
    const before = await exportOf(opened.db);
    expect(await importInto(opened.db, lines)).toMatchObject({ created: 0, updated: 0, unchanged: 2, failed: 0 });
    expect(await exportOf(opened.db)).toBe(before);
  });

  it('leaves what editors have made of an article since, as long as its line is the same', async () => {
    await importInto(opened.db, [story]);
    const { articles } = opened.db.tables;
    await opened.db.write(async (tx) => {
      await tx.update(articles).set({ headline: 'عنوان المحرر' }).where(eq(articles.externalId, 'story-1'));
    });
    await importInto(opened.db, [story]);
    expect(await articlesOf(opened.db)).toMatchObject([{ headline: 'عنوان المحرر' }]);
  });

  it('updates the article of a changed line, and keeps its id, slug and first date', async () => {
    const { publishedAt: _date, ...undated } = story;
    await importInto(opened.db, [undated]);
    const [before] = await articlesOf(opened.db);
    const changed = { ...undated, headline: 'عنوان مصحح', tags: ['تصحيح'] };
    expect(await importInto(opened.db, [changed])).toMatchObject({ created: 0, updated: 1 });
    const [after] = await articlesOf(opened.db);
    expect(after).toMatchObject({
      id: before.id,
      slug: before.slug,
      headline: 'عنوان مصحح',
      tags: [{ name: 'تصحيح' }],
      publishedAt: before.publishedAt,
      publication: { revision: 2, publishedAt: before.publishedAt, snapshot: null },
    });
  });

  it('lets the later of two lines of one article win, within one file too', async () => {
    const lines = Array.from({ length: 250 }, (_, index) => ({
      externalId: `x-${index % 7}`,
      headline: `خبر ${index}`,
    }));
    expect(await importInto(opened.db, lines)).toMatchObject({ created: 7, updated: 243, failed: 0 });
    const headlines = (await articlesOf(opened.db)).map((article) => article.headline).sort();
    expect(headlines).toEqual([243, 244, 245, 246, 247, 248, 249].map((index) => `خبر ${index}`));
  });

  it('is stored once when two imports bring it in the same moment, and fails in neither', async () => {
    const target = await freshDatabase(engine);
    const [here, there] = [await openDatabase(opened.url), await openDatabase(target.url)];
    const inBoth = async (dbs: Database[], line: object) => {
      const counts = await Promise.all(dbs.map((db) => importInto(db, [line])));
      return counts.map(({ created, unchanged, failed }) => [created, unchanged, failed].join()).sort();
    };
    try {
      for (let n = 0; n < 6; n++)
        expect(await inBoth([opened.db, here], { externalId: `${n}`, headline: `خبر ${n}` })).toEqual([
          '0,1,0',
          '1,0,0',
        ]);
      for (const record of await articlesOf(here))
        expect(await inBoth([target.db, there], record)).toEqual(['0,1,0', '1,0,0']);
    } finally {
      await here.close();
      await there.close();
      await target.dispose();
    }
  });

  it('makes each category, tag and author once, however it is spelt', async () => {
    const lines = Array.from({ length: 230 }, (_, index) => ({
      externalId: `x-${index}`,
      headline: `خبر ${index}`,
      category: ['أخبار', index % 2 ? 'سياسة' : 'سياسه'],
      tags: [index % 2 ? 'القمّة' : 'القمه'],
      authors: ['ليلى'],
    }));
    expect(await importInto(opened.db, lines)).toMatchObject({ created: 230, failed: 0 });
    const { db } = opened;
    const count = async (table: typeof db.tables.tags) => (await db.read.select({ id: table.id }).from(table)).length;
    expect(await count(db.tables.tags)).toBe(1);
    expect(await count(db.tables.authors as unknown as typeof db.tables.tags)).toBe(1);
    expect(await count(db.tables.categories as unknown as typeof db.tables.tags)).toBe(2);
  });

  it('tells every bad line with its number and reason, and imports the others whole', async () => {
    const lines = [
      { externalId: 'a', headline: 'أول' },
      '{"headline": ',
      { headline: 7 },
      { externalId: 'b', headline: 'ثان', unknown: true },
      '[]',
      { type: 'unheard-of' },
      {
        externalId: 'c',
        headline: 'مستقبل',
        publishedAt: '2099-01-01T00:00:00Z',
        status: 'published',
        tags: ['وسم يتيم'],
      },
      { externalId: 'd', headline: 'رابط', sections: [{ body: [{ _type: 'image', url: 'javascript:alert(1)' }] }] },
      { externalId: 'e', headline: 'خامس', slug: 'أول' },
      { externalId: 'f', headline: '\u0000' },
      { externalId: 'g', headline: 'أخير', tags: ['باقٍ'] },
    ];
    const { problems, ...counts } = await importInto(opened.db, lines);
    expect(counts).toEqual({ lines: 11, created: 2, updated: 0, unchanged: 0, failed: 9, settings: null });
    expect(problems.map(([line]) => line).sort((a, b) => a - b)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
    for (const [, error] of problems)
      expect(error instanceof AppError ? error.errors.length : error.message.length).toBeGreaterThan(0);
    expect((await articlesOf(opened.db)).map((article) => article.externalId)).toEqual(['a', 'g']);
    const { tags } = opened.db.tables;
    expect(await opened.db.read.select({ name: tags.name }).from(tags)).toEqual([{ name: 'باقٍ' }]);
  });

  it('writes nothing in a dry run, and finds the bad lines', async () => {
    const result = await importInto(opened.db, [story, { headline: 7 }], { dryRun: true });
    expect(result).toMatchObject({ lines: 2, created: 0, failed: 1 });
    expect(await articlesOf(opened.db)).toEqual([]);
  });

  it.each([false, true])('counts every line once, and none that brings nothing (dry run: %s)', async (dryRun) => {
    await importInto(opened.db, [story, { externalId: 'a', headline: 'خبر' }]);
    const exported = (await exportOf(opened.db)).trim().split('\n');
    expect(exported[0]).toBe('{"type":"khabar","format":1}');
    const lines = [...exported, '', { headline: 7 }];
    const { lines: all, created, updated, unchanged, failed } = await importInto(opened.db, lines, { dryRun });
    expect([all, created + updated, unchanged, failed]).toEqual([exported.length, 0, exported.length - 1, 1]);
    const newer = await importInto(opened.db, ['{"type":"khabar","format":2}'], { dryRun });
    expect(newer).toMatchObject({ lines: 1, unchanged: 0, failed: 1 });
  });

  it('cleans texts as the API does, and reads bytes that are not text as bad lines', async () => {
    const bytes = Buffer.concat([
      Buffer.from('{"headline":"خبر\u200b\u202e"}\n{"headline":"'),
      Buffer.from([0xff]),
      Buffer.from('"}'),
    ]);
    const result = await importBytes(opened.db, [bytes]);
    expect(result.problems.map(([line, error]) => [line, error.message])).toEqual([[2, 'the line is not valid UTF-8']]);
    expect(await articlesOf(opened.db)).toMatchObject([{ headline: 'خبر' }]);
  });

  it('imports a news page once, and its corrected text in its place', async () => {
    const page = (lead: string, timeZone: string) => {
      const text = `عنوان - المصدر 7, 11 نوفمبر 2025 01:00 صباحاً\nالمصدر 7 - ${lead}`;
      const result = parseNewsPage(text, { timeZone });
      return result.ok ? pageLine(result.page) : {};
    };
    await importInto(opened.db, [page('أول نص للخبر.', 'Asia/Damascus')], { publish: true });
    // The site's time zone may have been put right meanwhile.
    await importInto(opened.db, [page('نص مصحح للخبر.', 'Africa/Cairo')], { publish: true });
    expect(await articlesOf(opened.db)).toMatchObject([
      { headline: 'عنوان', lead: 'نص مصحح للخبر.', source: { name: 'المصدر 7' }, publication: { revision: 2 } },
    ]);
  });

  it('tells the log who imported what: new articles together, changed ones each', async () => {
    const { articles, auditLog } = opened.db.tables;
    const log = async () => {
      const rows = await opened.db.read.select().from(auditLog).orderBy(auditLog.id);
      return rows.map(({ action, actorKind, at, subjectId, detail }) => ({ action, actorKind, at, subjectId, detail }));
    };
    const other = { ...story, externalId: 'other', headline: 'خبر آخر' };
    await importInto(opened.db, [story, other]);
    const rows = await opened.db.read.select().from(articles);
    const idOf = (headline: string) => rows.find((row) => row.headline === headline)?.id ?? '';
    const created = { [idOf(story.headline)]: 1, [idOf(other.headline)]: 2 };
    const who = { actorKind: 'system', at: clock() };
    expect(await log()).toEqual([
      { ...who, action: 'articles.imported', subjectId: expect.any(String), detail: { created } },
    ]);
    await importInto(opened.db, [story, { ...other, lead: 'نص جديد' }]);
    expect((await log()).slice(1)).toEqual([
      {
        ...{ ...who, action: 'article.imported', subjectId: idOf(other.headline) },
        detail: { outcome: 'updated', line: 2 },
      },
    ]);
  });
});
