import { setImmediate as nextTick } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { Database } from '../db/database.ts';
import type { PublicationRefs } from '../db/tables.ts';
import type { Composer } from '../delivery/compose.ts';
import { createFacetFinder } from '../delivery/facet-finder.ts';
import { createLists, type Filter } from '../delivery/lists.ts';
import type { Names } from '../delivery/names.ts';
import type { Publications } from '../delivery/publications.ts';
import type { Position } from '../delivery/walk.ts';
import { inPieces } from '../in-pieces.ts';
import type { SiteSettings } from '../settings/schemas.ts';
import { articleUrls } from '../settings/urls.ts';
import type { Threads } from '../threads.ts';
import { absoluteUrl, type Origin, urnOf } from './article-parts.ts';
import type { Subject } from './channel.ts';
import type { FeedFormat, FeedTask } from './render-feed.ts';
import {
  type NewsEntry,
  newsSitemapSize,
  renderNewsSitemap,
  renderSitemap,
  type SitemapEntry,
  sitemapPartSize,
} from './sitemap.ts';
import { uriOf } from './uris.ts';

export type Feeds = ReturnType<typeof createFeeds>;

type Deps = {
  db: Database;
  clock: () => Date;
  names: Names;
  publications: Publications;
  composer: Composer;
  site: () => SiteSettings;
  siteId: () => Promise<string>;
  threads: Pick<Threads, 'run'>;
  /** How many articles a part of the sitemap has room for, where tests want fewer. */
  sitemapSize?: number;
};

const feedSize = 50;
const newsMs = 2 * 86_400_000;

/** Addresses are made so many at a time, those with headlines fewer, and documents of a feed one: nobody waits for the rest. */
const entriesAtOnce = 250;
const newsAtOnce = 100;

const feedModule = new URL('./render-feed.ts', import.meta.url);

/** Feeds and sitemaps of what is published. */
export function createFeeds(deps: Deps) {
  const { db, clock, names, publications, composer, site, siteId, threads, sitemapSize = sitemapPartSize } = deps;
  const lists = createLists(db);
  const facets = createFacetFinder(db, names);
  const table = db.tables.publications;

  /** The newest articles that meet the filters, by number, and where those after them begin. */
  async function newest(filters: Filter[], limit: number, from: Date | null = null, after: Position | null = null) {
    const sorted = { sort: '-publishedAt', window: '24h', to: null } as const;
    const { found, next } = await lists.find({ ...sorted, filters, from, after, limit });
    return { numbers: found.map(({ n }) => n), next };
  }

  /** The newest articles since then that may be listed, no more than there is room for. */
  async function newsSince(from: Date, settings: SiteSettings, origin: Origin): Promise<NewsEntry[]> {
    const entries: NewsEntry[] = [];
    let after: Position | null = null;
    do {
      const { numbers, next } = await newest([], newsAtOnce, from, after);
      for (const publication of await publications.cards(numbers)) {
        const article = composer.parse(publication);
        const { headline, locale } = article;
        const url = absoluteUrl(article, settings, origin);
        if (isListed(publication.refs, url))
          entries.push({ url, headline, locale, publishedAt: publication.publishedAt });
      }
      after = next;
      await nextTick();
    } while (after !== null && entries.length < newsSitemapSize);
    return entries.slice(0, newsSitemapSize);
  }

  return {
    /** A feed of the newest articles: of the site, or of a category (with those below it), tag or author. */
    async feed(
      format: FeedFormat,
      at: { origin: Origin; path: string },
      term: Subject,
    ): Promise<{ body: string; tags: string[] }> {
      const filters = term === null ? [] : await facets.find({ [term.kind]: term.id });
      const shown = await publications.documents((await newest(filters, feedSize)).numbers);
      const documents: Buffer[] = [];
      for await (const piece of inPieces(shown, 1))
        for (const publication of piece) documents.push(composer.compose(publication).body);
      const about = {
        ...{ site: site(), origin: at.origin, feedUrl: new URL(at.path, at.origin).href, subject: term },
        // The site is given an id when it is asked for one, and only Atom has a place for it.
        id: format === 'atom' ? urnOf(term ?? { id: await siteId() }) : '',
      };
      const tags = shown.flatMap((publication) => composer.tagsOf(publication));
      return {
        body: await threads.run<FeedTask, string>(feedModule, 'renderFeed', { format, documents, about }),
        tags: ['list', ...tags, ...(term === null ? [] : [`${term.kind}:${term.id}`, 'categories'])],
      };
    },

    /** The parts of the sitemap that have something in them, by one step in an index for each; the first is there always. */
    async sitemapParts(): Promise<number[]> {
      const size = sql.raw(String(sitemapSize));
      const next = sql`(select min(p.n) from ${table} p where p.n >= (parts.part + 1) * ${size})`;
      const rows = await db.read.rows<{ part: number }>(sql`
        with recursive parts(part) as (
          select min(n) / ${size} from ${table}
          union all
          select ${next} / ${size} from parts where parts.part is not null
        )
        select part from parts where part is not null`);
      return [...new Set([0, ...rows.map(({ part }) => Number(part))])];
    },

    /**
     * One part of the sitemap, from 0; null where there is none. Articles belong to a part by their number, so a part
     * never moves; those that must not be indexed, or not under their own address, are left out. The home page stands in the
     * first, and in a part that would have nothing, because a sitemap has at least one address (sitemaps.org).
     */
    async sitemapPart(part: number, origin: Origin): Promise<string | null> {
      const rows = await db.read.rows<Row>(
        sql`select n, article_id, slug, category_id, published_at, updated_at, refs from ${table} where n >= ${part * sitemapSize} and n < ${(part + 1) * sitemapSize} order by n`,
      );
      if (rows.length === 0 && part > 0) return null;
      const settings = site();
      const home = homeEntry(settings, origin);
      const entries: SitemapEntry[] = [];
      for await (const piece of inPieces(rows, entriesAtOnce))
        for (const row of piece) {
          const entry = toEntry(row, settings, origin);
          if (isListed(refsOf(row), entry.url)) entries.push(entry);
        }
      await nextTick();
      return renderSitemap(part === 0 || entries.length === 0 ? [home, ...entries] : entries);
    },

    /**
     * Articles of the last two days for Google News; `isOver` tells when one of them is no longer that. Without any, the
     * home page stands there as in other sitemaps, and is no news.
     */
    async newsSitemap(origin: Origin): Promise<{ body: string; tags: string[]; isOver: () => boolean }> {
      const from = new Date(clock().getTime() - newsMs);
      const settings = site();
      const entries = await newsSince(from, settings, origin);
      const oldest = entries.at(-1)?.publishedAt.getTime() ?? Number.POSITIVE_INFINITY;
      return {
        body:
          entries.length === 0
            ? renderSitemap([homeEntry(settings, origin)])
            : renderNewsSitemap(settings.name, entries),
        tags: ['list', 'categories'],
        isOver: () => clock().getTime() > oldest + newsMs,
      };
    },
  };

  function toEntry(row: Row, settings: SiteSettings, origin: Origin): SitemapEntry {
    const { url } = articleUrls(settings, {
      id: row.article_id,
      slug: row.slug,
      publishedAt: new Date(Number(row.published_at)),
      categorySlug: names.categorySlug(row.category_id),
    });
    return { url: absoluteUrl({ url }, settings, origin), updatedAt: new Date(Number(row.updated_at)) };
  }
}

type Row = {
  n: number;
  article_id: string;
  slug: string;
  category_id: string | null;
  published_at: unknown;
  updated_at: unknown;
  refs: PublicationRefs | string;
};

function homeEntry(settings: SiteSettings, origin: Origin): SitemapEntry {
  return { url: new URL('/', settings.baseUrl ?? origin).href, updatedAt: null };
}

function refsOf({ refs }: Row): PublicationRefs {
  return typeof refs === 'string' ? (JSON.parse(refs) as PublicationRefs) : refs;
}

/** Whether search engines are to keep an article under this address: a sitemap has only canonical ones (Google). */
function isListed({ noIndex, canonicalUrl }: PublicationRefs, url: string): boolean {
  return noIndex !== true && (canonicalUrl === undefined || comparable(canonicalUrl) === comparable(url));
}

/** Octets mean the same in small letters and in capitals (RFC 3986, 6.2.2.1). */
function comparable(url: string): string | undefined {
  return uriOf(url)?.replace(/%../g, (octet) => octet.toUpperCase());
}
