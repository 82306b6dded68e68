import { type SQL, sql } from 'drizzle-orm';
import type { Audit } from '../audit/audit.ts';
import type { Config } from '../config.ts';
import type { Database, Tx } from '../db/database.ts';
import type { CommentStatus } from '../db/tables.ts';
import { displayLocale } from '../delivery/display.ts';
import { AppError } from '../errors.ts';
import { decodeCursor, listDigest, timeAndId, toPage } from '../http/cursor.ts';
import type { ExpectedVersions } from '../http/etag.ts';
import type { SearchIndex } from '../search/search-index.ts';
import type { Settings } from '../settings/service.ts';
import { demandVersion } from '../versioned.ts';
import type { Work } from '../work.ts';
import { addApproved } from './counting.ts';
import { decide, isShown } from './moderation.ts';
import { createPosting } from './posting.ts';
import { type CommentRow, changedBy, createCommentRepository } from './repository.ts';
import type { EditorialComment, ModerationQuery, PostedComment, RepliesQuery, Thread, ThreadQuery } from './schemas.ts';
import { nestReplies, type Showing, showComment, showPosted, showToModerators } from './view.ts';

export type CommentService = ReturnType<typeof createCommentService>;
export type CommentDeps = {
  db: Database;
  clock: () => Date;
  audit: Audit;
  config: Pick<Config, 'KHABAR_COMMENT_MODE'>;
  settings: Pick<Settings, 'site'>;
  index: SearchIndex;
  search: CommentSearch;
};
/** Finds comments by their words. */
export type CommentSearch = { commentsMatching(q: string, n: SQL): Promise<SQL> };

const repliesOfThread = 50;
const repliesOfPage = 1000;

/** What readers say under published articles, and what moderators decide about it. */
export function createCommentService({ db, clock, audit, config, settings, index, search }: CommentDeps) {
  const { tables } = db;
  const repository = createCommentRepository(tables);
  const post = createPosting({ tables, repository, clock, config, settings, index });

  function wordsFor(asked: string | undefined): Showing['words'] {
    const site = settings.site();
    const locale = displayLocale(asked, site);
    return locale === null ? null : { site, locale };
  }

  async function present(read: Database['read'], rows: CommentRow[]): Promise<EditorialComment[]> {
    const ids = [...new Set(rows.map((row) => row.articleId))];
    const articles = new Map((await repository.listArticles(read, ids)).map((article) => [article.id, article]));
    return rows.flatMap((row) => {
      const article = articles.get(row.articleId);
      return article ? [showToModerators(row, article)] : [];
    });
  }

  async function presentOne(read: Database['read'], row: CommentRow): Promise<EditorialComment> {
    const [shown] = await present(read, [row]);
    if (!shown) throw new AppError('not-found');
    return shown;
  }

  /** Gives a comment another status, and every count that it stands in the difference. */
  async function moderate(
    tx: Tx,
    work: Work,
    id: string,
    expected: ExpectedVersions,
    status: CommentStatus,
    erased: Partial<CommentRow> = {},
  ): Promise<CommentRow> {
    for (;;) {
      const current = await repository.find(tx, id);
      if (!current) throw new AppError('not-found');
      demandVersion(current.version, expected);
      const decision = decide(current.status, status);
      if (decision.outcome === 'unchanged') return current;
      if (decision.outcome === 'refused') throw alreadyDeleted();
      const changed = await repository.change(tx, current, { ...erased, status, updatedAt: clock() });
      // Somebody else has decided in between: look again.
      if (!changed) continue;
      if (status === 'deleted') await index.removeComments(tx, [current.n]);
      await audit(tx, work, `comment.${status}`, { type: 'comment', id }, { from: current.status });
      if (decision.approvedDelta !== 0) await count(tx, changed, decision.approvedDelta);
      return changed;
    }
  }

  async function count(tx: Tx, row: CommentRow, delta: number): Promise<void> {
    await addApproved(tx, tables, [row], delta);
    tx.announce(...changedBy(row.articleId));
  }

  return {
    /** Approved comments as threads, each with its first replies, and the article's language. */
    async listThreads(articleId: string, query: ThreadQuery) {
      const { sort, limit } = query;
      const digest = listDigest('comments', { articleId, sort });
      const after = decodeCursor(query.cursor, digest, timeAndId);
      const locale = await repository.findLocale(db.read, articleId);
      if (locale === undefined) throw new AppError('not-found');
      const rows = await repository.listThreads(db.read, articleId, sort, after, limit + 1);
      const { data, page } = toPage(rows, limit, digest, positionOf);
      const most = Math.min(repliesOfThread, Math.floor(repliesOfPage / limit));
      const answered = data.filter((row) => row.approvedReplies > 0).map((row) => row.id);
      const replies = Map.groupBy(
        await repository.listFirstReplies(db.read, answered, most + 1),
        (row) => row.threadId,
      );
      const showing = { locale, words: wordsFor(query.display) };
      const threads = data.map((row): Thread => {
        const { data: first, page: rest } = toPage(replies.get(row.id) ?? [], most, repliesDigest(row.id), positionOf);
        return {
          ...showComment(row, showing),
          replies: nestReplies(row.id, first, showing),
          moreReplies:
            rest.next === null ? null : moreReplies(articleId, row.id, { cursor: rest.next, display: query.display }),
        };
      });
      return { locale, data: threads, page };
    },

    /** All replies of a thread as a plain list, oldest first, and the article's language. */
    async listReplies(articleId: string, threadId: string, query: RepliesQuery) {
      const digest = repliesDigest(threadId);
      const after = decodeCursor(query.cursor, digest, timeAndId);
      const locale = await repository.findLocale(db.read, articleId);
      const first = await repository.find(db.read, threadId);
      const isThread = first?.articleId === articleId && first.depth === 0 && isShown(first);
      if (locale === undefined || !isThread) throw new AppError('not-found');
      const rows = await repository.listReplies(db.read, threadId, after, query.limit + 1);
      const { data, page } = toPage(rows, query.limit, digest, positionOf);
      const showing = { locale, words: wordsFor(query.display) };
      return { locale, data: data.map((row) => showComment(row, showing)), page };
    },

    post,

    /**
     * What the reader was shown who posted a comment, with the status that it had then, whether or not its article is still
     * public. Throws `gone` once it is deleted.
     */
    async getPosted({ id, status }: Pick<PostedComment, 'id' | 'status'>): Promise<PostedComment> {
      const row = await repository.find(db.read, id);
      if (!row || row.status === 'deleted') throw new AppError('gone');
      return showPosted({ ...row, status }, await repository.findLastLocale(db.read, row.articleId));
    },

    /** Comments of every status, newest first. */
    async list(query: ModerationQuery) {
      const { status, article, limit } = query;
      const found =
        query.q === undefined ? undefined : await search.commentsMatching(query.q, sql`${tables.comments.n}`);
      const digest = listDigest('editorial-comments', query);
      const after = decodeCursor(query.cursor, digest, timeAndId);
      const rows = await repository.list(db.read, { status, article, found }, after, limit + 1);
      const { data, page } = toPage(rows, limit, digest, positionOf);
      return { data: await present(db.read, data), page };
    },

    async get(id: string): Promise<EditorialComment> {
      const row = await repository.find(db.read, id);
      if (!row) throw new AppError('not-found');
      return presentOne(db.read, row);
    },

    async setStatus(work: Work, id: string, expected: ExpectedVersions, status: CommentStatus) {
      return work.write(async (tx) => presentOne(tx, await moderate(tx, work, id, expected, status)));
    },

    /** Takes the words and the author's name and address out for ever; the place in the thread stays. */
    async remove(work: Work, id: string, expected: ExpectedVersions): Promise<void> {
      const erased = { body: '', authorName: '', authorEmail: null, links: 0, fingerprint: null };
      await work.write((tx) => moderate(tx, work, id, expected, 'deleted', erased));
    },
  };
}

function positionOf(row: CommentRow): [number, string] {
  return [row.createdAt.getTime(), row.id];
}

/** Where the replies of a thread go on, with their dates as those before. */
function moreReplies(
  articleId: string,
  threadId: string,
  query: { cursor: string; display: string | undefined },
): string {
  const display = query.display === undefined ? '' : `&display=${query.display}`;
  return `/v1/articles/${articleId}/comments/${threadId}/replies?cursor=${query.cursor}${display}`;
}

function repliesDigest(threadId: string): string {
  return listDigest('comment-replies', { threadId });
}

function alreadyDeleted(): AppError {
  return new AppError('conflict', {
    params: { reason: 'The comment was deleted for good.', reasonAr: 'حُذف هذا التعليق نهائيًا.' },
  });
}
