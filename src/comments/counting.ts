import { lockArticle } from '../articles/working-copy.ts';
import type { Tx } from '../db/database.ts';
import type { Tables } from '../db/tables.ts';
import type { CommentRow } from './repository.ts';

type Counted = Pick<CommentRow, 'articleId' | 'parentId' | 'depth'>;

/**
 * Adds to every count of approved comments that comments stand in. False when one's article is not public. Of what it locks
 * the deeper comments come first, then publications, each in the order of their ids, then articles.
 */
export async function addApproved(
  tx: Tx,
  tables: Tables,
  counted: readonly Counted[],
  delta: number,
): Promise<boolean> {
  await addToReplies(tx, tables, counted, delta);
  const amounts = new Map<string, number>();
  for (const { articleId } of counted) add(amounts, articleId, delta);
  const missing = await addToPublications(tx, tables, amounts);
  for (const articleId of missing) if (!(await addWhenPublished(tx, tables, articleId, amounts))) return false;
  return true;
}

/** To what comments answer, and on to what that answers, one depth after another. */
async function addToReplies(tx: Tx, { comments }: Tables, counted: readonly Counted[], delta: number): Promise<void> {
  const levels = new Map<number, Map<string, number>>();
  const addAt = (depth: number, id: string, amount: number) => {
    const level = levels.get(depth) ?? new Map<string, number>();
    levels.set(depth, level);
    add(level, id, amount);
  };
  for (const { parentId, depth } of counted) if (parentId !== null) addAt(depth - 1, parentId, delta);
  for (let depth = Math.max(-1, ...levels.keys()); depth >= 0; depth--) {
    const amounts = levels.get(depth) ?? new Map<string, number>();
    const answered = { key: 'id', number: 'approvedReplies', returning: ['id', 'parentId'] } as const;
    for (const { id, parentId } of await tx.addMany(comments, { ...answered, amounts }))
      if (parentId !== null) addAt(depth - 1, parentId, amounts.get(id) ?? 0);
  }
}

/**
 * For comments whose article was not public when they were counted: the article may be being published right now, with a
 * count taken before, or put in its own place by an import. Waits for that, and keeps others from starting it until this
 * transaction ends.
 */
async function addWhenPublished(
  tx: Tx,
  tables: Tables,
  articleId: string,
  amounts: ReadonlyMap<string, number>,
): Promise<boolean> {
  await lockArticle(tx, tables, articleId);
  const own = new Map([[articleId, amounts.get(articleId) ?? 0]]);
  return (await addToPublications(tx, tables, own)).length === 0;
}

/** Answers which articles are not public, in the order of their ids. */
async function addToPublications(
  tx: Tx,
  { publications }: Tables,
  amounts: ReadonlyMap<string, number>,
): Promise<string[]> {
  const counted = { key: 'articleId', number: 'commentCount', returning: ['articleId'] } as const;
  const found = await tx.addMany(publications, { ...counted, amounts });
  const ids = new Set(found.map(({ articleId }) => articleId));
  return [...amounts.keys()].filter((id) => !ids.has(id)).sort();
}

function add(amounts: Map<string, number>, key: string, amount: number): void {
  amounts.set(key, (amounts.get(key) ?? 0) + amount);
}
