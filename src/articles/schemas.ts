import { z } from 'zod';
import { dateInput, isStorable, outOfRange, startOf } from '../http/date-input.ts';
import {
  cursor,
  dir,
  httpUrl,
  id,
  instant,
  languageTag,
  limit,
  line,
  paragraph,
  versionedFields,
} from '../http/pieces.ts';
import { refusal } from '../http/validation.ts';
import { saved } from '../likeness/schemas.ts';
import { revision } from '../publishing/schemas.ts';
import { searchText } from '../search/query-text.ts';
import { maxSections, sectionInput, sectionPart } from '../sections/schemas.ts';
import { chosenSlug } from '../slugs.ts';
import { customObject } from './custom.ts';

const twice = refusal('duplicate', 'An id is named twice.', 'ورد معرّف مرتين.');
const status = z.enum(['draft', 'published', 'unpublished', 'killed']);
const commentMode = z.enum(['pre', 'post', 'closed']);
const role = line(50).meta({
  description:
    'What the author did, e.g. author, photographer, editor, «ترجمة». Feeds and JSON-LD name those who write as authors, the others as editors, translators or contributors',
});
const defaultRole = 'author';

// In whatever time zone the site is.
const articleDate = dateInput.refine(
  (text) => isStorable(startOf(text, 'Etc/GMT-14')) && isStorable(startOf(text, 'Etc/GMT+12')),
  outOfRange,
);

const byline = z.union([
  id.transform((authorId) => ({ id: authorId, role: defaultRole })),
  z.strictObject({ id, role: role.default(defaultRole) }),
]);

const seo = z.strictObject({
  title: line(300).optional(),
  description: line(1000).optional(),
  canonicalUrl: httpUrl.optional(),
  noIndex: z.boolean().optional().meta({
    description:
      'Not for search engines: the article is in no sitemap, and answers have `X-Robots-Tag: noindex`. Feeds and lists, which are for readers, show it',
  }),
});

const fields = {
  headline: line(300),
  kicker: line(200).nullable().optional(),
  lead: paragraph(5000).nullable().optional(),
  slug: chosenSlug.optional().meta({ description: 'Made from the headline when it is not sent' }),
  locale: languageTag.optional().meta({ description: 'Language of the article; the site’s when it is not sent' }),
  source: z
    .strictObject({ name: line(200), url: httpUrl.nullable().optional() })
    .nullable()
    .optional()
    .meta({ description: 'The outlet the story came from' }),
  dateline: line(200).nullable().optional(),
  urgency: z
    .number()
    .int()
    .min(1)
    .max(9)
    .nullable()
    .optional()
    .meta({ description: 'IPTC urgency: 1 most urgent, 9 least' }),
  authors: z
    .array(byline)
    .max(50)
    .refine((bylines) => isUnique(bylines.map((author) => author.id)), twice)
    .optional()
    .meta({ description: 'Bylines in order, as ids or as { id, role }' }),
  categoryId: id.nullable().optional(),
  tagIds: z.array(id).max(50).refine(isUnique, twice).optional(),
  seo: seo.nullable().optional(),
  comments: z
    .strictObject({ mode: commentMode })
    .nullable()
    .optional()
    .meta({ description: 'Policy of this article; null for the site’s' }),
  custom: customObject.nullable().optional(),
  externalId: z
    .string()
    .regex(/\S/)
    .max(200)
    .nullable()
    .optional()
    .meta({ description: 'Its name in another system; no two articles have the same' }),
  publishedAt: articleDate.nullable().optional().meta({
    description:
      'The date readers are shown; the time of first publishing when it is not set. RFC 3339, an ISO date, or an Arabic date line: a day without a time is its beginning in the time zone of the site',
  }),
};

export const articleCreate = z
  .strictObject({ ...fields, sections: z.array(sectionInput).max(maxSections).optional() })
  .meta({
    examples: [
      {
        headline: 'سوريا توقع إعلان تعاون سياسي مع التحالف الدولي',
        lead: 'وقّعت سوريا إعلان تعاون سياسي مع التحالف الدولي.',
        source: { name: 'المصدر 7' },
        sections: [{ heading: 'تفاصيل الإعلان', body: { text: 'جاء التوقيع في دمشق.' } }],
      },
    ],
  });
export type ArticleCreate = z.infer<typeof articleCreate>;

export const articlePatch = z
  .strictObject(fields)
  .partial()
  .meta({ examples: [{ headline: 'سوريا توقع إعلان تعاون', urgency: 2 }] });
export type ArticlePatch = z.infer<typeof articlePatch>;

const named = z.object({ id, name: z.string(), slug: z.string() });

const summary = {
  id,
  externalId: z.string().nullable(),
  status,
  headline: z.string(),
  kicker: z.string().nullable(),
  slug: z.string(),
  locale: z.string(),
  dir,
  source: z.object({ name: z.string(), url: z.string().nullable() }).nullable(),
  urgency: z.number().int().nullable(),
  authors: z.array(named.extend({ role: z.string() })),
  category: named.nullable(),
  publishedAt: instant.nullable(),
  ...versionedFields,
};

/** A working copy as lists show it. */
export const articleSummary = z.object(summary).meta({ id: 'EditorialArticleSummary' });
export type ArticleSummary = z.infer<typeof articleSummary>;

export const article = z
  .object({
    ...summary,
    lead: z.string().nullable(),
    dateline: z.string().nullable(),
    tags: z.array(named),
    seo: z
      .object({
        title: z.string().optional(),
        description: z.string().optional(),
        canonicalUrl: z.string().optional(),
        noIndex: z.boolean().optional(),
      })
      .nullable(),
    comments: z.object({ mode: commentMode }).nullable(),
    custom: z.record(z.string(), z.unknown()),
    sections: z.array(sectionPart),
    wordCount: z.number().int(),
    readingMinutes: z.number().int(),
    publication: z
      .object({
        revision,
        publishedAt: instant,
        updatedAt: instant,
        isCurrent: z.boolean().meta({ description: 'Whether readers see the working copy as it is now' }),
      })
      .nullable()
      .meta({ description: 'What readers see; null when it is not published' }),
  })
  .meta({ id: 'EditorialArticle' });
export type Article = z.infer<typeof article>;

export const savedArticle = saved(article);
export type SavedArticle = Article & Pick<z.infer<typeof savedArticle>, 'similar'>;

export const articleQuery = z.strictObject({
  limit,
  cursor,
  status: status.optional(),
  category: id.optional(),
  author: id.optional(),
  q: searchText.optional(),
});
export type ArticleQuery = z.infer<typeof articleQuery>;

function isUnique(ids: string[]): boolean {
  return new Set(ids).size === ids.length;
}
