import { z } from 'zod';
import { dir, id, instant } from '../http/pieces.ts';
import { portableTextBlock } from '../portable-text/schema.ts';
import { siteSettings } from '../settings/schemas.ts';

const named = { id, name: z.string(), slug: z.string() };
const termName = z.object(named).meta({ id: 'TermName', description: 'A category or tag as articles name it' });
const byline = z
  .object({ ...named, role: z.string().meta({ examples: ['author', 'photographer'] }) })
  .meta({ id: 'Byline', description: 'An author, and what they did' });

/** What dates and counts look like in words, for readers of one country. */
const display = z
  .object({
    locale: z.string(),
    publishedAt: z.string(),
    updatedAt: z.string(),
    publishedAtHijri: z.string(),
    updatedAtHijri: z.string(),
    comments: z.string(),
    readingTime: z.string(),
  })
  .meta({ id: 'Display', description: 'Dates and counts in words, where they are asked for' });
export type Display = z.infer<typeof display>;

const cardImage = z
  .object({
    url: z.string(),
    alt: z.string().nullable(),
    credit: z.string().nullable(),
    width: z.number().int().nullable(),
    height: z.number().int().nullable(),
  })
  .meta({ id: 'CardImage', description: 'The first picture of an article, for teasers' });
export type CardImage = z.infer<typeof cardImage>;

const summary = {
  id,
  slug: z.string(),
  locale: z.string(),
  dir,
  headline: z.string(),
  kicker: z.string().nullable(),
  lead: z.string().nullable(),
  source: z.object({ name: z.string(), url: z.string().nullable() }).nullable(),
  dateline: z.string().nullable(),
  urgency: z.number().int().nullable(),
  authors: z.array(byline),
  category: termName.nullable(),
  tags: z.array(termName),
  wordCount: z.number().int(),
  readingMinutes: z.number().int(),
  publishedAt: instant,
  updatedAt: instant,
  image: cardImage
    .nullable()
    .optional()
    .meta({ description: 'Null without pictures; missing in what was last published before there was this member' }),
  comments: z.object({
    mode: z.enum(['pre', 'post', 'closed']),
    count: z.number().int().meta({ description: 'How many comments are approved' }),
  }),
  url: z
    .string()
    .meta({ description: 'Address of its page, percent-encoded; a path where the site has no address yet' }),
  iri: z.string().meta({ description: 'The same address as people read it' }),
  display: display.optional(),
};

/** A section as readers get it. */
export const publishedSection = z
  .object({
    id,
    anchor: z.string(),
    heading: z.string().nullable(),
    body: z.array(portableTextBlock),
    html: z.string().optional().meta({ description: 'With render=html' }),
    markdown: z.string().optional().meta({ description: 'With render=markdown' }),
    text: z.string().optional().meta({ description: 'With render=text' }),
  })
  .meta({ id: 'Section' });

const bodies = {
  sections: z.array(publishedSection),
  seo: z
    .object({
      title: z.string().optional(),
      description: z.string().optional(),
      canonicalUrl: z.string().optional(),
      noIndex: z.boolean().optional(),
    })
    .nullable(),
  custom: z.record(z.string(), z.unknown()),
};

/** A published article without its body. */
export const articleSummary = z.object(summary).meta({ id: 'ArticleSummary' });

/** A published article. */
export const publishedArticle = z.object({ ...summary, ...bodies });

/** A published article as it is answered: readers may leave out what they like. */
export const pickedArticle = publishedArticle.partial().meta({
  id: 'Article',
  description:
    'A published article. Unless `fields` names what to answer, only `display` and `image` may be missing, and in lists `sections`, `seo` and `custom` are',
});

/** Categories, tags and authors as readers see them. */
const term = { id, name: z.string(), slug: z.string() };
export const publicCategory = z
  .object({ ...term, description: z.string().nullable(), parentId: id.nullable() })
  .meta({ id: 'Category' });
export const publicTag = z.object({ ...term, description: z.string().nullable() }).meta({ id: 'Tag' });
export const publicAuthor = z
  .object({ ...term, bio: z.string().nullable(), avatarUrl: z.string().nullable() })
  .meta({ id: 'Author' });

/** The site as readers see it. */
export const publicSite = siteSettings
  .pick({
    ...{ name: true, description: true, baseUrl: true, logoUrl: true, socialAccounts: true },
    ...{ locale: true, timeZone: true, months: true, digits: true },
    ...{ urlPattern: true, categoryUrlPattern: true, tagUrlPattern: true, authorUrlPattern: true },
  })
  .extend({ dir })
  .meta({ id: 'Site' });

/** A published article as it stands in an answer, with its instants as text: what renderers of other forms are given. */
export type PublishedArticle = z.input<typeof publishedArticle>;
