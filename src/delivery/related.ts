import { inArray, sql } from 'drizzle-orm';
import { standardAnalyser } from '../arabic/analyse.ts';
import { isCommon } from '../arabic/query.ts';
import type { Database } from '../db/database.ts';
import { facetsOf } from '../publishing/facets.ts';
import type { Publication, Publications } from './publications.ts';

/** How many of the newest with the same tag, of the same category, and of all are looked at. */
const perTag = 100;
const perCategory = 60;
const latest = 60;

const weights = { words: 3, category: 0.5, freshness: 0.5 };
const halfLifeDays = 14;

/**
 * Articles about the same story. Candidates are the newest that share a tag or the category, and the latest of all;
 * each shared tag counts by how rare it is (the inverse of how many have it, by logarithm), the words of headline and
 * lead by the share of stems in common (Jaccard), and what was published within days of the article a little more.
 */
export function createRelated(db: Database, publications: Publications) {
  const { publicationFacets, facets, publications: table } = db.tables;

  return async function findRelated(article: Publication, limit: number): Promise<Publication[]> {
    const names = facetsOf({ ...article, locale: '', sourceKey: null, urgency: null });
    const rows = await db.read
      .select()
      .from(facets)
      .where(
        sql`${inArray(facets.tagId, [...article.refs.tags, ''])} or ${facets.categoryId} = ${article.categoryId ?? ''}`,
      );
    const scores = new Map<number, number>();
    const add = (n: number, score: number) => scores.set(n, (scores.get(n) ?? 0) + score);
    if (names.length > 0)
      for (const { id, tagId } of rows) {
        const found = await newest(id, tagId === null ? perCategory : perTag + 1);
        const weight = tagId === null ? weights.category : 1 / Math.log2(2 + found.length);
        for (const n of found.slice(0, perTag)) add(n, tagId === null ? weight : 4 * weight);
      }
    for (const { n } of await db.read
      .select({ n: table.n })
      .from(table)
      .orderBy(sql`${table.publishedAt} desc`, sql`${table.n} desc`)
      .limit(latest))
      add(n, 0);
    scores.delete(article.n);
    const own = stemsOf(article);
    const candidates = await publications.cards([...scores.keys()]);
    return candidates
      .map((candidate) => ({
        candidate,
        alike: similarity(own, stemsOf(candidate)),
        score: (scores.get(candidate.n) ?? 0) + freshness(article, candidate),
      }))
      .filter(({ candidate, alike }) => alike > 0.05 || (scores.get(candidate.n) ?? 0) > 0)
      .map(({ candidate, alike, score }) => ({ candidate, score: score + weights.words * alike }))
      .sort((a, b) => b.score - a.score || b.candidate.n - a.candidate.n)
      .slice(0, limit)
      .map(({ candidate }) => candidate);
  };

  async function newest(facet: number, most: number): Promise<number[]> {
    const rows = await db.read.rows<{ n: unknown }>(
      sql`select n from ${publicationFacets} where facet = ${facet} order by published_at desc, n desc limit ${most}`,
    );
    return rows.map((row) => Number(row.n));
  }
}

function freshness(article: Publication, candidate: Publication): number {
  const days = Math.abs(article.publishedAt.getTime() - candidate.publishedAt.getTime()) / 86_400_000;
  return weights.freshness * 0.5 ** (days / halfLifeDays);
}

/** Stems of headline and lead, without the commonest words. */
function stemsOf({ card }: Publication): Set<string> {
  const { headline, lead } = JSON.parse(card.toString()) as { headline: string; lead: string | null };
  const terms = standardAnalyser.terms(`${headline}\n${lead ?? ''}`.slice(0, 1000));
  return new Set(terms.filter((term) => !isCommon(term)));
}

function similarity(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = a.intersection(b).size;
  return shared === 0 ? 0 : shared / (a.size + b.size - shared);
}
