import type { CommentMode, CommentStatus } from '../db/tables.ts';

/** What moderating a comment does: `approvedDelta` is what every count of approved comments it stands in changes by. */
export type Decision =
  | { outcome: 'unchanged' }
  | { outcome: 'refused' }
  | { outcome: 'changed'; approvedDelta: -1 | 0 | 1 };

/** Replies may answer replies up to this depth; a comment on the article itself has depth 0. */
export const maxDepth = 5;

/** The status a new comment begins with, or null where none is taken. */
export function initialStatus(mode: CommentMode): 'pending' | 'approved' | null {
  if (mode === 'closed') return null;
  return mode === 'post' ? 'approved' : 'pending';
}

/**
 * Moderators may change their minds as often as they like; only deletion is final, because nothing is left to show.
 * Asking for the status a comment has already changes nothing, so a repeated request does no harm.
 */
export function decide(from: CommentStatus, to: CommentStatus): Decision {
  if (from === to) return { outcome: 'unchanged' };
  if (from === 'deleted') return { outcome: 'refused' };
  const approvedDelta = from === 'approved' ? -1 : to === 'approved' ? 1 : 0;
  return { outcome: 'changed', approvedDelta };
}

/** Whether readers see anything of a comment: its words, or its place in a thread that goes on below it. */
export function isShown({ status, approvedReplies }: { status: CommentStatus; approvedReplies: number }): boolean {
  return status === 'approved' || approvedReplies > 0;
}

/** How many of the comments below each comment are approved; comments with none are left out. */
export function countApprovedBelow(
  comments: readonly { id: string; parentId: string | null; status: CommentStatus }[],
): Map<string, number> {
  const parents = new Map(comments.map(({ id, parentId }) => [id, parentId]));
  const counts = new Map<string, number>();
  for (const { parentId, status } of comments) {
    if (status !== 'approved') continue;
    for (let above = parentId; above; above = parents.get(above) ?? null)
      counts.set(above, (counts.get(above) ?? 0) + 1);
  }
  return counts;
}
