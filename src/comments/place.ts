import type { CommentMode, CommentStatus } from '../db/tables.ts';
import type { CommentRow } from './repository.ts';
import { isRecent } from './words.ts';

type Parent = Pick<CommentRow, 'id' | 'status' | 'threadId' | 'depth' | 'createdAt'>;

/** What is asked before a comment is taken, at the moment `at`. */
export type PlaceAsked = {
  articleId: string;
  parentId: string | null;
  fingerprint: string;
  at: Date;
  name: string;
};

export type Place = {
  articleN: number;
  mode: CommentMode | null;
  locale: string;
  isDuplicate: boolean;
  isStaff: boolean;
  parent: Parent | null;
};

/** A place as the database answers it. */
export type PlaceRow = {
  article_n: number;
  comment_mode: CommentMode | null;
  locale: string;
  said_at: Date | number | null;
  staff: unknown;
};

export type ParentRow = {
  id: string;
  status: CommentStatus;
  thread_id: string;
  depth: number;
  created_at: Date | number;
  article_n: number;
};

export function placeIn(row: PlaceRow, parent: ParentRow | undefined, at: Date): Place {
  return {
    articleN: row.article_n,
    mode: row.comment_mode,
    locale: row.locale,
    isDuplicate: row.said_at !== null && isRecent(new Date(row.said_at), at),
    isStaff: Boolean(row.staff),
    parent: parent?.article_n === row.article_n ? parentIn(parent) : null,
  };
}

function parentIn({ id, status, thread_id: threadId, depth, created_at: createdAt }: ParentRow): Parent {
  return { id, status, threadId, depth, createdAt: new Date(createdAt) };
}
