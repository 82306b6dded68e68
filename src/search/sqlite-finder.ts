import { type SQL, sql } from 'drizzle-orm';
import { offsetsAtNewYear } from '../arabic/zones.ts';
import type { LongReads } from '../db/long-reads.ts';
import { type FacetCount, type FacetKind, type Finder, facetsCountedOver, type Matching, mostOf } from './finder.ts';
import { ftsExpression, quoted } from './sqlite-expression.ts';
import { countQuery } from './sqlite-queries.ts';

const namedAtOnce = 1000;
const wordsCompared = 20_000;

/** Searches FTS5 tables. `clock` bounds what is asked for without an end. */
export function createSqliteFinder(read: LongReads, clock: () => Date): Finder {
  const expression = (matching: Matching) => ftsExpression(matching, clock());
  const publications = (matching: Matching) => sql`search_publications match ${expression(matching)}`;

  return {
    async count(matching, most) {
      const [row] = await read<{ found: number }>(countQuery(matching, most, clock()));
      return row?.found ?? 0;
    },

    async facets(matching, kinds, timeZone) {
      const valueFor = (kind: FacetKind) => (kind === 'year' ? yearIn(timeZone) : facetValue[kind]);
      const counts = kinds.map(
        (kind) => sql`select * from (select ${kind} as kind, ${valueFor(kind)} as value, count(*) as count
          from found ${facetSource[kind]} where ${valueFor(kind)} is not null
          group by 2 order by 3 desc, 2 limit ${mostOf(kind)})`,
      );
      return read<FacetCount>(sql`
        with found as materialized (
          select p.category_id, p.published_at, p.refs from search_publications s cross join publications p on p.n = s.rowid
          where ${publications(matching)} and ${between(matching)} order by s.rowid desc limit ${facetsCountedOver})
        ${sql.join(counts, sql` union all `)}`);
    },

    async complete(words, prefix, limit) {
      const match = [...words.map((word) => quoted([word])), `${quoted([prefix])}*`].join(' AND ');
      const rows = await read<{ n: number }>(
        sql`select rowid as n from search_headlines where search_headlines match ${match} order by rowid desc limit ${limit}`,
      );
      return rows.map(({ n }) => n);
    },

    async vocabulary(letters, { min, max }) {
      const ranges = letters.map((letter) => sql`(term >= ${letter} and term < ${`${letter}\u{10ffff}`})`);
      if (ranges.length === 0) return [];
      const rows = await read<{ term: string }>(
        sql`select term from search_headline_words where (${sql.join(ranges, sql` or `)}) and length(term) between ${min} and ${max} limit ${wordsCompared}`,
      );
      return rows.map(({ term }) => term);
    },

    async articles(matching, n) {
      const match = expression(matching);
      const isOwn = (article: SQL) => sql`exists (select 1 from search_articles o where o.rowid = ${article})`;
      const few = await fewNumbers(sql`
        select rowid as n from search_articles where search_articles match ${match} union all
        select a.n from search_publications s cross join publications p on p.n = s.rowid
        cross join articles a on a.id = p.article_id
        where search_publications match ${match} and not ${isOwn(sql`a.n`)}`);
      if (few) return isAmong(n, few);
      return sql`(exists (select 1 from search_articles s where s.rowid = ${n} and search_articles match ${match})
        or (not ${isOwn(n)} and exists
          (select 1 from articles a cross join publications p on p.article_id = a.id where a.n = ${n} and exists
            (select 1 from search_publications s where s.rowid = p.n and search_publications match ${match}))))`;
    },

    async comments(matching, n) {
      const match = expression(matching);
      const few = await fewNumbers(sql`select rowid as n from search_comments where search_comments match ${match}`);
      if (few) return isAmong(n, few);
      return sql`exists (select 1 from search_comments s where s.rowid = ${n} and search_comments match ${match})`;
    },
  };

  /** All numbers of a query where they are few. */
  async function fewNumbers(query: SQL): Promise<number[] | null> {
    const rows = await read<{ n: number }>(sql`select n from (${query}) limit ${namedAtOnce + 1}`);
    return rows.length > namedAtOnce ? null : rows.map((row) => row.n);
  }
}

function isAmong(n: SQL, numbers: readonly number[]): SQL {
  return sql`${n} in (select value from json_each(${JSON.stringify(numbers)}))`;
}

function between({ from, to }: Matching): SQL {
  const bounds = [
    ...(from ? [sql`p.published_at >= ${from.getTime()}`] : []),
    ...(to ? [sql`p.published_at < ${to.getTime()}`] : []),
  ];
  return bounds.length === 0 ? sql`true` : sql.join(bounds, sql` and `);
}

const facetValue: Record<Exclude<FacetKind, 'year'>, SQL> = {
  category: sql.raw('category_id'),
  tag: sql.raw('tag.value'),
  author: sql.raw("author.value ->> 'id'"),
};

/** The year that clocks in a zone showed. */
function yearIn(timeZone: string): SQL {
  const cases = offsetsAtNewYear(timeZone).map(
    ({ from, offsetMs }) => sql`when published_at >= ${from.getTime()} then ${offsetMs}`,
  );
  const offset = sql`case ${sql.join(cases, sql` `)} else 0 end`;
  return sql`strftime('%Y', (published_at + ${offset}) / 1000, 'unixepoch')`;
}

const facetSource: Record<FacetKind, SQL> = {
  category: sql.empty(),
  tag: sql.raw("cross join json_each(refs, '$.tags') tag"),
  author: sql.raw("cross join json_each(refs, '$.authors') author"),
  year: sql.empty(),
};
