import type { SQL } from 'drizzle-orm';
import { fold } from '../arabic/fold.ts';
import type { Database } from '../db/database.ts';
import type { FacetFinder } from '../delivery/facet-finder.ts';
import type { Publications } from '../delivery/publications.ts';
import { AppError } from '../errors.ts';
import { decodeCursor, encodeCursor, listDigest } from '../http/cursor.ts';
import { boundsOf } from '../http/date-range.ts';
import type { Settings } from '../settings/service.ts';
import type { Analysers, SiteAnalyser } from './analysers.ts';
import { type Ask, readQuery } from './ask.ts';
import type { CountFacets, FacetCounts } from './facet-counts.ts';
import { type Finder, type Matching, matchingOf } from './finder.ts';
import { formerAnalyser } from './former.ts';
import { foldedWords, spelling } from './headline-words.ts';
import { meantWords } from './meant.ts';
import type { NameIndex } from './names-index.ts';
import { type Filters, widen } from './pages.ts';
import { datedPlace, rankedPlace } from './places.ts';
import type { SearchQuery, Suggestions } from './schemas.ts';
import type { FoundStories, FoundStory, StoriesTask } from './stories.ts';

export type SearchService = ReturnType<typeof createSearchService>;
export type SearchDeps = {
  db: Database;
  clock: () => Date;
  finder: Finder;
  stories: (task: StoriesTask) => Promise<FoundStories>;
  analysers: Analysers;
  settings: Pick<Settings, 'search' | 'site'>;
  names: NameIndex;
  facets: FacetFinder;
  countFacets: CountFacets;
  publications: Publications;
};

/** A story has a score where the best come first. */
export type Hit = Omit<FoundStory, 'score'> & { score: number | null };

export type Found = {
  hits: Hit[];
  page: { next: string | null; limit: number };
  match: 'all' | 'any';
  total?: number;
  facets?: FacetCounts;
  didYouMean?: string | null;
};

const suggestions = 8;

/** Finds published stories for readers, and working copies and comments for the staff. */
export function createSearchService(deps: SearchDeps) {
  const { db, clock, finder, stories, analysers, settings, names, facets, countFacets, publications } = deps;
  const former = formerAnalyser(db);

  async function read(q: string): Promise<{ ask: Ask; site: SiteAnalyser }> {
    const site = analysers.current();
    const ask = readQuery(q, site.analyser, await former(site), await names.finder(site.analyser));
    if (ask.wanted.length === 0) throw nothingToFind();
    return { ask, site };
  }

  /** What a search is narrowed to; null where no story can be in it. */
  async function readFilters(query: SearchQuery): Promise<Filters | null> {
    const bounds = boundsOf(query, settings.site().timeZone);
    const sourceKey = query.source === undefined ? undefined : fold(query.source);
    const groups = await facets.find({ ...query, sourceKey });
    return groups.some((group) => group.length === 0) ? null : { facets: groups, ...bounds };
  }

  /** A page of stories, without what else is shown of them. */
  async function find(
    query: SearchQuery,
    ask: Ask,
    filters: Filters,
  ): Promise<FoundStories & { cursor: string | null }> {
    const { limit, sort, fresh, cursor } = query;
    const digest = listDigest('search', { ...query, total: undefined, facets: undefined, display: undefined });
    const order: StoriesTask['order'] =
      sort === 'date'
        ? { by: 'date', place: decodeCursor(cursor, digest, datedPlace) }
        : { by: 'relevance', place: decodeCursor(cursor, digest, rankedPlace), isFresh: fresh };
    const at = clock().getTime();
    const found = await stories({ ask, filters, limit, order, at, settings: settings.search() });
    return { ...found, cursor: found.next && encodeCursor(digest, found.next) };
  }

  function present(found: readonly FoundStory[], isRanked: boolean): Hit[] {
    const shown = (score: number) => (isRanked ? Math.round(score * 10_000) / 10_000 : null);
    return found.map((story) => ({ ...story, score: shown(story.score) }));
  }

  async function headlinesOf(numbers: readonly number[]) {
    return (await publications.cards(numbers)).map(({ articleId, card, slug }) => {
      const { headline } = JSON.parse(card.toString()) as { headline: string };
      return { id: articleId, headline, slug };
    });
  }

  /** A folded word of headlines as the newest of them writes it. */
  async function spell(word: string): Promise<string> {
    const [newest] = await headlinesOf(await finder.complete([word], word, 1));
    return newest ? spelling(newest.headline, word) : word;
  }

  const nothing: Matching = matchingOf({});

  return {
    /** Throws AppError where there is no word to look for, or for a cursor of another search. */
    async search(query: SearchQuery): Promise<Found> {
      const { ask } = await read(query.q);
      const named = await facets.withIds(query);
      const filters = await readFilters(named);
      const found = filters ? await find(named, ask, filters) : { hits: [], isWide: false, cursor: null };
      const hits = present(found.hits, query.sort === 'relevance');
      const answer: Found = {
        hits,
        page: { next: found.cursor, limit: query.limit },
        match: found.isWide ? 'any' : 'all',
      };
      if (query.total || query.facets) {
        const strict = filters ? matchingOf({ ...filters, every: ask.wanted, none: ask.excluded }) : nothing;
        const matching = (filters && found.isWide && (await widen(finder, ask, filters))) || strict;
        if (query.total) answer.total = filters ? await finder.count(matching, Number.MAX_SAFE_INTEGER) : 0;
        if (query.facets) answer.facets = filters ? await countFacets(matching, query.facets) : { counted: 0 };
      }
      if (hits.length === 0 && query.cursor === undefined)
        answer.didYouMean = await meantWords(finder, query.q, read, spell);
      return answer;
    },

    /** The numbers of the publications found, best first: what is measured. */
    async numbers(query: SearchQuery): Promise<number[]> {
      const { ask } = await read(query.q);
      return (await find(query, ask, { facets: [], from: null, to: null })).hits.map(
        ({ publication }) => publication.n,
      );
    },

    /** Headlines and tags that go on as what was typed begins. */
    async suggest(q: string): Promise<Suggestions> {
      const words = foldedWords(q);
      const prefix = words.at(-1) ?? '';
      if (prefix === '') return { headlines: [], tags: [] };
      const numbers = await finder.complete(words.slice(0, -1), prefix, suggestions);
      const headlines = await headlinesOf(numbers);
      const tags = await names.completeTags(words, suggestions);
      return { headlines, tags: tags.map(({ id, name, slug }) => ({ id, name, slug })) };
    },

    /** A condition on the number of an article: its working copy has everything that `q` asks for. */
    async articlesMatching(q: string, n: SQL): Promise<SQL> {
      const { ask } = await read(q);
      return finder.articles(matchingOf({ every: ask.wanted, none: ask.excluded }), n);
    },

    /** A condition on the number of a comment: its text or its author's name has everything that `q` asks for. */
    async commentsMatching(q: string, n: SQL): Promise<SQL> {
      const { ask } = await read(q);
      return finder.comments(matchingOf({ every: ask.wanted, none: ask.excluded }), n);
    },
  };
}

function nothingToFind() {
  const message = { en: 'There is no word to look for.', ar: 'لا توجد كلمة للبحث عنها.' };
  return new AppError('invalid-request', { errors: [{ in: 'query', pointer: '/q', code: 'empty_query', message }] });
}
