import { type PreparedArticle, prepareArticle } from '../articles/prepare.ts';
import { firstSlug } from '../articles/slugs.ts';
import type { Stored } from '../articles/store.ts';
import { contentHash } from '../http/content-hash.ts';
import { startOf } from '../http/date-input.ts';
import { type MadeAhead, makeAhead } from '../publishing/made-ahead.ts';
import type { SiteAnalyser } from '../search/analysers.ts';
import type { ArticleLine } from './records.ts';

/** What lines are read with. */
export type LineDefaults = {
  /** The language of articles that name none. */
  locale: string;
  /** Where dates that name no time zone were written. */
  timeZone: string;
  /** Publish articles whose lines do not say. */
  publish: boolean;
  /** Where what publishing will compute is made ahead: the analyser of the site. */
  site?: SiteAnalyser | undefined;
};

/** A line of one article as people write them, converted as far as it can be without the database. */
export type PreparedLine = {
  prepared: PreparedArticle;
  /** Stands for all that the line says: the same digest means the same line. */
  digest: string;
  category: string[] | null;
  tags: string[];
  authors: { name: string; role: string }[];
  publish: boolean;
  updatedAt: Date | undefined;
};

/** Converts a line: bodies are read, texts cut to what is stored. Throws AppError with pointers into the line. */
export async function prepareLine(written: ArticleLine, defaults: LineDefaults): Promise<PreparedLine> {
  const publishedAt = written.publishedAt && startOf(written.publishedAt, defaults.timeZone).toISOString();
  const line = publishedAt ? { ...written, publishedAt } : written;
  const { type: _type, status, category, tags, authors, source, createdAt, updatedAt, ...input } = line;
  const publish = status === 'published' || (status === undefined && defaults.publish);
  const digest = contentHash(JSON.stringify([line, publish]));
  const article = await prepareArticle(
    {
      ...input,
      // Without a name of its own a line is known by its words: it comes in once, and changed it is another article.
      externalId: input.externalId ?? `line:${contentHash(JSON.stringify([line, status === 'published']))}`,
      ...(source === undefined ? {} : { source: typeof source === 'string' ? { name: source } : source }),
    },
    defaults,
  );
  const prepared = {
    ...article,
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(updatedAt === undefined ? {} : { updatedAt }),
    isPublishedNext: publish,
    slug: { ...article.slug, isPublic: publish, ...(defaults.site ? { first: firstSlug(article.slug) } : {}) },
  };
  const made = publish && defaults.site ? makeOf(prepared, updatedAt, defaults.site) : undefined;
  return {
    ...{ digest, publish, updatedAt },
    prepared: made ? { ...prepared, made } : prepared,
    category: category ?? null,
    tags: [...new Set(tags ?? [])],
    authors: (authors ?? []).map((author) =>
      typeof author === 'string' ? { name: author, role: 'author' } : { role: 'author', ...withoutUndefined(author) },
    ),
  };
}

/** What its publication will consist of, if it is new and its slug is free. */
function makeOf(prepared: PreparedArticle, updatedAt: Date | undefined, site: SiteAnalyser): MadeAhead | undefined {
  const { id, columns, slug, sections } = prepared;
  const shown = shownUpdate({ prepared, updatedAt }, 'created');
  // Without a date it will be the moment in which it is published.
  if (columns.publishedAt === null || shown === null) return undefined;
  const copy = { article: { ...columns, id, ...firstSlug(slug) }, sections };
  return makeAhead(copy, { publishedAt: columns.publishedAt, updatedAt: shown }, site);
}

/** An archive that comes in today was not changed today. */
export function shownUpdate(
  { updatedAt, prepared }: Pick<PreparedLine, 'updatedAt' | 'prepared'>,
  outcome: Stored['outcome'],
): Date | null {
  return updatedAt ?? (outcome === 'created' ? prepared.columns.publishedAt : null);
}

function withoutUndefined({ name, role }: { name: string; role?: string | undefined }) {
  return role === undefined ? { name } : { name, role };
}
