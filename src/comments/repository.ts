import { and, asc, count, desc, eq, gt, inArray, lt, or, type SQL, sql } from 'drizzle-orm';
import { lockArticle } from '../articles/working-copy.ts';
import type { Reader, Tx } from '../db/database.ts';
import type { CommentStatus, Tables } from '../db/tables.ts';

export type CommentRow = Tables['comments']['$inferSelect'];
export type NewComment = Tables['comments']['$inferInsert'];
export type Position = readonly [milliseconds: number, id: string];

/** How many comments of an article are approved. Exact where the caller holds the article's lock (lockArticle). */
export async function countApproved(read: Reader, { comments }: Tables, articleId: string): Promise<number> {
  const [row] = await read
    .select({ approved: count() })
    .from(comments)
    .where(and(eq(comments.articleId, articleId), eq(comments.status, 'approved')));
  return row?.approved ?? 0;
}

export type CommentRepository = ReturnType<typeof createCommentRepository>;

/**
 * Rows are locked in one order everywhere, or two moderators could wait for each other: a comment, then what it
 * answers up to the thread's first comment, then the publication, then the article.
 */
export function createCommentRepository(tables: Tables) {
  const { articles, comments, publications } = tables;
  // Written out, because a database uses a partial index only where it sees the index's own condition.
  const shownThreads = sql`depth = 0 and (status = 'approved' or approved_replies > 0)`;
  const shownReplies = sql`depth > 0 and (status = 'approved' or approved_replies > 0)`;
  const inTime = [asc(comments.createdAt), asc(comments.id)];
  const backInTime = [desc(comments.createdAt), desc(comments.id)];

  function later([milliseconds, id]: Position): SQL | undefined {
    const at = new Date(milliseconds);
    return or(gt(comments.createdAt, at), and(eq(comments.createdAt, at), gt(comments.id, id)));
  }

  function earlier([milliseconds, id]: Position): SQL | undefined {
    const at = new Date(milliseconds);
    return or(lt(comments.createdAt, at), and(eq(comments.createdAt, at), lt(comments.id, id)));
  }

  return {
    async find(read: Reader, id: string): Promise<CommentRow | undefined> {
      const [row] = await read.select().from(comments).where(eq(comments.id, id));
      return row;
    },

    /** First comments of the threads that readers see under an article, from the one after `after`. */
    async listThreads(
      read: Reader,
      articleId: string,
      sort: 'oldest' | 'newest',
      after: Position | null,
      limit: number,
    ): Promise<CommentRow[]> {
      const start = after && (sort === 'oldest' ? later(after) : earlier(after));
      return read
        .select()
        .from(comments)
        .where(and(eq(comments.articleId, articleId), shownThreads, start ?? undefined))
        .orderBy(...(sort === 'oldest' ? inTime : backInTime))
        .limit(limit);
    },

    /** What readers see below a thread's first comment, oldest first: no reply comes before what it answers. */
    async listReplies(read: Reader, threadId: string, after: Position | null, limit: number): Promise<CommentRow[]> {
      return read
        .select()
        .from(comments)
        .where(and(eq(comments.threadId, threadId), shownReplies, after ? later(after) : undefined))
        .orderBy(...inTime)
        .limit(limit);
    },

    /** For each thread what `listReplies` begins with, at most `limit` of each, in one list. */
    async listFirstReplies(read: Reader, threadIds: string[], limit: number): Promise<CommentRow[]> {
      if (threadIds.length === 0) return [];
      const firsts = threadIds.map(
        (threadId, at) =>
          sql`select id from (select id from ${comments} where thread_id = ${threadId} and ${shownReplies} order by created_at, id limit ${limit}) as ${sql.identifier(`thread_${at}`)}`,
      );
      const ids = await read.rows<{ id: string }>(sql.join(firsts, sql` union all `));
      if (ids.length === 0) return [];
      return read
        .select()
        .from(comments)
        .where(
          inArray(
            comments.id,
            ids.map((row) => row.id),
          ),
        )
        .orderBy(...inTime);
    },

    /** The language of an article that readers see; undefined when they do not see it. */
    async findLocale(read: Reader, articleId: string): Promise<string | undefined> {
      const [row] = await read
        .select({ locale: publications.locale })
        .from(publications)
        .where(eq(publications.articleId, articleId));
      return row?.locale;
    },

    /** Comments of every status for moderators, newest first. */
    async list(
      read: Reader,
      filter: { status?: CommentStatus | undefined; article?: string | undefined; found?: SQL | undefined },
      after: Position | null,
      limit: number,
    ): Promise<CommentRow[]> {
      return read
        .select()
        .from(comments)
        .where(
          and(
            filter.status === undefined ? undefined : eq(comments.status, filter.status),
            filter.article === undefined ? undefined : eq(comments.articleId, filter.article),
            filter.found,
            after ? earlier(after) : undefined,
          ),
        )
        .orderBy(...backInTime)
        .limit(limit);
    },

    /** What moderators see of the articles that comments stand under; `card` is null where nothing is public. */
    async listArticles(read: Reader, ids: string[]) {
      if (ids.length === 0) return [];
      return read
        .select({ id: articles.id, locale: articles.locale, slug: publications.slug, card: publications.card })
        .from(articles)
        .leftJoin(publications, eq(publications.articleId, articles.id))
        .where(inArray(articles.id, ids));
    },

    /**
     * All that a new comment depends on, in one query: how its article takes comments, what it answers, and whether
     * one of `fingerprints` was posted there after `since`. Undefined where no such article is public.
     */
    async findPlace(tx: Tx, articleId: string, parentId: string | null, fingerprints: string[], since: Date) {
      const { id, status, threadId, depth, createdAt } = comments;
      const recent = and(
        eq(comments.articleId, articleId),
        inArray(comments.fingerprint, fingerprints),
        gt(comments.createdAt, since),
      );
      const same = tx.select({ id }).from(comments).where(recent);
      const [row] = await tx
        .select({
          mode: publications.commentMode,
          locale: publications.locale,
          duplicate: sql<unknown>`exists ${same}`,
          parent: { id, status, threadId, depth, createdAt },
        })
        .from(publications)
        .leftJoin(comments, and(eq(comments.id, parentId ?? ''), eq(comments.articleId, articleId)))
        .where(eq(publications.articleId, articleId));
      return row && { ...row, duplicate: Boolean(row.duplicate) };
    },

    /** The new row, or undefined when the same words were posted by somebody else at this very moment. */
    async insert(tx: Tx, row: NewComment): Promise<CommentRow | undefined> {
      const [inserted] = await tx.insert(comments).values(row).onConflictDoNothing().returning();
      return inserted;
    },

    /** The changed row, or undefined when the comment has another version by now. */
    async change(tx: Tx, current: CommentRow, changes: Partial<NewComment>): Promise<CommentRow | undefined> {
      const [row] = await tx
        .update(comments)
        .set({ ...changes, version: sql`${comments.version} + 1` })
        .where(and(eq(comments.id, current.id), eq(comments.version, current.version)))
        .returning();
      return row;
    },

    /** Adds to every count of approved comments that a comment stands in. False when its article is not public. */
    async addApproved(tx: Tx, { articleId, parentId }: CommentRow, delta: number): Promise<boolean> {
      for (let above = parentId; above !== null; ) {
        const [row] = await tx
          .update(comments)
          .set({ approvedReplies: sql`${comments.approvedReplies} + ${delta}` })
          .where(eq(comments.id, above))
          .returning({ parentId: comments.parentId });
        above = row?.parentId ?? null;
      }
      return addToPublication(tx, articleId, delta);
    },

    /**
     * For a comment whose article was not public when it was counted: the article may be being published right now,
     * with a count taken before. Waits for that, and keeps others from starting it until this transaction ends.
     */
    async addWhenPublished(tx: Tx, articleId: string, delta: number): Promise<void> {
      await lockArticle(tx, tables, articleId);
      await addToPublication(tx, articleId, delta);
    },
  };

  async function addToPublication(tx: Tx, articleId: string, delta: number): Promise<boolean> {
    const counted = await tx
      .update(publications)
      .set({ commentCount: sql`${publications.commentCount} + ${delta}` })
      .where(eq(publications.articleId, articleId))
      .returning({ articleId: publications.articleId });
    return counted.length === 1;
  }
}
