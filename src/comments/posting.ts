import type { Config } from '../config.ts';
import type { Tx } from '../db/database.ts';
import { jointly, type Outcome } from '../db/joint-work.ts';
import type { Tables } from '../db/tables.ts';
import { AppError, fieldError } from '../errors.ts';
import type { SearchIndex } from '../search/search-index.ts';
import type { Settings } from '../settings/service.ts';
import { uuid } from '../uuid.ts';
import { translateConstraints } from '../versioned.ts';
import type { Work } from '../work.ts';
import { addApproved } from './counting.ts';
import { initialStatus, maxDepth } from './moderation.ts';
import type { Place } from './place.ts';
import { isReserved, readName, reservedName } from './reader-name.ts';
import { type CommentRepository, type CommentRow, changedBy, type NewComment } from './repository.ts';
import type { CommentCreate } from './schemas.ts';
import { showPosted } from './view.ts';
import { periodOf, wordsOf } from './words.ts';

type Deps = {
  tables: Tables;
  repository: CommentRepository;
  clock: () => Date;
  config: Pick<Config, 'KHABAR_COMMENT_MODE'>;
  settings: Pick<Settings, 'site'>;
  index: SearchIndex;
};

/** A comment as it was sent, with all that can be said of it without the database. */
type Sent = Pick<NewComment, 'id' | 'articleId' | 'body' | 'links' | 'parentId' | 'authorName' | 'authorEmail'> & {
  fingerprint: string;
  nameKey: string;
};

type Placed = { place: Place; row: NewComment & { articleN: number } };
type Posted = ReturnType<typeof showPosted>;

/** How readers' comments on published articles are taken: those that are sent in one moment together, where that is quicker. */
export function createPosting({ tables, repository, clock, config, settings, index }: Deps) {
  /** Takes a reader's comment on a published article. */
  return async (work: Work, articleId: string, input: CommentCreate): Promise<Posted> => {
    const { name, key } = readName(input.author.name);
    if (isReserved(settings.site(), key)) throw reservedName();
    const sent: Sent = {
      ...{ id: uuid(), articleId, body: input.body, parentId: input.parentId ?? null, nameKey: key },
      ...{ authorName: name, authorEmail: input.author.email ?? null, ...wordsOf(input.body, key) },
    };
    // The article was deleted since its place was found; what a comment answers goes only with it.
    return translateConstraints({ '*foreign-key': () => new AppError('not-found') }, () =>
      work.write(jointly(takeAll, sent)),
    );
  };

  async function takeAll(tx: Tx, sent: readonly Sent[]): Promise<Outcome<Posted>[]> {
    const at = clock();
    const asked = sent.map(({ nameKey: name, ...each }) => ({ ...each, at, name }));
    const places = await repository.findPlaces(tx, asked);
    const placed = sent.map((each, nth) => refusedOr(() => placeOf(each, places[nth], at)));
    const rows = placed.flatMap((each) => ('value' in each ? [each.value.row] : []));
    const stored = rows.length === 0 ? new Map<string, CommentRow>() : await repository.insert(tx, rows);
    for (const row of stored.values()) index.putCommentLater(tx, row);
    await count(tx, [...stored.values()]);
    return placed.map((each) => ('value' in each ? shown(each.value, stored) : each));
  }

  /** Where a comment goes, or why it may not. */
  function placeOf(sent: Sent, place: Place | undefined, at: Date): Placed {
    if (!place) throw new AppError('not-found');
    if (place.isStaff) throw reservedName();
    const { parent } = place;
    const { nameKey: _, ...given } = sent;
    const status = initialStatus(place.mode ?? config.KHABAR_COMMENT_MODE);
    if (status === null) throw new AppError('comments-closed');
    if (sent.parentId !== null && parent?.status !== 'approved') throw unknownParent();
    if (parent && parent.depth >= maxDepth) throw tooDeep();
    if (place.isDuplicate) throw new AppError('duplicate-comment');
    // Clocks of several machines differ; no reply may come before what it answers.
    const createdAt = parent ? new Date(Math.max(at.getTime(), parent.createdAt.getTime() + 1)) : at;
    const row = {
      ...{ ...given, status, articleN: place.articleN, approvedReplies: 0 },
      ...{ threadId: parent?.threadId ?? sent.id, depth: parent ? parent.depth + 1 : 0 },
      ...{ createdAt, updatedAt: createdAt, period: periodOf(createdAt) },
    };
    return { place, row };
  }

  /** Counts those that readers see at once. */
  async function count(tx: Tx, rows: readonly CommentRow[]): Promise<void> {
    const seen = rows.filter(({ status }) => status === 'approved');
    // Their articles were public a moment ago: what was unpublished meanwhile takes no comments.
    if (!(await addApproved(tx, tables, seen, 1))) throw new AppError('not-found');
    for (const { articleId } of seen) tx.announce(...changedBy(articleId));
  }
}

function refusedOr<T>(decide: () => T): Outcome<T> {
  try {
    return { value: decide() };
  } catch (error) {
    return { error };
  }
}

function shown({ place, row }: Placed, stored: ReadonlyMap<string, CommentRow>): Outcome<Posted> {
  const own = stored.get(row.id);
  // The same words were posted by somebody else at this very moment.
  return own ? { value: showPosted(own, place.locale) } : { error: new AppError('duplicate-comment') };
}

function unknownParent(): AppError {
  return fieldError('/parentId', 'unknown_comment', {
    en: 'There is no such comment to answer here.',
    ar: 'لا يوجد هنا تعليق بهذا المعرّف للرد عليه.',
  });
}

function tooDeep(): AppError {
  return fieldError('/parentId', 'too_deep', {
    en: 'Replies go no deeper here: answer the comment above it.',
    ar: 'لا تتفرع الردود أعمق من هذا: رُدّ على التعليق الذي فوقه.',
  });
}
