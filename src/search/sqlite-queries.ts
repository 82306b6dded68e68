import type { Wanted } from './ask.ts';
import { type Dated, looseAtOnce, type Matching, matchingOf, type Window } from './finder.ts';
import { ftsExpression } from './sqlite-expression.ts';

/** SQL with its parameters. It is written by hand, for threads that find stories load no query builder. */
export type Query = { text: string; params: unknown[] };

/** Beyond so many matches, stories are tried one by one in their order: one of the next few will match. */
export const sortedAtOnce = 40_000;

const match = 'search_publications match ?';

/** How many stories match; never more than `most`. */
export function countQuery(matching: Matching, most: number, now: Date): Query {
  const bounds = between(matching);
  const expression = ftsExpression(matching, now);
  if (bounds.params.length === 0)
    return {
      text: `select count(*) as found from (select 1 from search_publications where ${match} limit ?)`,
      params: [expression, most],
    };
  return {
    text: `select count(*) as found from (select 1 from search_publications s cross join publications p on p.n = s.rowid
      where ${match} and ${bounds.text} limit ?)`,
    params: [expression, ...bounds.params, most],
  };
}

/** What a word counts for in each column of the index. */
export const weights = { body: 1, headline: 10, lead: 4, headings: 2, names: 0.5, facets: 0 } as const;

const window = `from search_publications where ${match} and rowid <= ? order by rowid desc limit ?`;

/** How many stories up to which number. */
type Bounds = Pick<Window, 'top' | 'most'>;

/** The numbers of a window of the matching stories, newest first, as one list: single rows would take twice as long. */
export function windowQuery(matching: Matching, { top, most }: Bounds, now: Date): Query {
  return {
    text: `select group_concat(n) as list from (select rowid as n ${window})`,
    params: [ftsExpression(matching, now), top, most],
  };
}

const comma = 44;
const zero = 48;

/** The whole numbers of the list that `windowQuery` answers. */
export function numbersOf(list: string | null): Float64Array {
  if (list === null || list === '') return new Float64Array(0);
  let count = 1;
  for (let at = list.indexOf(','); at >= 0; at = list.indexOf(',', at + 1)) count++;
  const numbers = new Float64Array(count);
  let number = 0;
  let next = 0;
  for (let at = 0; at < list.length; at++) {
    const unit = list.charCodeAt(at);
    if (unit === comma) {
      numbers[next++] = number;
      number = 0;
    } else {
      number = number * 10 + (unit - zero);
    }
  }
  numbers[next] = number;
  return numbers;
}

/** The numbers of a window of the matching stories, newest first, with FTS5's scores. Lower scores are better. */
export function scoredWindowQuery(matching: Matching, { top, most }: Bounds, now: Date): Query {
  return {
    text: `select rowid, bm25(search_publications, ${Object.values(weights).join()}) ${window}`,
    params: [ftsExpression(matching, now), top, most],
  };
}

/** The numbers of stories up to `top` that have all of `wanted`, of which there are few. */
export function havingAllQuery(wanted: readonly Wanted[], top: number, now: Date): Query {
  return windowQuery(matchingOf({ every: wanted }), { top, most: looseAtOnce }, now);
}

/** The matching stories after a place in time, newest first, where they are many: each story is asked in its turn. */
export function listQuery(matching: Matching, after: Dated | null, limit: number, now: Date): Query {
  const bounds = between(matching);
  const place = after ? '(p.published_at < ? or (p.published_at = ? and p.n < ?))' : 'true';
  return {
    text: `select p.n, p.published_at as at from publications p
      where exists (select 1 from search_publications s where s.rowid = p.n and ${match}) and ${bounds.text} and ${place}
      order by p.published_at desc, p.n desc limit ?`,
    params: [ftsExpression(matching, now), ...bounds.params, ...(after ? [after.at, after.at, after.n] : []), limit],
  };
}

function between({ from, to }: Matching): Query {
  const text = [...(from ? ['p.published_at >= ?'] : []), ...(to ? ['p.published_at < ?'] : [])].join(' and ');
  return { text: text || 'true', params: [from, to].flatMap((bound) => (bound ? [bound.getTime()] : [])) };
}
