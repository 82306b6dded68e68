import { setImmediate as nextTick } from 'node:timers/promises';
import { inArray, sql } from 'drizzle-orm';
import { standardAnalyser } from '../arabic/analyse.ts';
import { hashOf } from '../arabic/likeness.ts';
import { isCommon } from '../arabic/query.ts';
import type { Database } from '../db/database.ts';
import { inPieces } from '../in-pieces.ts';
import { facetsOf } from '../publishing/facets.ts';
import { keepByNumber } from './kept-by-number.ts';
import type { Publication, Publications } from './publications.ts';

/** How many of the newest with the same tag, of the same category, and of all are looked at. */
const perTag = 100;
const perCategory = 60;
const latest = 60;

const weights = { words: 3, category: 0.5, freshness: 0.5 };
const halfLifeDays = 14;

/** Of so many the words are kept, a few hundred bytes each: the newest of a tag are candidates for all that have it. */
const storiesKept = 10_000;
/** So many are read by one query, and of so many the words before others have their turn. */
const readAtOnce = 50;
const storiesAtOnce = 10;

export type Related = ReturnType<typeof createRelated>;

/** What of a publication is compared: hashes of the stems of headline and lead without the commonest words, sorted. */
type Story = { n: number; articleId: string; publishedAt: number; stems: Int32Array };
type StoryRow = { n: unknown; article_id: string; published_at: unknown; card: Buffer };

/**
 * Articles about the same story. Candidates are the newest that share a tag or the category, and the latest of all;
 * each shared tag counts by how rare it is (the inverse of how many have it, by logarithm), the words of headline and
 * lead by the share of stems in common (Jaccard), and what was published within days of the article a little more.
 */
export function createRelated(db: Database, publications: Publications) {
  const { publicationFacets, facets, publications: table } = db.tables;
  const kept = keepByNumber<Story>(db, storiesKept);
  const ofFacet = db.prepare<{ n: unknown }>(
    sql`select n from ${publicationFacets} where facet = ${sql.placeholder('facet')} order by published_at desc, n desc limit ${sql.placeholder('most')}`,
  );
  const ofAll = db.prepare<{ n: unknown }>(
    sql`select n from ${table} order by published_at desc, n desc limit ${sql.raw(String(latest))}`,
  );

  return {
    stop: kept.stop,

    /** The `limit` nearest, nearest first. */
    async find(article: Publication, limit: number): Promise<Publication[]> {
      const scores = await candidatesOf(article);
      const own = storyOf(article);
      const stories = await storiesOf([...scores.keys()]);
      const nearest = stories
        .map((story) => ({ ...story, alike: similarity(own.stems, story.stems), shared: scores.get(story.n) ?? 0 }))
        .filter(({ alike, shared }) => alike > 0.05 || shared > 0)
        .map((story) => ({
          n: story.n,
          score: story.shared + freshness(own, story) + weights.words * story.alike,
        }))
        .sort((a, b) => b.score - a.score || b.n - a.n)
        .slice(0, limit);
      return publications.cards(nearest.map(({ n }) => n));
    },
  };

  /** Candidates by number, with what shared tags and the category count. */
  async function candidatesOf(article: Publication): Promise<Map<number, number>> {
    const scores = new Map<number, number>();
    const add = (n: number, score: number) => scores.set(n, (scores.get(n) ?? 0) + score);
    if (facetsOf({ ...article, locale: '', sourceKey: null, urgency: null }).length > 0) {
      const rows = await db.read
        .select()
        .from(facets)
        .where(
          sql`${inArray(facets.tagId, [...article.refs.tags, ''])} or ${facets.categoryId} = ${article.categoryId ?? ''}`,
        );
      for (const { id, tagId } of rows) {
        const found = numbersOf(await ofFacet({ facet: id, most: tagId === null ? perCategory : perTag + 1 }));
        const weight = tagId === null ? weights.category : 4 / Math.log2(2 + found.length);
        for (const n of found.slice(0, perTag)) add(n, weight);
      }
    }
    for (const n of numbersOf(await ofAll({}))) add(n, 0);
    scores.delete(article.n);
    return scores;
  }

  async function storiesOf(numbers: readonly number[]): Promise<Story[]> {
    const stories: Story[] = [];
    for await (const piece of inPieces(numbers, readAtOnce)) stories.push(...(await kept.all(piece, readStories)));
    return stories;
  }

  async function readStories(numbers: readonly number[]): Promise<Story[]> {
    const rows = await db.read.rows<StoryRow>(
      sql`select n, article_id, published_at, card from ${table} where n in ${[...numbers]}`,
    );
    const stories: Story[] = [];
    await nextTick();
    for await (const piece of inPieces(rows, storiesAtOnce))
      for (const { n, article_id, published_at, card } of piece) {
        const publishedAt = new Date(Number(published_at));
        stories.push(storyOf({ n: Number(n), articleId: article_id, publishedAt, card }));
      }
    return stories;
  }
}

function numbersOf(rows: readonly { n: unknown }[]): number[] {
  return rows.map(({ n }) => Number(n));
}

function storyOf({
  n,
  articleId,
  publishedAt,
  card,
}: Pick<Publication, 'n' | 'articleId' | 'publishedAt' | 'card'>): Story {
  const { headline, lead } = JSON.parse(card.toString()) as { headline: string; lead: string | null };
  const terms = standardAnalyser.terms(`${headline}\n${lead ?? ''}`.slice(0, 1000));
  const stems = new Set(terms.filter((term) => !isCommon(term)).map(hashOf));
  return { n, articleId, publishedAt: publishedAt.getTime(), stems: Int32Array.from(stems).sort() };
}

function freshness(one: Story, other: Story): number {
  const days = Math.abs(one.publishedAt - other.publishedAt) / 86_400_000;
  return weights.freshness * 0.5 ** (days / halfLifeDays);
}

/** The share of stems in common (Jaccard), 0 to 1. */
function similarity(a: Int32Array, b: Int32Array): number {
  let shared = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const order = (a[i] as number) - (b[j] as number);
    if (order === 0) shared++;
    if (order <= 0) i++;
    if (order >= 0) j++;
  }
  return shared === 0 ? 0 : shared / (a.length + b.length - shared);
}
