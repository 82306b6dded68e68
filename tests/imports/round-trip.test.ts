import { setTimeout as sleep } from 'node:timers/promises';
import { eq, inArray } from 'drizzle-orm';
import { v7 as uuid } from 'uuid';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { numberOfArticle } from '../../src/articles/numbers.ts';
import { storedBody } from '../../src/articles/section-rows.ts';
import { createAudit } from '../../src/audit/audit.ts';
import { systemActor } from '../../src/auth/permissions.ts';
import { selectComments } from '../../src/comments/repository.ts';
import { periodOf } from '../../src/comments/words.ts';
import type { Database } from '../../src/db/database.ts';
import { openDatabase } from '../../src/db/open.ts';
import type { CommentStatus } from '../../src/db/tables.ts';
import { createViews } from '../../src/delivery/views.ts';
import { exportNewsroom } from '../../src/imports/export.ts';
import { maxLineBytes } from '../../src/imports/lines.ts';
import { createPublicationStore } from '../../src/publishing/publication-store.ts';
import { createPublishingService } from '../../src/publishing/service.ts';
import { createSearchIndex } from '../../src/search/search-index.ts';
import { findFormer } from '../../src/taxonomy/former-slugs.ts';
import { describeEachEngine, freshDatabase } from '../support/engines.ts';
import { enginesToTest } from '../support/engines-setup.ts';
import { heldWrite } from '../support/held-write.ts';
import { openNewsroom } from '../support/newsroom.ts';
import { articlesOf, clock, exportOf, importInto } from './newsrooms.ts';

/** A newsroom with something of everything that an export holds. */
async function fill(db: Database): Promise<void> {
  await importInto(db, [
    {
      externalId: 'published',
      headline: 'منشور',
      source: { name: 'وكالة', url: 'https://example.org/a' },
      category: ['أخبار', 'سياسة', 'محلي'],
      tags: ['سوريا', 'دمشق'],
      authors: ['ليلى', { name: 'عمر', role: 'photographer' }],
      seo: { noIndex: true, title: 'عنوان' },
      comments: { mode: 'post' },
      custom: { '10': 1, b: { z: 1, a: 2 }, '2': [1.5, null, 'نص\n'] },
      status: 'published',
      sections: [
        {
          heading: 'أول',
          body: { html: '<p>نص <a href="https://example.org">رابط</a> <strong>بارز</strong></p><ul><li>أ<li>ب</ul>' },
        },
        {
          heading: 'أول',
          body: { markdown: '> اقتباس\n\n![صورة](https://example.org/1.jpg)\n\n```js\nx\n```\n\n---' },
        },
        { body: [{ _type: 'embed', url: 'https://example.org/v', title: 'فيديو' }] },
        { body: { html: '<table><caption>نقاط</caption><tr><th>أ<th colspan=2>ب<tr><th>1<td>2<td>3</table>' } },
      ],
    },
    { externalId: 'edited', headline: 'نُشر ثم عُدّل', status: 'published', sections: [{ body: { text: 'القديم' } }] },
    { externalId: 'unpublished', headline: 'سُحب', status: 'published' },
    { headline: 'مسودة', locale: 'en' },
  ]);
  const { articles, articleSlugs, publications, sections, categories, formerTermSlugs } = db.tables;
  const named = new Map((await articlesOf(db)).map((article) => [article.externalId, article.id]));
  const id = (name: string) => named.get(name) ?? '';
  const at = new Date('2026-01-16T10:00:00.123Z');
  await db.write(async (tx) => {
    await tx
      .update(articles)
      .set({ headline: 'بعد التعديل', slug: 'بعد-التعديل', version: 7, updatedAt: at })
      .where(eq(articles.id, id('edited')));
    await tx.insert(articleSlugs).values({
      slug: 'بعد-التعديل',
      slugKey: 'بعد-التعديل',
      articleId: id('edited'),
      wasPublic: false,
      createdAt: at,
    });
    await tx
      .update(sections)
      .set({ ...storedBody(bodyOf('الجديد')), version: 3, updatedAt: at })
      .where(eq(sections.articleId, id('edited')));
    await createPublicationStore(db.tables, createSearchIndex(db)).remove(tx, [id('unpublished')]);
    await tx
      .update(articles)
      .set({ status: 'unpublished' })
      .where(eq(articles.id, id('unpublished')));
    await tx.update(categories).set({ description: 'وصف', version: 2 }).where(eq(categories.name, 'سياسة'));
    const [named] = await tx.select().from(categories).where(eq(categories.name, 'سياسة'));
    await tx.insert(formerTermSlugs).values([
      { kind: 'category', slugKey: 'سياسه-عامه', slug: 'سياسة-عامة', termId: named?.id ?? '', leftAt: at },
      { kind: 'category', slugKey: 'قديم', slug: 'قديم', termId: named?.id ?? '', leftAt: at },
    ]);
    await tx
      .update(publications)
      .set({ commentCount: 2 })
      .where(eq(publications.articleId, id('published')));
  });
  await read(db, id('published'), { hoursAgo: 1, views: 7 }, { hoursAgo: 30, views: 20 });
  const first = await comment(db, id('published'), null, 'approved', 'أول تعليق');
  const reply = await comment(db, id('published'), first, 'deleted', '');
  await comment(db, id('published'), reply, 'approved', 'رد على رد', 'reader@example.org');
  await comment(db, id('published'), null, 'pending', 'بانتظار https://example.org');
}

function bodyOf(text: string): unknown[] {
  const children = [{ _type: 'span', _key: 's1', text, marks: [] }];
  return [{ _type: 'block', _key: 'b1', style: 'normal', markDefs: [], children }];
}

type Read = { hoursAgo: number; views: number };

/** Adds to how often an article was read, as a server that counts does. */
async function read(db: Database, articleId: string, ...reads: Read[]): Promise<void> {
  for (const { hoursAgo, views } of reads) {
    const then = () => new Date(clock().getTime() - hoursAgo * 3600_000);
    const counter = createViews({ db, clock: then, logger: { error: expect.fail, warn: expect.fail } });
    for (let reader = 0; reader < views; reader++)
      counter.count(articleId, { address: `192.0.2.${reader}`, userAgent: 'Mozilla/5.0', purpose: undefined });
    await counter.close();
  }
  const counter = createViews({ db, clock, logger: { error: expect.fail, warn: expect.fail } });
  await counter.recount(clock(), new AbortController().signal);
}

async function comment(
  db: Database,
  articleId: string,
  parentId: string | null,
  status: CommentStatus,
  body: string,
  authorEmail: string | null = null,
): Promise<string> {
  const { comments } = db.tables;
  const id = uuid();
  await db.write(async (tx) => {
    const [parent] = parentId === null ? [] : await tx.select().from(comments).where(eq(comments.id, parentId));
    const threadId = parent?.threadId ?? id;
    const at = new Date(Date.UTC(2026, 0, 17) + Number(`0x${id.slice(-4)}`));
    await tx.insert(comments).values({
      ...{
        id,
        articleN: numberOfArticle(articleId),
        parentId,
        threadId,
        depth: parent ? parent.depth + 1 : 0,
        status,
        body,
        authorEmail,
      },
      ...{ authorName: 'قارئ', links: body.includes('http') ? 1 : 0, approvedReplies: 0 },
      ...{ period: periodOf(at), fingerprint: id, version: 1, createdAt: at, updatedAt: at },
    });
    if (parent && status === 'approved')
      await tx
        .update(comments)
        .set({ approvedReplies: 1 })
        .where(inArray(comments.id, [threadId, parent.id]));
  });
  return id;
}

describeEachEngine('an export', (engine) => {
  let source: Awaited<ReturnType<typeof freshDatabase>>;
  let target: Awaited<ReturnType<typeof freshDatabase>>;
  let others: (typeof target)[] = [];
  async function open(which: typeof engine): Promise<typeof target> {
    const opened = await freshDatabase(which);
    others.push(opened);
    return opened;
  }
  const linesOf = async (db: Database) => (await exportOf(db)).trim().split('\n');
  beforeEach(async () => {
    source = await freshDatabase(engine);
    await fill(source.db);
  });
  afterEach(async () => {
    await source.dispose();
    for (const other of others) await other.dispose();
    others = [];
  });

  it.each(enginesToTest(process.env))(
    'gives byte-equal exports after an import into an empty %s database',
    async (other) => {
      target = await open(other);
      const text = await exportOf(source.db);
      const { problems, ...counts } = await importInto(target.db, text.trim().split('\n'));
      expect(problems).toEqual([]);
      expect(counts).toMatchObject({ updated: 0, unchanged: 0, failed: 0 });
      expect(await exportOf(target.db)).toBe(text);
    },
  );

  it('gives back what readers see, byte for byte, and every count', async () => {
    target = await open(engine);
    await importInto(target.db, await linesOf(source.db));
    const seen = async ({ read, tables }: Database) => [
      // Numbers are given anew; what has them is found by the article.
      (await read.select().from(tables.publications).orderBy(tables.publications.articleId)).map(
        ({ n: _, ...row }) => row,
      ),
      await read
        .select({
          card: tables.publications.card,
          rest: tables.publicationDocuments.rest,
          hash: tables.publicationDocuments.documentHash,
        })
        .from(tables.publicationDocuments)
        .innerJoin(tables.publications, eq(tables.publications.n, tables.publicationDocuments.n))
        .orderBy(tables.publications.articleId),
      await facetsOf({ read, tables }),
      (await selectComments(read, tables).orderBy(tables.comments.id)).map(({ fingerprint: _, n: _n, ...row }) => row),
      await read.select().from(tables.articleSlugs).orderBy(tables.articleSlugs.slugKey),
    ];
    expect(await seen(target.db)).toEqual(await seen(source.db));
  });

  it('leaves what editors changed as it is when an agency sends the same line again', async () => {
    const line = { externalId: 'agency', headline: 'خبر وكالة', status: 'published' };
    await importInto(source.db, [line]);
    const { articles, articleImports } = source.db.tables;
    const edited = { headline: 'بعد التحرير' };
    await source.db.write((tx) => tx.update(articles).set(edited).where(eq(articles.externalId, 'agency')));
    const lines = await linesOf(source.db);
    target = await open(engine);
    await importInto(target.db, lines);
    expect(await importInto(target.db, [line])).toMatchObject({ unchanged: 1, updated: 0 });
    // Files of versions before have no digests, and take none away.
    const older = lines.map((each) => each.replace(/"importDigest":"[^"]*",/, ''));
    expect(older).not.toEqual(lines);
    expect(await importInto(target.db, older)).toMatchObject({ updated: 0 });
    const digestsOf = (db: Database) => db.read.select().from(articleImports).orderBy(articleImports.articleId);
    expect(await digestsOf(target.db)).toEqual(await digestsOf(source.db));
  });

  it('holds what readers see where the working copy has moved on', async () => {
    const articles = await articlesOf(source.db);
    const edited = articles.find((article) => article.externalId === 'edited');
    expect(edited.headline).toBe('بعد التعديل');
    expect(edited.publication.snapshot.headline).toBe('نُشر ثم عُدّل');
    expect(edited.slugs).toHaveLength(2);
    expect(articles.find((article) => article.externalId === 'unpublished').publication).toBeNull();
  });

  it('changes nothing when it is imported where it came from', async () => {
    const text = await exportOf(source.db);
    const counts = await importInto(source.db, text.trim().split('\n'));
    expect(counts).toMatchObject({ created: 0, updated: 0, failed: 0 });
    expect(await exportOf(source.db)).toBe(text);
  });

  it('holds every article, however many there are, and tells how far it is', async () => {
    const lines = Array.from({ length: 400 }, (_, index) => ({ headline: `خبر ${index}`, status: 'published' }));
    expect(await importInto(source.db, lines)).toMatchObject({ created: 400 });
    const records: { type: string; id: string; publication: { snapshot: object | null } | null }[] = [];
    const told: [number, number][] = [];
    const write = (line: string) => void records.push(JSON.parse(line));
    const counts = await exportNewsroom(source.db, write, (...done) => told.push(done));
    const ids = records.filter(({ type }) => type === 'article').map(({ id }) => id);
    expect([ids.length, new Set(ids).size, counts]).toEqual([404, 404, { terms: 7, articles: 404, comments: 4 }]);
    // What readers see is said once where editors see the same.
    expect(records.filter(({ publication }) => publication?.snapshot).length).toBe(1);
    expect(told).toEqual([200, 400, 404].map((done) => [done, 404]));
  });

  it('of more comments than a line holds is the same, by whole threads', async () => {
    const { articles, comments, publications } = source.db.tables;
    const [article] = await source.db.read.select().from(articles).where(eq(articles.externalId, 'published'));
    const id = article?.id ?? '';
    const words = 'كلام '.repeat(990);
    for (let thread = 0; thread < 50; thread++) {
      const first = await comment(source.db, id, null, 'approved', `${thread} ${words}`);
      for (let reply = 0; reply < 4; reply++) await comment(source.db, id, first, 'approved', `${reply} ${words}`);
    }
    await source.db.write(async (tx) => {
      await tx.update(publications).set({ commentCount: 252 }).where(eq(publications.articleId, id));
    });
    const lines = (await exportOf(source.db)).trim().split('\n');
    expect(lines.filter((line) => line.includes(`"id":"${id}"`)).length).toBe(2);
    target = await open(engine);
    expect(await importInto(target.db, lines)).toMatchObject({ failed: 0 });
    expect(await exportOf(target.db)).toBe(`${lines.join('\n')}\n`);
    expect(await target.db.read.$count(comments)).toBe(254);
    const [shown] = await target.db.read.select().from(publications).where(eq(publications.articleId, id));
    expect(shown?.commentCount).toBe(252);
    expect(await importInto(target.db, lines)).toMatchObject({ created: 0, updated: 0, failed: 0 });
  });

  it('has categories behind those that they stand below, whichever was there first', async () => {
    const top = (await linesOf(source.db)).map((line) => JSON.parse(line)).find(({ name }) => name === 'أخبار');
    const above = { ...top, id: uuid(), name: 'العالم', slug: 'العالم' };
    expect(await importInto(source.db, [above, { ...top, parentId: above.id }])).toMatchObject({ failed: 0 });
    const lines = await linesOf(source.db);
    target = await open(engine);
    expect(await importInto(target.db, lines)).toMatchObject({ failed: 0 });
    expect(await linesOf(target.db)).toEqual(lines);
  });

  it('leaves nothing of the addresses that categories had behind, and takes none from who left it last', async () => {
    target = await open(engine);
    await importInto(target.db, [{ headline: 'خبر', category: 'محليات' }]);
    const { formerTermSlugs, categories } = target.db.tables;
    const [here] = await target.db.read.select().from(categories);
    const leftAt = new Date('2026-02-01T00:00:00Z');
    await target.db.write(async (tx) => {
      await tx
        .insert(formerTermSlugs)
        .values({ kind: 'category', slugKey: 'قديم', slug: 'قديم', termId: here?.id ?? '', leftAt });
    });
    const lines = (await linesOf(source.db)).filter((line) => !line.startsWith('{"type":"article"'));
    await importInto(target.db, lines);
    const [politics] = await target.db.read.select().from(categories).where(eq(categories.name, 'سياسة'));
    const lastOf = async (key: string) => findFormer(target.db.read, target.db.tables, 'category', key);
    expect([await lastOf('سياسه-عامه'), await lastOf('قديم')]).toEqual([politics?.id, here?.id]);
    // A record with another slug moves the category, and the address it had here leads on too.
    const moved = lines.map((line) => line.replace('"slug":"سياسة"', '"slug":"سياسات"'));
    expect(await importInto(target.db, moved)).toMatchObject({ updated: 1, failed: 0 });
    expect(await lastOf('سياسه')).toBe(politics?.id);
    expect(await importInto(target.db, moved)).toMatchObject({ updated: 0, failed: 0 });
  });

  it('puts no category below itself, not even by two imports at once', async () => {
    const [upper, lower] = (await linesOf(source.db)).flatMap((line) => {
      const term = JSON.parse(line);
      return term.type === 'category' ? [{ ...term, parentId: null }] : [];
    });
    const elsewhere = await openDatabase(source.url);
    try {
      for (let n = 0; n < 3; n++) {
        await importInto(source.db, [upper, lower]);
        const moved = await Promise.all([
          importInto(source.db, [{ ...upper, parentId: lower.id }]),
          importInto(elsewhere, [{ ...lower, parentId: upper.id }]),
        ]);
        expect(moved.map(({ updated, failed }) => [updated, failed].join()).sort()).toEqual(['0,1', '1,0']);
      }
    } finally {
      await elsewhere.close();
    }
  });

  it('restores an article that was changed since, and keeps what readers have written since', async () => {
    const before = await articlesOf(source.db);
    const lines = await linesOf(source.db);
    const article = before.find((each) => each.externalId === 'published');
    const { articles } = source.db.tables;
    await source.db.write(async (tx) => {
      await tx.update(articles).set({ headline: 'خطأ' }).where(eq(articles.id, article.id));
    });
    const late = await comment(source.db, article.id, null, 'approved', 'تعليق لاحق');
    expect(await importInto(source.db, lines)).toMatchObject({ created: 0, updated: 1, failed: 0 });
    const after = (await articlesOf(source.db)).find((each) => each.id === article.id);
    expect(after.headline).toBe('منشور');
    expect(after.comments.map((each: { id: string }) => each.id)).toContain(late);
    const { publications } = source.db.tables;
    const [row] = await source.db.read.select().from(publications).where(eq(publications.articleId, article.id));
    expect(row?.commentCount).toBe(3);
  });

  it('restores what differs only in the order of tags, in what an author did, or in the category', async () => {
    const find = async () => (await articlesOf(source.db)).find((each) => each.externalId === 'published');
    const [author, ...authors] = (await find()).authors;
    const tags = (await find()).tags.toReversed();
    expect(await find()).toMatchObject({ source: { name: 'وكالة', url: 'https://example.org/a' } });
    for (const change of [{ tags }, { authors: [{ ...author, role: 'editor' }, ...authors] }, { category: null }]) {
      expect(await importInto(source.db, [{ ...(await find()), ...change }])).toMatchObject({ updated: 1, failed: 0 });
      expect(await find()).toMatchObject(change);
    }
  });

  it('counts the replies that it restores, and knows a slug that readers have seen elsewhere', async () => {
    const { db } = source;
    const { comments } = db.tables;
    const { id, approvedReplies } = comments;
    const countsOf = () => db.read.select({ id, approvedReplies }).from(comments).orderBy(id);
    const counted = await countsOf();
    expect(counted.map((row) => row.approvedReplies).sort()).toEqual([0, 0, 1, 1]);
    const articles = await articlesOf(db);
    await db.write(async (tx) => {
      await tx.update(comments).set({ status: 'rejected' }).where(eq(comments.depth, 2));
      await tx.update(comments).set({ approvedReplies: 0 });
    });
    expect(await importInto(db, articles)).toMatchObject({ updated: 1, failed: 0 });
    expect(await countsOf()).toEqual(counted);
    const edited = articles.find(({ externalId }) => externalId === 'edited');
    const slugs = edited.slugs.map((slug: object) => ({ ...slug, wasPublic: true }));
    expect(slugs).not.toEqual(edited.slugs);
    expect(await importInto(db, [{ ...edited, slugs }])).toMatchObject({ updated: 1, failed: 0 });
    expect((await articlesOf(db)).find((each) => each.id === edited.id)).toMatchObject({ slugs });
  });

  it('waits for whoever changes an article that it restores, and leaves nothing of that beside the record', async () => {
    const { db } = source;
    const draft = (await articlesOf(db)).find((each) => each.headline === 'مسودة');
    const record = { ...draft, headline: 'كما في الملف' };
    const publishing = createPublishingService({
      ...{ db, clock, audit: createAudit(db.tables, clock) },
      store: createPublicationStore(db.tables, createSearchIndex(db)),
    });
    const held = heldWrite(db);
    const published = publishing.publish({ actor: systemActor, requestId: null, write: held.write }, draft.id, 'any');
    await held.stored;
    const imported = importInto(db, [record]);
    // Until it has come as far as it can.
    await sleep(200);
    held.release();
    await published;
    expect(await imported).toMatchObject({ updated: 1, failed: 0 });
    const { status, headline, publication } = (await articlesOf(db)).find((each) => each.id === draft.id);
    expect({ status, headline, publication }).toEqual({ status: 'draft', headline: 'كما في الملف', publication: null });
  });

  it('takes from no other article what it has, and from no slug that readers have seen it', async () => {
    const before = await exportOf(source.db);
    const articles = await articlesOf(source.db);
    const [published, edited] = ['published', 'edited'].map((name) =>
      articles.find(({ externalId }) => externalId === name),
    );
    for (const theirs of [
      { slugs: [...edited.slugs, ...published.slugs] },
      { comments: [{ ...published.comments[0], parentId: null }] },
    ]) {
      expect(await importInto(source.db, [{ ...edited, ...theirs }])).toMatchObject({ updated: 0, failed: 1 });
      expect(await exportOf(source.db)).toBe(before);
    }
    const unseen = { slugs: published.slugs.map((slug: object) => ({ ...slug, wasPublic: false })) };
    expect(await importInto(source.db, [{ ...published, ...unseen }])).toMatchObject({ unchanged: 1, failed: 0 });
    const line = { ...published, ...unseen, headline: 'عنوان آخر' };
    expect(await importInto(source.db, [line])).toMatchObject({ updated: 1, failed: 0 });
    const after = (await articlesOf(source.db)).find(({ id }) => id === published.id);
    expect(after).toMatchObject({ headline: 'عنوان آخر', slugs: published.slugs });
  });

  it('is refused where a category would stand below itself', async () => {
    const before = await exportOf(source.db);
    const terms = (await linesOf(source.db)).map((line) => JSON.parse(line)).filter(({ type }) => type === 'category');
    const [top, below] = ['أخبار', 'محلي'].map((name) => terms.find((term) => term.name === name));
    expect(await importInto(source.db, [{ ...top, parentId: below.id }])).toMatchObject({ updated: 0, failed: 1 });
    expect(await exportOf(source.db)).toBe(before);
  });

  it('lets editors find working copies as they are', async () => {
    const room = await openNewsroom(engine);
    try {
      await importInto(room.db, await linesOf(source.db));
      const found = async (q: string) =>
        (await room.call(`/v1/editorial/articles?${new URLSearchParams({ q })}`, { as: 'editor' })).body.data.map(
          (article: { externalId: string }) => article.externalId,
        );
      expect(await found('التعديل')).toEqual(['edited']);
    } finally {
      await room.close();
    }
  });

  it('takes along how often articles were read, and never counts a reading twice', async () => {
    const lines = await linesOf(source.db);
    const article = (await articlesOf(source.db)).find((each) => each.externalId === 'published');
    const { publications } = source.db.tables;
    const windowsOf = async ({ read }: Database) => {
      const { views24h, views7d } = publications;
      const [row] = await read
        .select({ views24h, views7d })
        .from(publications)
        .where(eq(publications.articleId, article.id));
      return row;
    };
    expect(article.publication.views).toEqual([
      { hour: '2026-01-14T02:00:00.000Z', views: 20 },
      { hour: '2026-01-15T07:00:00.000Z', views: 7 },
    ]);
    target = await open(engine);
    await importInto(target.db, lines);
    expect(await windowsOf(target.db)).toEqual({ views24h: 7, views7d: 27 });

    // What was read since stays, whether or not the article itself has to be restored.
    await read(target.db, article.id, { hoursAgo: 0, views: 3 }, { hoursAgo: 30, views: 1 });
    expect(await importInto(target.db, lines)).toMatchObject({ created: 0, updated: 0, failed: 0 });
    const other = lines.map((line) => line.replace('"headline":"منشور"', '"headline":"آخر"'));
    expect(await importInto(target.db, other)).toMatchObject({ updated: 1 });
    expect(await windowsOf(target.db)).toEqual({ views24h: 10, views7d: 31 });

    // A record that knows of more readings brings them; hours that no window reaches are nobody's concern.
    const more = lines.map((line) =>
      line
        .replace('"views":7', '"views":9')
        .replace('"views":[', '"views":[{"hour":"2025-12-01T00:00:00.000Z","views":5},')
        .replace('"views":[', '"views":[{"hour":"2026-01-14T08:00:00.000Z","views":4},')
        .replace('"views":[', '"views":[{"hour":"2026-01-15T09:00:00.000Z","views":6},'),
    );
    expect(await importInto(target.db, more)).toMatchObject({ updated: 1 });
    // Those of 24 hours ago count for the week only, those of an hour that has not come for nothing.
    expect(await windowsOf(target.db)).toEqual({ views24h: 12, views7d: 37 });
    expect(await importInto(target.db, more)).toMatchObject({ updated: 0 });
    const after = (await articlesOf(target.db)).find((each) => each.id === article.id);
    expect(after.publication.views.map((each: { views: number }) => each.views)).toEqual([21, 4, 9, 3]);
  });

  it('meets terms of the same name elsewhere, and uses them', async () => {
    target = await open(engine);
    await importInto(target.db, [
      { headline: 'سابق', category: ['أخبار', 'سياسة'], tags: ['سوريا'], authors: ['ليلى'] },
    ]);
    const lines = await linesOf(source.db);
    expect(await importInto(target.db, lines)).toMatchObject({ failed: 0 });
    expect(await importInto(target.db, lines)).toMatchObject({ created: 0, updated: 0, failed: 0 });
    const articles = await articlesOf(target.db);
    const earlier = articles.find((article) => article.headline === 'سابق');
    const published = articles.find((article) => article.externalId === 'published');
    expect(published.category.path).toEqual(['أخبار', 'سياسة', 'محلي']);
    expect(published.tags[0]).toEqual(earlier.tags[0]);
    expect(published.authors[0].id).toBe(earlier.authors[0].id);
  });

  it('finds or makes terms by name where their lines are missing', async () => {
    target = await open(engine);
    const lines = (await linesOf(source.db)).filter((line) => line.startsWith('{"type":"article"'));
    expect(await importInto(target.db, lines)).toMatchObject({ created: 4, failed: 0 });
    const published = (await articlesOf(target.db)).find((article) => article.externalId === 'published');
    expect(published.category.path).toEqual(['أخبار', 'سياسة', 'محلي']);
    expect(published.tags.map((tag: { name: string }) => tag.name)).toEqual(['سوريا', 'دمشق']);
  });

  it.each([
    [
      'another article has its slug',
      (record: object) => ({ ...record, id: uuid(), externalId: null, comments: [], sections: [] }),
    ],
    [
      'another article has its externalId',
      (record: object) => ({
        ...record,
        id: uuid(),
        slug: 'آخر',
        slugs: [{ slug: 'آخر', wasPublic: true, createdAt: '2026-01-01T00:00:00.000Z' }],
        comments: [],
        sections: [],
      }),
    ],
    ['its slug is none of its slugs', (record: object) => ({ ...record, slug: 'غريب' })],
    [
      'a comment answers none',
      (record: object) => ({ ...record, comments: [{ ...commentOf(record), parentId: uuid() }] }),
    ],
    ['it has an unknown field', (record: object) => ({ ...record, extra: 1 })],
    [
      'its body is no Portable Text',
      (record: object) => ({ ...record, sections: [{ ...sectionOf(record), body: [{ _type: 'script' }] }] }),
    ],
  ])('is refused line by line where %s', async (_, change) => {
    const before = await exportOf(source.db);
    const record = (await articlesOf(source.db)).find((article) => article.externalId === 'published');
    const { problems, ...counts } = await importInto(source.db, [change(record)]);
    expect(counts).toMatchObject({ created: 0, updated: 0, failed: 1 });
    expect(problems).toHaveLength(1);
    expect(await exportOf(source.db)).toBe(before);
  });

  it.each(['0001-01-01T00:00:00Z', '9999-12-31T23:59:00-05:00'])(
    'is refused wherever it says %s, which is no date of a newsroom',
    async (date) => {
      const before = await exportOf(source.db);
      const lines = (await exportOf(source.db)).trim().split('\n').slice(1);
      const changed = lines.flatMap((line) => {
        const dates = [...line.matchAll(/(?<=":")\d{4}-\d\d-\d\dT[\d:.]+Z(?=")/g)];
        return dates.map(({ index, 0: { length } }) => line.slice(0, index) + date + line.slice(index + length));
      });
      expect(changed.length).toBeGreaterThan(50);
      const { problems } = await importInto(source.db, changed, { dryRun: true });
      expect(problems.map(([line]) => line)).toEqual(changed.map((_, index) => index + 1));
      for (const [, error] of problems)
        expect(error).toMatchObject({
          errors: [{ code: 'out_of_range', message: { en: 'Expected a year from 1000 to 9999.' } }],
        });
      expect(await exportOf(source.db)).toBe(before);
    },
  );

  it('is refused where its parts do not hold together', async () => {
    const record = (await articlesOf(source.db)).find((article) => article.externalId === 'published');
    const [section, ...sections] = record.sections;
    const [slug] = record.slugs;
    const anchor = { ...section, id: uuid() };
    const changes = [
      { slugs: [slug, { ...slug, slug: `${slug.slug}ـ` }] },
      ...[{ status: 'unpublished' }, { publication: null }],
      ...[{ sections: [section, ...sections, { ...section, anchor: 'آخر' }] }, { sections: [section, anchor] }],
      { comments: [commentOf(record), commentOf(record)] },
    ];
    const lines = changes.map((change) => ({ ...record, ...change }));
    const { problems } = await importInto(source.db, [record, ...lines], { dryRun: true });
    expect(problems.map(([line, { message }]) => [line, message])).toEqual([
      [2, 'slugs: two of them are the same address'],
      [3, 'publication: an article that is unpublished has none'],
      [4, 'publication: an article that is published has one'],
      [5, 'sections: two of them have the same id'],
      [6, 'sections: two of them have the same anchor'],
      [7, expect.stringMatching(/^comments: .* is there twice$/)],
    ]);
  });

  // What is too long is known by its line, whatever database it comes from.
  it.runIf(engine === 'sqlite')(
    'is refused, by its name, where an article is longer than an import reads',
    async () => {
      const { articles } = source.db.tables;
      const { id } = (await articlesOf(source.db))[0];
      const lead = 'ا'.repeat(maxLineBytes / 2);
      await source.db.write((tx) => tx.update(articles).set({ lead }).where(eq(articles.id, id)));
      await expect(exportOf(source.db)).rejects.toThrow(`The article ${id} is longer`);
    },
  );

  it('names no user and no secret', async () => {
    expect(await exportOf(source.db)).not.toMatch(/password|secret|token|"userId"/i);
  });
});

function commentOf(record: object): object {
  return (record as { comments: object[] }).comments[0] ?? {};
}

function sectionOf(record: object): object {
  return (record as { sections: object[] }).sections[0] ?? {};
}

/** By what lists find each article. */
async function facetsOf({ read, tables }: Pick<Database, 'read' | 'tables'>) {
  const { facets, publicationFacets, publications } = tables;
  const rows = await read
    .select({ article: publications.articleId, at: publicationFacets.publishedAt, facet: facets })
    .from(publicationFacets)
    .innerJoin(publications, eq(publications.n, publicationFacets.n))
    .innerJoin(facets, eq(facets.id, publicationFacets.facet));
  return rows.map(({ article, at, facet }) => JSON.stringify([article, at, { ...facet, id: 0 }])).sort();
}
