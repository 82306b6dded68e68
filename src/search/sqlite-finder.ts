import { type SQL, sql } from 'drizzle-orm';
import type { Threads } from '../db/threads.ts';
import {
  type Dated,
  type FacetCount,
  type FacetKind,
  type Finder,
  facetsCountedOver,
  freshness,
  type Matching,
  type Ranked,
  rankedAtOnce,
  valuesOfFacet,
} from './finder.ts';
import { ftsExpression, quoted } from './sqlite-expression.ts';

/** Beyond so many matches, stories are tried one by one in their order: one of the next few will match. */
const sortedAtOnce = 10_000;
const namedAtOnce = 1000;
const wordsCompared = 20_000;

/** The weights of body, headline, lead, headings, names and facets. */
const rank = sql.raw('bm25(search_publications, 1.0, 10.0, 4.0, 2.0, 0.5, 0.0)');

/** Searches FTS5 tables, in threads. `clock` bounds what is asked for without an end. */
export function createSqliteFinder(threads: Pick<Threads, 'rows'>, clock: () => Date): Finder {
  const expression = (matching: Matching) => ftsExpression(matching, clock());
  const publications = (matching: Matching) => sql`search_publications match ${expression(matching)}`;

  async function countAtMost(matching: Matching, most: number): Promise<number> {
    const isExact = !matching.from && !matching.to;
    const source = isExact
      ? sql`select 1 from search_publications where ${publications(matching)} limit ${most}`
      : sql`select 1 from search_publications s cross join publications p on p.n = s.rowid where ${publications(matching)} and ${between(matching)} limit ${most}`;
    const [row] = await threads.rows<{ found: number }>(sql`select count(*) as found from (${source})`);
    return row?.found ?? 0;
  }

  return {
    count: countAtMost,

    async rank(matching, { top, limit, offset, freshAt }) {
      const boost = freshAt
        ? sql`(1 + ${freshness.most} / (1 + max(0.0, ${freshAt.getTime()} - p.published_at) / ${freshness.halfMs}))`
        : sql`1`;
      const rows = await threads.rows<Ranked & { low: number; size: number }>(sql`
        with found as materialized (
          select rowid as n, ${rank} as score from search_publications
          where ${publications(matching)} and rowid <= ${top} order by rowid desc limit ${rankedAtOnce})
        select found.n, found.score * ${boost} as score,
          (select min(n) from found) as low, (select count(*) from found) as size
        from found cross join publications p on p.n = found.n where ${between(matching)}
        order by 2, found.n desc limit ${limit} offset ${offset}`);
      const [first] = rows;
      return {
        hits: rows.map(({ n, score }) => ({ n, score: -score })),
        low: first?.low ?? 0,
        isFull: first?.size === rankedAtOnce,
      };
    },

    async list(matching, after, limit) {
      const place = after
        ? sql`(p.published_at < ${after.at} or (p.published_at = ${after.at} and p.n < ${after.n}))`
        : sql`true`;
      const isMany = (await countAtMost({ ...matching, from: null, to: null }, sortedAtOnce)) === sortedAtOnce;
      const source = isMany
        ? sql`publications p where exists (select 1 from search_publications s where s.rowid = p.n and ${publications(matching)})`
        : sql`(select rowid as n from search_publications where ${publications(matching)}) s cross join publications p on p.n = s.n where true`;
      return threads.rows<Dated>(sql`
        select p.n, p.published_at as at from ${source} and ${between(matching)} and ${place}
        order by p.published_at desc, p.n desc limit ${limit}`);
    },

    async facets(matching, kinds) {
      const counts = kinds.map(
        (kind) => sql`select * from (select ${kind} as kind, ${facetValue[kind]} as value, count(*) as count
          from found cross join publications p on p.n = found.n ${facetSource[kind]}
          where ${facetValue[kind]} is not null group by 2 order by 3 desc, 2 limit ${valuesOfFacet})`,
      );
      return threads.rows<FacetCount>(sql`
        with found as materialized (
          select s.rowid as n from search_publications s cross join publications p on p.n = s.rowid
          where ${publications(matching)} and ${between(matching)} order by s.rowid desc limit ${facetsCountedOver})
        ${sql.join(counts, sql` union all `)}`);
    },

    async complete(words, prefix, limit) {
      const match = [...words.map((word) => quoted([word])), `${quoted([prefix])}*`].join(' AND ');
      const rows = await threads.rows<{ n: number }>(
        sql`select rowid as n from search_headlines where search_headlines match ${match} order by rowid desc limit ${limit}`,
      );
      return rows.map(({ n }) => n);
    },

    async vocabulary(letters, { min, max }) {
      const ranges = letters.map((letter) => sql`(term >= ${letter} and term < ${`${letter}\u{10ffff}`})`);
      if (ranges.length === 0) return [];
      const rows = await threads.rows<{ term: string }>(
        sql`select term from search_headline_words where (${sql.join(ranges, sql` or `)}) and length(term) between ${min} and ${max} limit ${wordsCompared}`,
      );
      return rows.map(({ term }) => term);
    },

    async articles(matching, id) {
      const match = expression(matching);
      const own = sql`select k.article_id as id from search_articles s cross join search_article_keys k on k.n = s.rowid where search_articles match ${match}`;
      const isOwn = (article: SQL) => sql`exists (select 1 from search_article_keys k where k.article_id = ${article})`;
      const few = await fewIds(sql`${own} union all
        select p.article_id as id from search_publications s cross join publications p on p.n = s.rowid
        where search_publications match ${match} and not ${isOwn(sql`p.article_id`)}`);
      if (few) return isAmong(id, few);
      return sql`(exists (select 1 from search_article_keys k where k.article_id = ${id} and exists
          (select 1 from search_articles s where s.rowid = k.n and search_articles match ${match}))
        or (not ${isOwn(id)} and exists (select 1 from publications p where p.article_id = ${id} and exists
          (select 1 from search_publications s where s.rowid = p.n and search_publications match ${match}))))`;
    },

    async comments(matching, id) {
      const match = expression(matching);
      const few = await fewIds(
        sql`select k.comment_id as id from search_comments s cross join search_comment_keys k on k.n = s.rowid where search_comments match ${match}`,
      );
      if (few) return isAmong(id, few);
      return sql`exists (select 1 from search_comment_keys k where k.comment_id = ${id} and exists
        (select 1 from search_comments s where s.rowid = k.n and search_comments match ${match}))`;
    },
  };

  /** All ids of a query where they are few. */
  async function fewIds(query: SQL): Promise<string[] | null> {
    const rows = await threads.rows<{ id: string }>(sql`select id from (${query}) limit ${namedAtOnce + 1}`);
    return rows.length > namedAtOnce ? null : rows.map((row) => row.id);
  }
}

function isAmong(id: SQL, ids: readonly string[]): SQL {
  return sql`${id} in (select value from json_each(${JSON.stringify(ids)}))`;
}

function between({ from, to }: Matching): SQL {
  const bounds = [
    ...(from ? [sql`p.published_at >= ${from.getTime()}`] : []),
    ...(to ? [sql`p.published_at < ${to.getTime()}`] : []),
  ];
  return bounds.length === 0 ? sql`true` : sql.join(bounds, sql` and `);
}

const facetValue: Record<FacetKind, SQL> = {
  category: sql.raw('p.category_id'),
  tag: sql.raw('tag.value'),
  author: sql.raw("author.value ->> 'id'"),
  year: sql.raw("strftime('%Y', p.published_at / 1000, 'unixepoch')"),
};

const facetSource: Record<FacetKind, SQL> = {
  category: sql.empty(),
  tag: sql.raw("cross join json_each(p.refs, '$.tags') tag"),
  author: sql.raw("cross join json_each(p.refs, '$.authors') author"),
  year: sql.empty(),
};
