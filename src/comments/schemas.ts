import { z } from 'zod';
import type { CommentStatus } from '../db/tables.ts';
import { displayQuery } from '../delivery/display.ts';
import { cursor, dir, id, instant, limit, locale, paragraph, versionedFields } from '../http/pieces.ts';
import { refusal } from '../http/validation.ts';
import { searchText } from '../search/query-text.ts';

const commentBody = paragraph(5000)
  .refine(
    (text) => /[\p{L}\p{N}\p{P}\p{S}]/u.test(text),
    refusal('too_small', 'It may not be empty.', 'لا يجوز تركه فارغًا.'),
  )
  .meta({ description: 'Plain text; never read as markup' });

const commentLocale = locale.meta({
  description: 'The article’s language; `und` where the comment is written in the other direction',
});

const author = z.object({ name: z.string() });

const base = {
  id,
  parentId: id.nullable().meta({ description: 'The comment it answers; null for a thread’s first' }),
  status: z
    .enum(['approved', 'deleted'])
    .meta({ description: '`deleted`: its words are gone, its place is kept for the replies' }),
  body: z.string().nullable(),
  author: author.nullable(),
  locale: commentLocale,
  dir,
  createdAt: instant,
  replyCount: z.number().int().meta({ description: 'How many of all comments below it readers can see' }),
  display: z
    .object({ locale: z.string(), createdAt: z.string(), createdAtHijri: z.string() })
    .optional()
    .meta({ description: 'Its date in words, where that is asked for' }),
};

/** A comment as readers see it. */
export const comment = z.object(base).meta({ id: 'Comment' });
export type Comment = z.infer<typeof comment>;

export const reply = z
  .object({
    ...base,
    get replies(): z.ZodArray<z.ZodType<Reply>> {
      return z.array(reply);
    },
  })
  .meta({ id: 'CommentReply' });
export type Reply = Comment & { replies: Reply[] };

export const thread = z
  .object({
    ...base,
    replies: z.array(reply),
    moreReplies: z.string().nullable().meta({ description: 'Where the thread goes on; null when all of it is here' }),
  })
  .meta({ id: 'CommentThread' });
export type Thread = z.infer<typeof thread>;

export const threadQuery = z.strictObject({
  limit,
  cursor,
  sort: z.enum(['oldest', 'newest']).default('oldest').meta({ description: 'Order of threads' }),
  display: displayQuery,
});
export type ThreadQuery = z.infer<typeof threadQuery>;

export const repliesQuery = z.strictObject({ limit, cursor, display: displayQuery });
export type RepliesQuery = z.infer<typeof repliesQuery>;

export const commentCreate = z
  .strictObject({
    body: commentBody,
    author: z.strictObject({
      name: z.string().min(1).max(200),
      email: z.email().max(254).optional().meta({ description: 'Only moderators see it' }),
    }),
    parentId: id.nullable().optional().meta({ description: 'The approved comment that this one answers' }),
  })
  .meta({
    examples: [{ body: 'خبر مهم، شكرًا على المتابعة.', author: { name: 'أبو أحمد', email: 'reader@example.org' } }],
  });
export type CommentCreate = z.infer<typeof commentCreate>;

/** What a reader who has just posted is shown. */
export const postedComment = z
  .object({
    id,
    articleId: id,
    parentId: id.nullable(),
    status: z.enum(['pending', 'approved']).meta({ description: '`pending` until a moderator has approved it' }),
    body: z.string(),
    author,
    locale: commentLocale,
    dir,
    createdAt: instant,
  })
  .meta({ id: 'PostedComment' });
export type PostedComment = z.infer<typeof postedComment>;

export const statuses = ['pending', 'approved', 'rejected', 'spam', 'deleted'] as const satisfies CommentStatus[];

/** A comment as moderators see it. */
export const editorialComment = z
  .object({
    id,
    article: z.object({ id, slug: z.string().nullable(), headline: z.string().nullable() }).meta({
      description: 'The article as readers see it; slug and headline are null while it is not published',
    }),
    parentId: id.nullable(),
    threadId: id,
    status: z.enum(statuses),
    body: z.string().nullable().meta({ description: 'Null once it is deleted' }),
    author: z.object({ name: z.string(), email: z.string().nullable() }).nullable(),
    links: z.number().int().meta({ description: 'How many links the text holds' }),
    locale: commentLocale,
    dir,
    replyCount: z.number().int().meta({ description: 'How many of all comments below it are approved' }),
    ...versionedFields,
  })
  .meta({ id: 'EditorialComment' });
export type EditorialComment = z.infer<typeof editorialComment>;

export const moderationQuery = z.strictObject({
  limit,
  cursor,
  status: z.enum(statuses).optional(),
  article: id.optional().meta({ description: 'Only comments on the article with this id' }),
  q: searchText.optional(),
});
export type ModerationQuery = z.infer<typeof moderationQuery>;

export const moderation = z
  .strictObject({ status: z.enum(['approved', 'rejected', 'spam', 'pending']) })
  .meta({ examples: [{ status: 'approved' }] });
