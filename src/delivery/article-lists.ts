import { fold } from '../arabic/fold.ts';
import type { Database } from '../db/database.ts';
import { decodeCursor, encodeCursor, listDigest } from '../http/cursor.ts';
import { boundsOf } from '../http/date-range.ts';
import type { SiteSettings } from '../settings/schemas.ts';
import type { Rendered } from './cache.ts';
import type { Composer } from './compose.ts';
import { createFacetFinder } from './facet-finder.ts';
import { createLists, type ListRequest } from './lists.ts';
import type { Names } from './names.ts';
import { pickOfEach } from './pick.ts';
import type { Publications } from './publications.ts';
import { type ArticleListQuery, bodyFields, positionIn } from './query.ts';
import type { Position } from './walk.ts';

/** Views are counted over it unless another is asked for. */
const usualWindow = '24h';

export type ArticleLists = ReturnType<typeof createArticleLists>;

type Deps = {
  db: Database;
  names: Names;
  publications: Publications;
  composer: Composer;
  site: () => SiteSettings;
};

/** Lists of published articles as finished answers. */
export function createArticleLists({ db, names, publications, composer, site }: Deps) {
  const lists = createLists(db);
  const facets = createFacetFinder(db, names);

  return {
    async render(path: string, query: ArticleListQuery): Promise<Rendered> {
      const named = await facets.withIds(query);
      const digest = digestOf(named);
      const after = decodeCursor(query.cursor, digest, positionIn(query.sort));
      const request = await toRequest(named, after && toPosition(after));
      const { found, next } = await lists.find(request);
      const numbers = found.map(({ n }) => n);
      const shown = await (needsDocuments(query) ? publications.documents(numbers) : publications.cards(numbers));
      const cursor = next === null ? null : encodeCursor(digest, [next.key, next.publishedAt, next.n]);
      const total = query.count === undefined ? {} : totalOf(await lists.count(request));
      const page = JSON.stringify({ next: cursor, limit: query.limit, ...total });
      const display = composer.displayFor(query.display);
      const whole = composer.composeList(shown, display, { before: '{"data":[', after: `],"page":${page}}` });
      const body = pickOfEach(whole.body, query.fields);
      return {
        body,
        ...(body === whole.body ? { hash: whole.hash() } : {}),
        contentType: 'application/json; charset=utf-8',
        tags: [...listTags(query), ...whole.tags],
        headers: cursor === null ? {} : { link: `<${nextPage(path, query, cursor)}>; rel="next"` },
      };
    },
  };

  async function toRequest(query: ArticleListQuery, after: Position | null): Promise<ListRequest> {
    const { sort, window = usualWindow, limit } = query;
    return {
      ...{ sort, window, limit, after },
      filters: await facets.find({
        ...query,
        sourceKey: query.source === undefined ? undefined : fold(query.source),
      }),
      ...boundsOf(query, site().timeZone),
    };
  }
}

/** Names a list by what is in it, and in which order: what is shown of it does not matter, nor what is usual and said. */
function digestOf({ window, include: _include, count: _count, display: _display, ...asked }: ArticleListQuery): string {
  return listDigest('articles', { ...asked, window: window === usualWindow ? undefined : window });
}

function needsDocuments({ include, fields }: ArticleListQuery): boolean {
  return include !== undefined || fields?.some((name) => bodyFields.includes(name)) === true;
}

function toPosition([key, publishedAt, n]: readonly [number, number, number]): Position {
  return { key, publishedAt, n };
}

function totalOf({ total, isExact }: { total: number; isExact: boolean }) {
  return { total, totalIsExact: isExact };
}

/**
 * A list changes when an article comes or goes; one that is sorted by views or comments also with those, and one of a
 * term when terms change: another may have its slug then, or a category be below it.
 */
function listTags({ sort, category, tag, author }: ArticleListQuery): string[] {
  return [
    'list',
    ...(sort === '-views' ? ['views'] : []),
    ...(sort === '-commentCount' ? ['comment-counts'] : []),
    ...(category === undefined ? [] : ['categories']),
    ...(tag === undefined ? [] : ['tags']),
    ...(author === undefined ? [] : ['authors']),
  ];
}

function nextPage(path: string, query: ArticleListQuery, cursor: string): string {
  const { fields, limit, sort, ...rest } = query;
  const given = Object.entries({ ...rest, limit, sort, fields: fields?.join(','), cursor });
  const params = given.flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return `${path}?${new URLSearchParams(params)}`;
}
