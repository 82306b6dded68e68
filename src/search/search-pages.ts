import type { Rendered } from '../delivery/cache.ts';
import type { Composer } from '../delivery/compose.ts';
import type { SearchQuery } from './schemas.ts';
import type { SearchService } from './service.ts';

export type SearchPages = ReturnType<typeof createSearchPages>;

const contentType = 'application/json; charset=utf-8';
/** What any search may change with: what is published, what terms are called and stand below, and what words mean. */
const dependencies = ['list', 'categories', 'tags', 'authors', 'search-settings'];

/** Searches as finished answers. */
export function createSearchPages({ search, composer }: { search: SearchService; composer: Composer }) {
  return {
    async render(path: string, query: SearchQuery): Promise<Rendered> {
      const { hits, ...rest } = await search.search(query);
      const display = composer.displayFor(query.display);
      const data = hits.map(({ publication, highlight, score }) => {
        const card = composer.composeText(publication, display);
        return `${card.slice(0, -1)},${JSON.stringify({ highlight, score }).slice(1)}`;
      });
      const { next } = rest.page;
      return {
        body: Buffer.from(`{"data":[${data.join()}],${JSON.stringify(rest).slice(1)}`),
        contentType,
        tags: [...dependencies, ...hits.flatMap(({ publication }) => composer.tagsOf(publication))],
        headers: next === null ? {} : { link: `<${nextPage(path, query, next)}>; rel="next"` },
      };
    },

    async renderSuggestions(q: string): Promise<Rendered> {
      const body = Buffer.from(JSON.stringify(await search.suggest(q)));
      return { body, contentType, tags: ['list', 'tags'] };
    },
  };
}

function nextPage(path: string, { facets, ...rest }: SearchQuery, cursor: string): string {
  const given = Object.entries({ ...rest, facets: facets?.join(','), cursor });
  const params = given.flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return `${path}?${new URLSearchParams(params)}`;
}
