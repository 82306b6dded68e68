import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { type Press, pressOf } from './press.ts';

const sources = ['المصدر ٧', 'المصدر 7', 'وكالة أنباء'];
/** What those are compared as. */
const sourceKeys = ['المصدر 7', 'المصدر 7', 'وكاله انباء'];

const version = fc.record({
  category: fc.option(fc.nat(2), { nil: null }),
  tags: fc.uniqueArray(fc.nat(3), { maxLength: 3 }),
  authors: fc.uniqueArray(fc.record({ author: fc.nat(2), role: fc.constantFrom('author', 'photographer') }), {
    selector: ({ author }) => author,
  }),
  locale: fc.constantFrom('ar', 'ar-SY', 'en'),
  source: fc.option(fc.nat(2), { nil: null }),
  urgency: fc.option(fc.integer({ min: 1, max: 3 }), { nil: null }),
  day: fc.integer({ min: 1, max: 9 }),
});
type Version = typeof version extends fc.Arbitrary<infer Value> ? Value : never;

const step = fc.record({
  article: fc.nat(2),
  act: fc.oneof(
    { weight: 5, arbitrary: version },
    { weight: 1, arbitrary: fc.constant('unpublish' as const) },
    { weight: 1, arbitrary: fc.constant('edit' as const) },
  ),
});

describeEachEngine('what lists find publications by', (engine) => {
  let room: Newsroom;
  let press: Press;
  let terms: { categories: string[]; tags: string[]; authors: string[] };
  beforeAll(async () => {
    room = await openNewsroom(engine);
    press = pressOf(room);
    const make = async (kind: 'categories' | 'tags' | 'authors', many: number) =>
      Promise.all(Array.from({ length: many }, async (_, index) => (await press.term(kind, `${kind} ${index}`)).id));
    terms = {
      categories: await make('categories', 3),
      tags: await make('tags', 4),
      authors: await make('authors', 3),
    };
  });
  afterAll(() => room.close());

  /** Facets by name, as stored: `<name> <day> <article>`. */
  async function stored(): Promise<string[]> {
    const { facets, publicationFacets, publications } = room.db.tables;
    const [names, rows, shown] = [
      await room.db.read.select().from(facets),
      await room.db.read.select().from(publicationFacets),
      await room.db.read.select().from(publications),
    ];
    return rows
      .map(({ facet, publishedAt, n }) => {
        const row = names.find(({ id }) => id === facet);
        const name = row?.text ?? row?.categoryId ?? row?.tagId ?? row?.authorId;
        return `${name} ${publishedAt.getUTCDate()} ${shown.find((each) => each.n === n)?.articleId}`;
      })
      .sort();
  }

  const expected = (id: string, version: Version): string[] => [
    ...new Set(
      [
        `locale:${version.locale}`,
        ...(version.category === null ? [] : [terms.categories[version.category]]),
        ...(version.source === null ? [] : [`source:${sourceKeys[version.source]}`]),
        ...(version.urgency === null ? [] : [`urgency:${version.urgency}`]),
        ...version.tags.map((index) => terms.tags[index]),
        ...version.authors.map(({ author }) => terms.authors[author]),
      ].map((name) => `${name} ${version.day} ${id}`),
    ),
  ];

  const bodyOf = ({ category, tags, authors, locale, source, urgency, day }: Version) => ({
    categoryId: category === null ? null : terms.categories[category],
    tagIds: tags.map((index) => terms.tags[index]),
    authors: authors.map(({ author, role }) => ({ id: terms.authors[author], role })),
    source: source === null ? null : { name: sources[source] },
    ...{ locale, urgency, publishedAt: `2025-11-0${day}T10:00:00Z` },
  });

  it('is exactly what is public now, after any series of changes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        for (const { id } of (await press.list()).body.data) await press.unpublish(id);
        expect(await stored()).toEqual([]);
        const ids: string[] = [];
        for (let index = 0; index < 3; index++) ids.push((await press.create()).id);
        const shown = new Map<string, Version>();
        for (const { article, act } of steps) {
          const id = ids[article] as string;
          if (act === 'unpublish') {
            await press.unpublish(id);
            shown.delete(id);
          } else if (act === 'edit') {
            await press.patch(id, { categoryId: null, tagIds: [], urgency: 9, publishedAt: '2025-11-10T10:00:00Z' });
          } else {
            const patched = await press.patch(id, bodyOf(act));
            const published = await press.publish(id);
            expect([patched.status, published.status]).toEqual([200, 200]);
            shown.set(id, act);
          }
        }
        expect(await stored()).toEqual([...shown].flatMap(([id, version]) => expected(id, version)).sort());
      }),
      { numRuns: 12 },
    );
  });
});
