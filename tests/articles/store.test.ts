import { afterEach, beforeEach, expect, it } from 'vitest';
import { prepareArticle } from '../../src/articles/prepare.ts';
import { articleCreate } from '../../src/articles/schemas.ts';
import { createArticleStore, type Stored } from '../../src/articles/store.ts';
import { loadWorkingCopy, type WorkingCopy } from '../../src/articles/working-copy.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { type Desk, deskOf } from './desk.ts';

const nobody = '0198c0de-0000-7000-8000-000000000000';

describeEachEngine('articles stored many at a time', (engine) => {
  let room: Newsroom;
  let desk: Desk;
  beforeEach(async () => {
    room = await openNewsroom(engine);
    desk = deskOf(room);
  });
  afterEach(() => room.close());

  async function upsert(...inputs: object[]): Promise<Stored[]> {
    const store = createArticleStore(room.db.tables, room.clock);
    const prepare = (input: object) =>
      prepareArticle(articleCreate.parse({ headline: 'خبر', ...input }), { locale: 'ar', timeZone: 'Asia/Damascus' });
    const items = await Promise.all(inputs.map(prepare));
    return room.db.write((tx) => store.upsertArticles(tx, 'importer', items));
  }
  const outcomes = (stored: Stored[]) => stored.map((each) => each.outcome);
  const copyOf = (stored: Stored | undefined) => {
    if (!stored || stored.outcome === 'refused') throw new Error('refused');
    return stored.copy;
  };
  /** The row has a number beside what was given to be stored. */
  const numbered = (copy: WorkingCopy) => ({ ...copy, article: { n: expect.any(Number), ...copy.article } });
  const stored = async (id: string) => room.db.write((tx) => loadWorkingCopy(tx, room.db.tables, id));

  it('answer what was stored, exactly as it reads back', async () => {
    const author = await desk.term('authors', 'ليلى حداد');
    const tag = await desk.term('tags', 'سوريا');
    const answers = await upsert(
      { externalId: 'a', authors: [author.id], tagIds: [tag.id], sections: [{ heading: 'قسم', body: { text: 'نص' } }] },
      { externalId: 'b', seo: { title: 'عنوان' }, custom: { b: 1, a: 2 }, publishedAt: '2020-01-01T00:00:00Z' },
      {},
    );
    expect(outcomes(answers)).toEqual(['created', 'created', 'created']);
    for (const answer of answers) {
      const copy = copyOf(answer);
      expect(copy.article.createdBy).toBe('importer');
      expect(await stored(copy.article.id)).toEqual(numbered(copy));
    }
    expect(answers.map((answer) => copyOf(answer).article.slug).sort()).toEqual(['خبر', 'خبر-2', 'خبر-3']);
  });

  it('refuse those that cannot be stored, without a trace and without harm to the others', async () => {
    const [taken] = await upsert({ slug: 'محجوز', externalId: 'old' });
    const answers = await upsert(
      { slug: 'محجوز' },
      { categoryId: nobody, sections: [{}] },
      { headline: 'سليم', authors: [] },
      { authors: [nobody] },
      { externalId: 'old', tagIds: [nobody] },
      { externalId: 'old2', slug: 'جديد' },
      { slug: 'جديد', sections: [{}] },
    );
    expect(outcomes(answers)).toEqual(['refused', 'refused', 'created', 'refused', 'refused', 'created', 'refused']);
    const codes = answers.map((answer) =>
      answer.outcome === 'refused' ? [answer.error.code, answer.error.errors[0]?.pointer] : null,
    );
    expect(codes).toEqual([
      ['already-exists', '/slug'],
      ['unprocessable', '/categoryId'],
      null,
      ['unprocessable', '/authors/0/id'],
      ['unprocessable', '/tagIds/0'],
      null,
      ['already-exists', '/slug'],
    ]);
    const { articles, articleSlugs, sections } = room.db.tables;
    expect(await room.db.read.$count(articles)).toBe(3);
    expect(await room.db.read.$count(articleSlugs)).toBe(3);
    expect(await room.db.read.$count(sections)).toBe(0);
    expect(await stored(copyOf(taken).article.id)).toEqual(numbered(copyOf(taken)));
  });

  it('change nothing when they come again unchanged', async () => {
    const story = {
      externalId: 'a',
      slug: 'خبر-1',
      source: { name: 'م' },
      seo: { noIndex: true, title: 'ع' },
      custom: { b: [1, { c: null }] },
      comments: { mode: 'post' },
      publishedAt: '2020-01-01T00:00:00Z',
      sections: [{ heading: 'أ', body: { markdown: 'نص **مهم** و[رابط](https://example.org)' } }, {}],
    };
    const [first] = await upsert(story);
    room.pass(60_000);
    const [again] = await upsert(story);
    expect(again?.outcome).toBe('unchanged');
    expect(await stored(copyOf(first).article.id)).toEqual(numbered(copyOf(first)));
  });

  it('replace those of the same externalId: what is not sent is gone, ids and addresses stay', async () => {
    const author = await desk.term('authors', 'ليلى حداد');
    const [first] = await upsert({
      externalId: 'a',
      lead: 'مقدمة',
      authors: [author.id],
      sections: [{ heading: 'أ', body: { text: 'نص' } }, { heading: 'ب' }],
    });
    room.pass(1000);
    const [next] = await upsert({
      externalId: 'a',
      headline: 'خبر آخر',
      sections: [{ heading: 'ب' }, { heading: 'ج' }],
    });
    expect(next?.outcome).toBe('replaced');
    const [before, after] = [copyOf(first), copyOf(next)];
    expect(after.article).toMatchObject({
      id: before.article.id,
      slug: 'خبر',
      headline: 'خبر آخر',
      lead: null,
      version: 2,
      sectionsVersion: 2,
      createdAt: before.article.createdAt,
      updatedAt: room.clock(),
    });
    expect(after.authors).toEqual([]);
    expect(after.sections.map(({ heading, position }) => [heading, position])).toEqual([
      ['ب', 0],
      ['ج', 1],
    ]);
    expect(after.sections[0]?.id).toBe(before.sections[1]?.id);
    expect(await stored(before.article.id)).toEqual(numbered(after));
  });

  it('move to a slug that is sent, and stay whole when it is another’s', async () => {
    const [first, other] = await upsert({ externalId: 'a' }, { externalId: 'b', slug: 'غيره' });
    const [refused, moved] = await upsert(
      { externalId: 'a', slug: 'غيره', lead: 'x' },
      { externalId: 'b', slug: 'جديد' },
    );
    expect([refused?.outcome, moved?.outcome]).toEqual(['refused', 'replaced']);
    expect(await stored(copyOf(first).article.id)).toEqual(numbered(copyOf(first)));
    expect(copyOf(moved).article).toMatchObject({ id: copyOf(other).article.id, slug: 'جديد' });
    expect(await room.db.read.$count(room.db.tables.articleSlugs)).toBe(2);
  });

  it('go in by the thousand, more rows than one statement holds', async () => {
    const sections = Array.from({ length: 4 }, (_, n) => ({ heading: `قسم ${n}`, body: { text: 'نص' } }));
    const many = Array.from({ length: 1500 }, (_, n) => ({ externalId: `x${n}`, headline: `خبر ${n}`, sections }));
    expect(new Set(outcomes(await upsert(...many)))).toEqual(new Set(['created']));
    expect(await room.db.read.$count(room.db.tables.sections)).toBe(6000);
    expect(new Set(outcomes(await upsert(...many)))).toEqual(new Set(['unchanged']));
  });
});
