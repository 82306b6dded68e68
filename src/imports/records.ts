import { z } from 'zod';
import { articleCreate } from '../articles/schemas.ts';
import { isStorable, outOfRange } from '../http/date-input.ts';
import { instant as anyInstant, httpUrl, id, line, locale, paragraph } from '../http/pieces.ts';
import { portableText } from '../portable-text/schema.ts';
import { searchSettingsPatch, storedSite } from '../settings/schemas.ts';

/**
 * The lines of an import. People write articles with names in them (`articleLine`); `export` writes everything exactly,
 * ids, versions and times included, so that an import of it gives back the same newsroom (`record`).
 */

const instant = anyInstant.refine(isStorable, outOfRange);
const name = line(200);
const version = z.number().int().min(1).max(2_147_483_647);
const text = (max: number) => z.string().min(1).max(max);
const slugText = z.string().min(1).max(300);
const commentMode = z.enum(['pre', 'post', 'closed']);

/** What may be left out is what an editor may leave out; see the README for examples. */
export const articleLine = articleCreate
  .omit({ authors: true, categoryId: true, tagIds: true, source: true, externalId: true })
  .extend({
    type: z.literal('article').optional(),
    externalId: text(200).optional(),
    status: z.enum(['draft', 'published']).optional(),
    source: z
      .union([name, z.strictObject({ name, url: httpUrl.nullable().optional() })])
      .nullable()
      .optional(),
    category: z
      .union([name.transform((only) => [only]), z.array(name).min(1).max(10)])
      .nullable()
      .optional(),
    tags: z.array(name).max(50).optional(),
    authors: z
      .array(z.union([name, z.strictObject({ name, role: line(50).optional() })]))
      .max(50)
      .optional(),
    createdAt: instant.optional(),
    updatedAt: instant.optional(),
  });
export type ArticleLine = z.infer<typeof articleLine>;

const stamped = { version, createdAt: instant, updatedAt: instant };

export const header = z.strictObject({ type: z.literal('khabar'), format: z.literal(1) });

const group = { version, updatedAt: instant };

/** What was ever set; null where nothing was, and where nobody has asked for the site's id yet. */
export const settingsRecord = z.strictObject({
  type: z.literal('settings'),
  siteId: id.nullable(),
  site: z.strictObject(storedSite).partial().extend(group).nullable(),
  search: searchSettingsPatch.extend(group).nullable(),
});

/** Slugs that a term had before; files of older versions have none. */
const left = { formerSlugs: z.array(z.strictObject({ slug: slugText, leftAt: instant })).optional() };

const term = { id, name: text(200), slug: slugText, ...stamped, ...left };
export const categoryRecord = z.strictObject({
  type: z.literal('category'),
  ...term,
  parentId: id.nullable(),
  description: paragraph(2000).nullable(),
});
export const tagRecord = z.strictObject({ type: z.literal('tag'), ...term, description: paragraph(2000).nullable() });
export const authorRecord = z.strictObject({
  type: z.literal('author'),
  ...term,
  bio: paragraph(5000).nullable(),
  avatarUrl: httpUrl.nullable(),
});

const seo = z.strictObject({
  title: z.string().optional(),
  description: z.string().optional(),
  canonicalUrl: httpUrl.optional(),
  noIndex: z.boolean().optional(),
});

const refs = {
  category: z.strictObject({ id, path: z.array(text(200)).min(1).max(100) }).nullable(),
  authors: z.array(z.strictObject({ id, name: text(200), role: text(50) })).max(50),
  tags: z.array(z.strictObject({ id, name: text(200) })).max(50),
};

const section = { id, heading: text(300).nullable(), anchor: text(300), body: portableText };

/** What both a working copy and a publication say. */
const content = {
  headline: text(300),
  kicker: text(200).nullable(),
  lead: text(5000).nullable(),
  slug: slugText,
  locale,
  source: z.strictObject({ name: text(200), url: httpUrl.nullable() }).nullable(),
  dateline: text(200).nullable(),
  urgency: z.number().int().min(1).max(9).nullable(),
  ...refs,
  seo: seo.nullable(),
  commentMode: commentMode.nullable(),
  custom: z.record(z.string(), z.unknown()).nullable(),
};

const snapshot = z.strictObject({ ...content, sections: z.array(z.strictObject(section)).max(200) });

const comment = z.strictObject({
  id,
  parentId: id.nullable(),
  status: z.enum(['pending', 'approved', 'rejected', 'spam', 'deleted']),
  body: z.string().max(5000),
  author: z.strictObject({ name: z.string().max(200), email: z.string().max(254).nullable() }),
  links: z.number().int().min(0),
  ...stamped,
});

export const articleRecord = z.strictObject({
  type: z.literal('article'),
  id,
  externalId: text(200).nullable(),
  /** Stands for the line that the article was last imported from: the same line again changes nothing. */
  importDigest: text(200).optional(),
  status: z.enum(['draft', 'published', 'unpublished', 'killed']),
  ...content,
  slugs: z
    .array(z.strictObject({ slug: slugText, wasPublic: z.boolean(), createdAt: instant }))
    .min(1)
    .max(1000),
  createdBy: z.string().max(64).nullable(),
  publishedAt: instant.nullable(),
  sectionsVersion: version,
  ...stamped,
  sections: z.array(z.strictObject({ ...section, ...stamped })).max(200),
  publication: z
    .strictObject({
      revision: version,
      publishedAt: instant,
      updatedAt: instant,
      /** What readers see, where the working copy has moved on since. */
      snapshot: snapshot.nullable(),
      /** How often it was read in each hour of the last days; files of older versions say nothing. */
      views: z
        .array(z.strictObject({ hour: instant, views: z.number().int().min(1).max(2_147_483_647) }))
        .max(1000)
        .optional(),
    })
    .nullable(),
  comments: z.array(comment),
});

export type SettingsRecord = z.infer<typeof settingsRecord>;
export type CategoryRecord = z.infer<typeof categoryRecord>;
export type TagRecord = z.infer<typeof tagRecord>;
export type AuthorRecord = z.infer<typeof authorRecord>;
export type TermRecord = CategoryRecord | TagRecord | AuthorRecord;
export type ArticleRecord = z.infer<typeof articleRecord>;
export type Snapshot = z.infer<typeof snapshot>;
export type CommentRecord = z.infer<typeof comment>;
export type HourOfViews = NonNullable<NonNullable<ArticleRecord['publication']>['views']>[number];
