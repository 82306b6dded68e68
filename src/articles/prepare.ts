import type { Tables } from '../db/tables.ts';
import { startOf } from '../http/date-input.ts';
import type { ReadBody } from '../portable-text/body-input.ts';
import type { MadeAhead } from '../publishing/made-ahead.ts';
import { type PreparedSection, prepareSections } from '../sections/prepare.ts';
import { uuid } from '../uuid.ts';
import type { ArticleCreate, ArticlePatch } from './schemas.ts';
import type { SlugWish } from './slugs.ts';

/** The columns that an input sets, beside the slug. */
export type ArticleColumns = Pick<
  Tables['articles']['$inferSelect'],
  (typeof plainFields)[number] | 'publishedAt' | 'sourceName' | 'sourceUrl' | 'commentMode'
>;

/** An article with all its parts, ready to be stored in one go. */
export type PreparedArticle = {
  id: string;
  columns: ArticleColumns;
  slug: SlugWish;
  authors: { id: string; role: string }[];
  tagIds: string[];
  sections: PreparedSection[];
  /** Imports keep the dates that articles had elsewhere; otherwise both are now. */
  createdAt?: Date;
  updatedAt?: Date;
  /** Whoever stores it publishes it in the same transaction, if it is new: it is stored as published at once. */
  isPublishedNext?: boolean;
  made?: MadeAhead;
};

const plainFields = [
  'headline',
  'kicker',
  'lead',
  'locale',
  'dateline',
  'urgency',
  'categoryId',
  'seo',
  'custom',
  'externalId',
] as const;

/**
 * Makes of a validated input what is stored. Bodies are converted here, before a transaction begins, by `read` where it
 * is given. Throws AppError with pointers when a body cannot be read.
 */
export async function prepareArticle(
  input: ArticleCreate,
  defaults: { locale: string; timeZone: string; id?: string },
  read?: ReadBody,
): Promise<PreparedArticle> {
  const { id = uuid(), locale, timeZone } = defaults;
  const { headline } = input;
  return {
    id,
    columns: { ...emptyColumns, locale, ...articleColumns(input, timeZone), headline },
    slug: { articleId: id, text: input.slug ?? headline, isChosen: input.slug !== undefined },
    authors: input.authors ?? [],
    tagIds: input.tagIds ?? [],
    sections: await prepareSections(input.sections ?? [], read),
  };
}

/** The columns that an input names; what it leaves out is not among them. Dates without a zone are those of `timeZone`. */
export function articleColumns(input: ArticlePatch, timeZone: string): Partial<ArticleColumns> {
  const { source, comments, publishedAt } = input;
  const plain = plainFields.filter((name) => input[name] !== undefined).map((name) => [name, input[name]]);
  return {
    ...(Object.fromEntries(plain) as Partial<ArticleColumns>),
    ...(publishedAt === undefined ? {} : { publishedAt: publishedAt === null ? null : startOf(publishedAt, timeZone) }),
    ...(source === undefined ? {} : { sourceName: source?.name ?? null, sourceUrl: source?.url ?? null }),
    ...(comments === undefined ? {} : { commentMode: comments?.mode ?? null }),
  };
}

const emptyColumns = {
  kicker: null,
  lead: null,
  dateline: null,
  urgency: null,
  categoryId: null,
  seo: null,
  custom: null,
  externalId: null,
  publishedAt: null,
  sourceName: null,
  sourceUrl: null,
  commentMode: null,
};
