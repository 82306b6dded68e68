import { createAudit } from '../../src/audit/audit.ts';
import { systemActor } from '../../src/auth/permissions.ts';
import { countApproved } from '../../src/comments/repository.ts';
import type { CommentMode } from '../../src/db/tables.ts';
import { createPublicationStore } from '../../src/publishing/publication-store.ts';
import { createPublishingService } from '../../src/publishing/service.ts';
import { createSearchIndex } from '../../src/search/search-index.ts';
import type { Newsroom } from '../support/newsroom.ts';

export const moderationUrl = '/v1/editorial/comments';
export const nobody = '00000000-0000-7000-8000-000000000000';

/** Short ways to do what readers and moderators do all day. */
export function readersOf(room: Newsroom) {
  const { db, clock } = room;
  const publishing = createPublishingService({
    db,
    clock,
    audit: createAudit(db.tables, clock),
    store: createPublicationStore(db.tables, createSearchIndex(db)),
  });
  const work = { actor: systemActor, requestId: null, write: db.write };
  const publish = (id: string, write = work.write) => publishing.publish({ ...work, write }, id, 'any');
  let headlines = 0;
  let words = 0;

  /** A published article, by default one whose comments are shown at once. */
  async function article({
    commentMode = 'post',
    ...body
  }: {
    commentMode?: CommentMode | null;
    [key: string]: unknown;
  } = {}) {
    const answer = await room.call('/v1/editorial/articles', {
      as: 'editor',
      body: {
        headline: `سوريا توقع إعلان تعاون ${++headlines}`,
        comments: commentMode && { mode: commentMode },
        ...body,
      },
    });
    if (answer.status !== 201) throw new Error(`no article: ${answer.text}`);
    await publish(answer.body.id);
    return answer.body as { id: string; slug: string; headline: string };
  }

  function send(ref: string, body: object, headers: Record<string, string> = {}) {
    return room.call(`/v1/articles/${encodeURIComponent(ref)}/comments`, { method: 'POST', body, headers });
  }

  /** A comment like no other, accepted. */
  async function say(articleId: string, parentId: string | null = null, body = `تعليق لا يشبه غيره رقم ${++words}`) {
    const answer = await send(articleId, { body, author: { name: 'أبو أحمد' }, parentId });
    if (answer.status !== 201) throw new Error(`no comment: ${answer.text}`);
    return answer.body as { id: string; status: string };
  }

  const moderate = (id: string, status: string, headers: Record<string, string> = {}) =>
    room.call(`${moderationUrl}/${id}`, { as: 'moderator', method: 'PATCH', body: { status }, headers });
  const erase = (id: string) => room.call(`${moderationUrl}/${id}`, { as: 'moderator', method: 'DELETE' });
  const list = (ref: string, query = '') => room.call(`/v1/articles/${encodeURIComponent(ref)}/comments${query}`);

  /** The count in the publication, and what it must be; null where nothing is published. */
  async function counts(articleId: string) {
    const rows = await db.read.select().from(db.tables.publications);
    const row = rows.find((each) => each.articleId === articleId);
    return { shown: row?.commentCount ?? null, approved: await countApproved(db.read, db.tables, articleId) };
  }

  return {
    article,
    publish,
    unpublish: (id: string) => publishing.unpublish(work, id, 'any'),
    send,
    say,
    moderate,
    erase,
    list,
    counts,
  };
}

export type Readers = ReturnType<typeof readersOf>;
