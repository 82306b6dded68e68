import type { Database } from '../db/database.ts';
import { createLongReads } from '../db/long-reads.ts';
import type { Composer } from '../delivery/compose.ts';
import { createFacetFinder } from '../delivery/facet-finder.ts';
import type { Names } from '../delivery/names.ts';
import type { Publications } from '../delivery/publications.ts';
import type { Settings } from '../settings/service.ts';
import { createThreads, type Threads } from '../threads.ts';
import { createAnalysers } from './analysers.ts';
import { createFacetCounter } from './facet-counts.ts';
import { createIndexKeeper } from './keeper.ts';
import { createNameIndex } from './names-index.ts';
import { createPostgresFinder } from './postgres-finder.ts';
import { createPostgresStories } from './postgres-stories.ts';
import { createSearchIndex } from './search-index.ts';
import { createSearchPages } from './search-pages.ts';
import { createSearchService, type SearchDeps } from './service.ts';
import { createSqliteFinder } from './sqlite-finder.ts';
import { createSqliteStories } from './sqlite-stories.ts';

export type Search = ReturnType<typeof createSearch>;
export type CreateDeps = {
  db: Database;
  clock: () => Date;
  settings: Pick<Settings, 'search' | 'site'>;
  names: Names;
  publications: Publications;
  composer: Composer;
  /** Told when the background work fails; it is tried again. */
  onError: (error: unknown) => void;
};

/** Everything of search over a database: the index that writers keep, and the services that read it. */
export function createSearch(deps: CreateDeps) {
  const { db, clock, settings, names, publications, composer, onError } = deps;
  const analysers = createAnalysers(settings);
  const threads = createThreads();
  const nameIndex = createNameIndex(db);
  const { finder, stories } = engineOf(deps, threads);
  const service = createSearchService({
    ...{ db, clock, finder, stories, analysers, settings, publications },
    names: nameIndex,
    facets: createFacetFinder(db, names),
    countFacets: createFacetCounter({ db, finder, settings, names }),
  });

  const index = createSearchIndex(db, analysers);
  const keeper = createIndexKeeper({ db, index, analysers, onError });

  return {
    index,
    threads,
    /** Keeps the index up to date in the background, for servers. */
    startKeeping: keeper.start,
    service,
    pages: createSearchPages({ search: service, composer }),
    async close(): Promise<void> {
      await keeper.stop();
      nameIndex.stop();
      await threads.close();
    },
  };
}

type EngineSearch = Pick<SearchDeps, 'finder' | 'stories'>;

function engineOf({ db, clock, publications }: CreateDeps, threads: Threads): EngineSearch {
  const { file } = db;
  if (file === null) {
    const finder = createPostgresFinder(db.read);
    return { finder, stories: createPostgresStories(finder, publications, threads) };
  }
  return {
    finder: createSqliteFinder(createLongReads(file, threads), clock),
    stories: createSqliteStories(file, threads),
  };
}
