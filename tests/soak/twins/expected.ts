import { expect } from 'vitest';
import { slugKey } from '../../../src/arabic/slug.ts';
import { readAll } from './compare.ts';
import { ask, type Reader } from './twins.ts';
import type { kinds, Said, World } from './world.ts';

type Published = ReturnType<World['published']>[number];
type Test = (story: Published) => boolean;

/** Compares what a room answers to what was to be expected after all that was done. */
export async function checkAgainst(room: Reader, world: World): Promise<void> {
  await checkAddresses(room, world);
  await checkLists(room, world);
  await checkArchive(room, world);
  for (const story of world.published()) await checkComments(room, world, story.id);
}

async function checkAddresses(room: Reader, world: World): Promise<void> {
  const get = async (ref: string) => {
    const { status, body, headers } = await ask(room, {
      method: 'GET',
      url: `/v1/articles/${encodeURIComponent(ref)}`,
    });
    return [ref, status, status === 200 ? body.id : decodeURI(headers.location ?? '')];
  };
  for (const { id, status } of world.stories.values())
    expect(await get(id)).toEqual([
      id,
      ...({ published: [200, id], killed: [410, ''], draft: [404, ''], unpublished: [404, ''] } as const)[status],
    ]);
  for (const slug of world.slugs) {
    const key = slugKey(slug);
    const all = [...world.stories.values()];
    const current = all.find(({ publication }) => publication && slugKey(publication.slug) === key);
    const former = all.find(({ publicSlugs }) => publicSlugs.has(key));
    const moved = former?.publication
      ? [308, `/v1/articles/${former.publication.slug}`]
      : [former?.status === 'killed' ? 410 : 404, ''];
    expect(await get(slug)).toEqual([slug, ...(current ? [200, current.id] : moved)]);
  }
}

async function checkLists(room: Reader, world: World): Promise<void> {
  const tests: [query: string, Test][] = [
    ['', () => true],
    ['&urgency=1', ({ publication }) => publication.urgency === 1],
    ['&locale=ar', ({ publication }) => publication.locale === 'ar'],
    ...[...world.terms.categories.keys()].map((id): [string, Test] => {
      const below = world.subtree(id);
      return [`&category=${id}`, ({ publication }) => below.has(publication.category ?? '')];
    }),
    ...[...world.terms.tags.keys()].map((id): [string, Test] => [
      `&tag=${id}`,
      ({ publication }) => publication.tags.includes(id),
    ]),
    ...[...world.terms.authors.keys()].map((id): [string, Test] => [
      `&author=${id}`,
      ({ publication }) => publication.authors.includes(id),
    ]),
    [`&from=2025-11-01T00:00:00Z`, ({ publication }) => publication.publishedAt >= Date.parse('2025-11-01')],
  ];
  const byTime = (a: Published, b: Published) =>
    b.publication.publishedAt - a.publication.publishedAt || b.order - a.order;
  const said = new Map(world.published().map(({ id }) => [id, world.approvedOn(id)]));
  const sorts: Record<string, (a: Published, b: Published) => number> = {
    '-publishedAt': byTime,
    publishedAt: (a, b) => -byTime(a, b),
    '-updatedAt': (a, b) => b.publication.updatedAt - a.publication.updatedAt || byTime(a, b),
    '-commentCount': (a, b) => (said.get(b.id) ?? 0) - (said.get(a.id) ?? 0) || byTime(a, b),
  };
  for (const [filter, test] of tests)
    for (const [sort, order] of Object.entries(sorts)) {
      const url = `/v1/articles?limit=4&sort=${sort}${filter}`;
      const pages = await readAll(room, { method: 'GET', url, isPaged: true });
      const listed = pages.flatMap(({ answer }) => answer.body.data);
      const wanted = world.published().filter(test).sort(order);
      expect([url, listed.map(shownOf)]).toEqual([
        url,
        wanted.map((story) => expectedOf(world, story, said.get(story.id) ?? 0)),
      ]);
    }
}

// biome-ignore lint/suspicious/noExplicitAny: a card as it was answered
function shownOf({ id, slug, headline, category, tags, authors, comments }: any) {
  const names = (terms: { name: string }[]) => terms.map(({ name }) => name);
  return {
    id,
    slug,
    headline,
    category: category?.name ?? null,
    tags: names(tags),
    authors: names(authors),
    comments: comments.count,
  };
}

function expectedOf(world: World, { id, publication }: Published, comments: number) {
  const name = (kind: (typeof kinds)[number]) => (term: string) => world.terms[kind].get(term)?.name;
  const { slug, headline, category, tags, authors } = publication;
  return {
    ...{ id, slug, headline, comments, category: category === null ? null : name('categories')(category) },
    ...{ tags: tags.map(name('tags')), authors: authors.map(name('authors')) },
  };
}

async function checkArchive(room: Reader, world: World): Promise<void> {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone: world.timeZone, year: 'numeric', month: '2-digit' });
  const counts: Record<string, number> = {};
  for (const { publication } of world.published()) {
    const parts = format.formatToParts(publication.publishedAt);
    const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '';
    const month = `${part('year')}-${part('month')}`;
    counts[month] = (counts[month] ?? 0) + 1;
  }
  const data = Object.entries(counts)
    .sort(([a], [b]) => (a < b ? 1 : -1))
    .map(([month, count]) => ({ month, count }));
  const { body } = await ask(room, { method: 'GET', url: '/v1/archive' });
  // Where the settings say so, each has its name in words besides.
  const months = body.data.map(({ month, count }: { month: string; count: number }) => ({ month, count }));
  expect({ ...body, data: months }).toEqual({ data, total: world.published().length });
}

async function checkComments(room: Reader, world: World, articleId: string): Promise<void> {
  const own = [...world.comments.values()].filter((said) => said.articleId === articleId);
  const below = ({ id }: Said): Said[] =>
    own.filter(({ parentId }) => parentId === id).flatMap((said) => [said, ...below(said)]);
  const approvedBelow = (said: Said) => below(said).filter(({ status }) => status === 'approved').length;
  const isShown = (said: Said) => said.status === 'approved' || approvedBelow(said) > 0;
  const inTime = (a: Said, b: Said) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1);
  const tree = (said: Said): object => ({
    ...{ id: said.id, status: said.status === 'approved' ? 'approved' : 'deleted', replyCount: approvedBelow(said) },
    replies: own
      .filter((reply) => reply.parentId === said.id && isShown(reply))
      .sort(inTime)
      .map(tree),
  });
  const threads = own
    .filter((said) => said.parentId === null && isShown(said))
    .sort(inTime)
    .map(tree);
  for (const [sort, wanted] of [
    ['oldest', threads],
    ['newest', threads.toReversed()],
  ] as const) {
    const url = `/v1/articles/${articleId}/comments?limit=2&sort=${sort}`;
    const pages = await readAll(room, { method: 'GET', url, isPaged: true });
    expect([url, pages.flatMap(({ answer }) => answer.body.data).map(shownTree)]).toEqual([url, wanted]);
  }
}

// biome-ignore lint/suspicious/noExplicitAny: a thread as it was answered
function shownTree({ id, status, replyCount, replies }: any): object {
  return { id, status, replyCount, replies: replies.map(shownTree) };
}
