import { eq } from 'drizzle-orm';
import { v7 as uuid } from 'uuid';
import { keepSlugs } from '../../src/articles/slugs.ts';
import { loadWorkingCopy } from '../../src/articles/working-copy.ts';
import { newToken } from '../../src/auth/tokens.ts';
import type { RoleName } from '../../src/db/tables.ts';
import { createPublicationStore } from '../../src/publishing/publication-store.ts';
import { publicationRows } from '../../src/publishing/rows.ts';
import { createSearchIndex } from '../../src/search/search-index.ts';
import type { Newsroom } from '../support/newsroom.ts';

export const articlesUrl = '/v1/editorial/articles';

type As = RoleName | string;

/** Short ways to do what an editor does all day. */
export function deskOf(room: Newsroom) {
  /** Creates an article and answers it; fails the test when it is refused. */
  async function create(body: object = {}, as: As = 'editor') {
    const answer = await room.call(articlesUrl, { as, body: { headline: 'سوريا توقع إعلان تعاون', ...body } });
    if (answer.status !== 201) throw new Error(`no article: ${answer.text}`);
    return answer.body;
  }

  async function term(kind: 'categories' | 'tags' | 'authors', name: string) {
    const answer = await room.call(`/v1/editorial/${kind}`, { as: 'editor', body: { name } });
    if (answer.status !== 201) throw new Error(`no term: ${answer.text}`);
    return answer.body as { id: string; name: string; slug: string };
  }

  /** Sends a request with If-Match; `*` where none is named. */
  function send(method: 'PATCH' | 'DELETE' | 'PUT', url: string, body?: object, as: As = 'editor', tag = '*') {
    return room.call(url, { as, method, ...(body ? { body } : {}), headers: { 'if-match': tag } });
  }

  return {
    create,
    term,
    read: (id: string, as: As = 'editor') => room.call(`${articlesUrl}/${id}`, { as }),
    patch: (id: string, body: object, as?: As, tag?: string) => send('PATCH', `${articlesUrl}/${id}`, body, as, tag),
    remove: (id: string, as?: As, tag?: string) => send('DELETE', `${articlesUrl}/${id}`, undefined, as, tag),
    send,
    sectionsOf: (id: string) => `${articlesUrl}/${id}/sections`,
  };
}

export type Desk = ReturnType<typeof deskOf>;

/** The token of one more person with a role: not the one that `as: role` stands for. */
export async function anotherPerson(room: Newsroom, role: RoleName | null, scopes: string[] | null = null) {
  const token = newToken('key');
  const at = room.clock();
  const row = { id: uuid(), name: 'another', role, scopes, secretHash: token.hash, hint: '', createdBy: null };
  await room.db.write(async (tx) => {
    await tx.insert(room.db.tables.apiKeys).values({ ...row, expiresAt: null, createdAt: at, updatedAt: at });
  });
  return token.secret;
}

/** Publishes an article as far as working copies are concerned. */
export async function pretendPublished(room: Newsroom, id: string): Promise<void> {
  const { tables } = room.db;
  const at = room.clock();
  await room.db.write(async (tx) => {
    const status = { status: 'published', publishedAt: at } as const;
    await tx.update(tables.articles).set(status).where(eq(tables.articles.id, id));
    const copy = await loadWorkingCopy(tx, tables, id);
    if (!copy) throw new Error('no such article');
    await keepSlugs(tx, tables, [copy.article.slug]);
    const rows = publicationRows(copy, { revision: 1, publishedAt: at, updatedAt: at, commentCount: 0 });
    await createPublicationStore(tables, createSearchIndex(room.db)).store(tx, [rows]);
  });
}
