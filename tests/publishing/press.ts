import type { RoleName } from '../../src/db/tables.ts';
import { articlesUrl, deskOf } from '../articles/desk.ts';
import type { Newsroom } from '../support/newsroom.ts';

type As = RoleName | string;

/** Short ways to publish, and to read what readers read. */
export function pressOf(room: Newsroom) {
  const desk = deskOf(room);

  function act(action: 'publish' | 'unpublish' | 'kill', id: string, as: As, headers: Record<string, string>) {
    return room.call(`${articlesUrl}/${id}/${action}`, { as, method: 'POST', headers });
  }

  /** An article that readers see; fails the test when it is refused. */
  async function article(body: object = {}) {
    const made = await desk.create(body);
    const done = await act('publish', made.id, 'editor', {});
    if (done.status !== 200) throw new Error(`not published: ${done.text}`);
    return { ...made, ...done.body } as { id: string; slug: string; version: number; publishedAt: string };
  }

  /** Says something under an article that readers see at once, and answers it. */
  async function comment(id: string, body: string) {
    const said = await room.call(`/v1/articles/${id}/comments`, { body: { body, author: { name: 'أبو أحمد' } } });
    if (said.status !== 201) throw new Error(`no comment: ${said.text}`);
    const approved = await room.call(`/v1/editorial/comments/${said.body.id}`, {
      as: 'moderator',
      method: 'PATCH',
      body: { status: 'approved' },
    });
    if (approved.status !== 200) throw new Error(`not approved: ${approved.text}`);
    return said.body as { id: string };
  }

  /** Renames a category, tag or author, or gives it another slug or parent. */
  function change(kind: 'categories' | 'tags' | 'authors', id: string, body: object) {
    return desk.send('PATCH', `/v1/editorial/${kind}/${id}`, body);
  }

  return {
    ...desk,
    article,
    comment,
    change,
    publish: (id: string, as: As = 'editor', headers: Record<string, string> = {}) => act('publish', id, as, headers),
    unpublish: (id: string, as: As = 'editor', headers: Record<string, string> = {}) =>
      act('unpublish', id, as, headers),
    kill: (id: string, as: As = 'editor', headers: Record<string, string> = {}) => act('kill', id, as, headers),
    /** The public answer under an id or a slug. */
    get: (ref: string, query = '', headers: Record<string, string> = {}) =>
      room.call(`/v1/articles/${encodeURIComponent(ref)}${query}`, { headers }),
    list: (query = '', headers: Record<string, string> = {}) => room.call(`/v1/articles${query}`, { headers }),
  };
}

export type Press = ReturnType<typeof pressOf>;
