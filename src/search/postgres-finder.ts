import { type SQL, sql } from 'drizzle-orm';
import { offsetsAtNewYear } from '../arabic/zones.ts';
import type { Reader } from '../db/database.ts';
import {
  type FacetCount,
  type FacetKind,
  type Finder,
  facetsCountedOver,
  freshness,
  type Matching,
  mostOf,
  type StoryFinder,
} from './finder.ts';
import { lexeme, rankExpressions, tsExpression } from './postgres-expression.ts';

const headlinesCompared = 50_000;
const wordsCompared = 20_000;

/** Searches text search vectors. The server does the work, so nothing here holds up the event loop. */
export function createPostgresFinder(read: Pick<Reader, 'rows'>): Finder & StoryFinder {
  const matches = (matching: Matching) => sql`s.terms @@ ${tsExpression(matching)}::tsquery and ${within(matching)}`;
  const joined = sql`search_publications s join publications p on p.n = s.n`;

  return {
    async newest() {
      const [row] = await read.rows<{ n: number | null }>(sql`select max(n) as n from publications`);
      return row?.n ?? 0;
    },

    async count(matching, most) {
      const [row] = await read.rows<{ found: string }>(
        sql`select count(*) as found from (select 1 from ${joined} where ${matches(matching)} limit ${most}) as some_of_them`,
      );
      return Number(row?.found ?? 0);
    },

    async rank(matching, { top, most, limit, offset, freshAt }) {
      const boost = freshAt
        ? sql`(1 + ${freshness.most}::float8 / (1 + greatest(0, extract(epoch from ${freshAt.toISOString()}::timestamptz - p.published_at) * 1000 / ${freshness.halfMs}::float8)))`
        : sql`1::float8`;
      const asked = rankExpressions(matching);
      const ranks = asked.map((each) => sql`ts_rank(flat.terms, ${each}::tsquery, 1)`);
      // What few of the stories have says more than what most of them have; ts_rank itself does not know how many have it.
      const weights = asked.map(
        (_, at) =>
          sql`ln(1 + count(*) / greatest(1, count(*) filter (where ranks[${sql.raw(`${at + 1}`)}] > 0))::float8)`,
      );
      const scores = asked.map((_, at) => sql.raw(`ranks[${at + 1}] * weights[${at + 1}]`));
      const rows = await read.rows<{ n: number; score: number; low: number; size: string }>(sql`
        with found as materialized (
          select s.n from ${joined} where ${matches(matching)} and s.n <= ${top} order by s.n desc limit ${most}),
        ranked as materialized (
          select s.n, p.published_at, array[${sql.join(ranks, sql`, `)}] as ranks from found join ${joined} on s.n = found.n,
            lateral (select ts_filter(s.terms, '{a,b,c,d}') as terms offset 0) as flat),
        weighed as materialized (
          select count(*) as size, min(n) as low, array[${sql.join(weights, sql`, `)}] as weights from ranked)
        select p.n, ((${sql.join(scores, sql` + `)}) * ${boost})::float8 as score, low, size
        from ranked p cross join weighed order by 2 desc, 1 desc limit ${limit} offset ${offset}`);
      const [first] = rows;
      return {
        hits: rows.map(({ n, score }) => ({ n, score })),
        low: first?.low ?? 0,
        isFull: Number(first?.size ?? 0) === most,
      };
    },

    async list(matching, after, limit) {
      const at = after && sql`${new Date(after.at).toISOString()}::timestamptz`;
      const place = at ? sql`(p.published_at < ${at} or (p.published_at = ${at} and p.n < ${after.n}))` : sql`true`;
      const rows = await read.rows<{ n: number; at: string }>(sql`
        select p.n, extract(epoch from p.published_at) * 1000 as at from ${joined}
        where ${matches(matching)} and ${place} order by p.published_at desc, p.n desc limit ${limit}`);
      return rows.map((row) => ({ n: row.n, at: Math.round(Number(row.at)) }));
    },

    async facets(matching, kinds, timeZone) {
      const valueFor = (kind: FacetKind) => (kind === 'year' ? yearIn(timeZone) : facetValue[kind]);
      const counts = kinds.map(
        (kind) => sql`(select ${kind}::text as kind, ${valueFor(kind)} as value, count(*) as count
          from found join publications p on p.n = found.n ${facetSource[kind]}
          where ${valueFor(kind)} is not null group by 2 order by 3 desc, 2 limit ${mostOf(kind)})`,
      );
      const rows = await read.rows<{ kind: FacetKind; value: string; count: string }>(sql`
        with found as materialized (
          select s.n from ${joined} where ${matches(matching)} order by s.n desc limit ${facetsCountedOver})
        ${sql.join(counts, sql` union all `)}`);
      return rows.map((row): FacetCount => ({ ...row, count: Number(row.count) }));
    },

    async complete(words, prefix, limit) {
      const query = [...words.map(lexeme), `${lexeme(prefix)}:*`].join(' & ');
      const rows = await read.rows<{ n: number }>(
        sql`select n from search_publications where words @@ ${query}::tsquery order by n desc limit ${limit}`,
      );
      return rows.map(({ n }) => n);
    },

    async vocabulary(letters, { min, max }) {
      if (letters.length === 0) return [];
      // ts_stat takes the text of a query, so nothing may stand in it but what we write.
      const newest = sql.raw(`'select words from search_publications order by n desc limit ${headlinesCompared}'`);
      const ranges = letters.map((letter) => sql`starts_with(word, ${letter})`);
      const rows = await read.rows<{ word: string }>(
        sql`select word from ts_stat(${newest}) where (${sql.join(ranges, sql` or `)}) and length(word) between ${min} and ${max} limit ${wordsCompared}`,
      );
      return rows.map(({ word }) => word);
    },

    async articles(matching, n) {
      const query = sql`${tsExpression(matching)}::tsquery`;
      return sql`${n} in (select o.n from search_articles o where o.terms @@ ${query} union all
        select a.n from ${joined} join articles a on a.id = p.article_id where s.terms @@ ${query}
        and not exists (select 1 from search_articles o where o.n = a.n))`;
    },

    async comments(matching, n) {
      return sql`${n} in (select n from search_comments where terms @@ ${tsExpression(matching)}::tsquery)`;
    },
  };
}

/** The facets and times of what matches. */
function within({ facets, from, to }: Matching): SQL {
  const conditions = facets.map(
    (group) =>
      sql`exists (select 1 from publication_facets f where f.facet = any(${sql.param([...group])}::integer[]) and f.published_at = p.published_at and f.n = p.n)`,
  );
  if (from) conditions.push(sql`p.published_at >= ${from.toISOString()}::timestamptz`);
  if (to) conditions.push(sql`p.published_at < ${to.toISOString()}::timestamptz`);
  return conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `);
}

const facetValue: Record<Exclude<FacetKind, 'year'>, SQL> = {
  category: sql.raw('p.category_id'),
  tag: sql.raw('tag.value'),
  author: sql.raw("author.value ->> 'id'"),
};

/** The year that clocks in a zone showed. The server may know other zones than the program. */
function yearIn(timeZone: string): SQL {
  const cases = offsetsAtNewYear(timeZone).map(
    ({ from, offsetMs }) =>
      sql`when p.published_at >= ${from.toISOString()}::timestamptz then ${offsetMs / 1000}::float8`,
  );
  const offset = sql`make_interval(secs => case ${sql.join(cases, sql` `)} else 0 end)`;
  return sql`to_char((p.published_at at time zone 'UTC') + ${offset}, 'FMYYYY')`;
}

const facetSource: Record<FacetKind, SQL> = {
  category: sql.empty(),
  tag: sql.raw("cross join lateral json_array_elements_text(p.refs -> 'tags') as tag(value)"),
  author: sql.raw("cross join lateral json_array_elements(p.refs -> 'authors') as author(value)"),
  year: sql.empty(),
};
