import {
  and,
  asc,
  count,
  desc,
  eq,
  getTableColumns,
  gt,
  gte,
  inArray,
  lt,
  lte,
  ne,
  notExists,
  or,
  type SQL,
  sql,
} from 'drizzle-orm';
import { numberOfArticle } from '../articles/numbers.ts';
import type { Lookup, Reader, Tx } from '../db/database.ts';
import type { CommentStatus, Tables } from '../db/tables.ts';
import { AppError } from '../errors.ts';
import { type ParentRow, type Place, type PlaceAsked, type PlaceRow, placeIn } from './place.ts';
import { periodOf, periodsRemembered } from './words.ts';

type StoredComment = Omit<Tables['comments']['$inferSelect'], 'articleN'>;
/** A comment with the id of its article, which the table knows by its number. */
export type CommentRow = StoredComment & { articleId: string };
export type NewComment = Omit<CommentRow, 'n' | 'version'>;
export type Position = readonly [milliseconds: number, id: string];

/** Comments, each with the id of its article. */
export function selectComments(read: Reader, { articles, comments }: Tables) {
  const { articleN: _, ...own } = getTableColumns(comments);
  return read
    .select({ ...own, articleId: articles.id })
    .from(comments)
    .innerJoin(articles, eq(articles.n, comments.articleN));
}

/** How many comments of an article are approved. Exact where the caller holds the article's lock (lockArticle). */
export async function countApproved(read: Reader, { comments }: Tables, articleId: string): Promise<number> {
  const [row] = await read
    .select({ approved: count() })
    .from(comments)
    .where(and(eq(comments.articleN, numberOfArticle(articleId)), eq(comments.status, 'approved')));
  return row?.approved ?? 0;
}

/** Removes the places of an article's comments when all of them were deleted. Else none is removed. */
export async function removeDeletedComments(tx: Tx, { comments }: Tables, articleId: string): Promise<void> {
  const own = eq(comments.articleN, numberOfArticle(articleId));
  const kept = tx
    .select({ n: comments.n })
    .from(comments)
    .where(and(own, ne(comments.status, 'deleted')));
  await tx.delete(comments).where(and(own, notExists(kept)));
}

/** What shows a comment, and what is in the order of their number. */
export function changedBy(articleId: string): string[] {
  return [`article:${articleId}`, `comments:${articleId}`, 'comment-counts'];
}

export type CommentRepository = ReturnType<typeof createCommentRepository>;

/**
 * Rows are locked in one order everywhere, or two moderators could wait for each other: a comment, then what it
 * answers up to the thread's first comment, then the publication, then the article. Of many comments the deeper ones come
 * first, and those of one depth in the order of their ids.
 */
export function createCommentRepository(tables: Tables) {
  const { articles, authors, comments, publications, users } = tables;
  // Written out, because a database uses a partial index only where it sees the index's own condition.
  const shown = sql`(${comments.status} = 'approved' or ${comments.approvedReplies} > 0)`;
  const shownThreads = sql`${comments.depth} = 0 and ${shown}`;
  const shownReplies = sql`${comments.depth} > 0 and ${shown}`;
  const saidIn = Array.from(
    { length: periodsRemembered },
    (_, back) =>
      sql`(select created_at from ${comments} where article_n = a.n and period = asked.period - ${sql.raw(`${back}`)} and fingerprint = asked.fingerprint)`,
  );
  // Every part looks at one table by a whole unique key. Of a list of periods SQLite would make a table first, for four
  // times the price. If comments were joined, it would consider their partial indexes, and then it plans the query anew
  // whenever it is asked for other values, for ten times the price of answering it.
  const placeOfComment: Lookup = {
    asked: { article: 'text', period: 'integer', fingerprint: 'text', name: 'text' },
    columns: sql`a.n as article_n, p.comment_mode, p.locale, coalesce(${sql.join(saidIn, sql`, `)}) as said_at, exists (select 1 from ${users} where name_key = asked.name) or exists (select 1 from ${authors} where name_key = asked.name) as staff`,
    joined: sql`join ${articles} a on a.id = asked.article join ${publications} p on p.article_id = a.id`,
  };
  const parentOfComment: Lookup = {
    asked: { parent: 'text' },
    columns: sql`c.id, c.status, c.thread_id, c.depth, c.created_at, c.article_n`,
    joined: sql`join ${comments} c on c.id = asked.parent`,
  };
  const inTime = [asc(comments.createdAt), asc(comments.id)];
  const backInTime = [desc(comments.createdAt), desc(comments.id)];

  function later([milliseconds, id]: Position): SQL | undefined {
    const at = new Date(milliseconds);
    return and(gte(comments.createdAt, at), or(gt(comments.createdAt, at), gt(comments.id, id)));
  }

  function earlier([milliseconds, id]: Position): SQL | undefined {
    const at = new Date(milliseconds);
    return and(lte(comments.createdAt, at), or(lt(comments.createdAt, at), lt(comments.id, id)));
  }

  return {
    async find(read: Reader, id: string): Promise<CommentRow | undefined> {
      const [row] = await selectComments(read, tables).where(eq(comments.id, id));
      return row;
    },

    /** First comments of the threads that readers see under an article, from the one after `after`. */
    listThreads(read: Reader, articleId: string, sort: 'oldest' | 'newest', after: Position | null, limit: number) {
      const start = after && (sort === 'oldest' ? later(after) : earlier(after));
      return selectComments(read, tables)
        .where(and(eq(comments.articleN, numberOfArticle(articleId)), shownThreads, start ?? undefined))
        .orderBy(...(sort === 'oldest' ? inTime : backInTime))
        .limit(limit);
    },

    /** What readers see below a thread's first comment, oldest first: no reply comes before what it answers. */
    listReplies(read: Reader, threadId: string, after: Position | null, limit: number) {
      return selectComments(read, tables)
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
      return selectComments(read, tables)
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

    /** The same, also of an article that readers do not see any more. */
    async findLastLocale(read: Reader, articleId: string): Promise<string> {
      const [row] = await read
        .select({ seen: publications.locale, locale: articles.locale })
        .from(articles)
        .leftJoin(publications, eq(publications.articleId, articles.id))
        .where(eq(articles.id, articleId));
      if (!row) throw new AppError('not-found');
      return row.seen ?? row.locale;
    },

    /** Comments of every status for moderators, newest first. */
    list(
      read: Reader,
      filter: { status?: CommentStatus | undefined; article?: string | undefined; found?: SQL | undefined },
      after: Position | null,
      limit: number,
    ) {
      const { status, article, found } = filter;
      // The index of an article's comments has their periods: the same order, and the same bound, in its words.
      const ofArticle =
        article === undefined
          ? undefined
          : and(
              eq(comments.articleN, numberOfArticle(article)),
              after ? lte(comments.period, periodOf(new Date(after[0]))) : undefined,
            );
      return selectComments(read, tables)
        .where(
          and(
            status === undefined ? undefined : eq(comments.status, status),
            ofArticle,
            found,
            after ? earlier(after) : undefined,
          ),
        )
        .orderBy(...(ofArticle ? [desc(comments.period)] : []), ...backInTime)
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
     * All that new comments depend on: how its article takes comments, what it answers, whether the same was said there in
     * the last day, and whether somebody of the newsroom has the name. Undefined where no such article is public.
     */
    async findPlaces(tx: Tx, asked: readonly PlaceAsked[]): Promise<(Place | undefined)[]> {
      const values = asked.map(({ articleId: article, fingerprint, at, name }) => {
        return { article, period: periodOf(at), fingerprint, name };
      });
      const rows = await tx.lookUp<PlaceRow>(placeOfComment, values);
      const parents = await findParents(tx, asked);
      return asked.map(({ parentId, at }, nth) => {
        const row = rows[nth];
        return row && placeIn(row, parents.get(parentId ?? ''), at);
      });
    },

    /** The new rows, without those whose words were posted by somebody else at this very moment. */
    async insert(tx: Tx, rows: readonly (NewComment & { articleN: number })[]): Promise<Map<string, CommentRow>> {
      const inserted = await tx.insertMany(comments, rows, { taken: 'skip', returning: ['id', 'n'] });
      const numbers = new Map(inserted.map(({ id, n }) => [id, n]));
      return new Map(
        rows.flatMap(({ articleN: _, ...row }): [string, CommentRow][] => {
          const n = numbers.get(row.id);
          return n === undefined ? [] : [[row.id, { ...row, n, version: 1 }]];
        }),
      );
    },

    /** The changed row, or undefined when the comment has another version by now. */
    async change(tx: Tx, current: CommentRow, changes: Partial<StoredComment>): Promise<CommentRow | undefined> {
      const [row] = await tx
        .update(comments)
        .set({ ...changes, version: sql`${comments.version} + 1` })
        .where(and(eq(comments.id, current.id), eq(comments.version, current.version)))
        .returning();
      return row && { ...row, articleId: current.articleId };
    },
  };

  async function findParents(tx: Tx, asked: readonly PlaceAsked[]): Promise<Map<string, ParentRow>> {
    const ids = new Set(asked.flatMap(({ parentId }) => (parentId === null ? [] : [parentId])));
    if (ids.size === 0) return new Map();
    const values = [...ids].map((parent) => ({ parent }));
    const rows = await tx.lookUp<ParentRow>(parentOfComment, values);
    return new Map(rows.flatMap((row) => (row ? [[row.id, row]] : [])));
  }
}
