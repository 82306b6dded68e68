import { articlesUrl, deskOf } from '../articles/desk.ts';
import type { Newsroom } from '../support/newsroom.ts';

export type Query = Record<string, string>;

/** Short ways to publish stories and to look for them. */
export function storiesOf(room: Newsroom) {
  const desk = deskOf(room);

  async function change(id: string, action: 'publish' | 'unpublish' | 'kill') {
    const answer = await room.call(`${articlesUrl}/${id}/${action}`, { as: 'editor', method: 'POST' });
    if (answer.status !== 200) throw new Error(`no ${action}: ${answer.text}`);
  }

  /** A published story; `text` is its body. */
  async function publish({ text = 'نص', ...article }: { text?: string; [key: string]: unknown } = {}) {
    const made = await desk.create({ headline: 'عنوان', sections: [{ body: { text } }], ...article });
    await change(made.id, 'publish');
    return made as { id: string; slug: string; version: number; sections: { id: string }[] };
  }

  async function search(query: string | Query) {
    const answer = await room.call('/v1/search', { query: typeof query === 'string' ? { q: query } : query });
    if (answer.status !== 200) throw new Error(`no search: ${answer.text}`);
    return answer.body;
  }

  /** The ids of what is found, best first. */
  async function find(query: string | Query): Promise<string[]> {
    return (await search(query)).data.map((hit: { id: string }) => hit.id);
  }

  /** Every page of a search. */
  async function walk(query: Query, between: () => Promise<unknown> = async () => {}): Promise<string[]> {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const { data, page } = await search({ ...query, ...(cursor === null ? {} : { cursor }) });
      seen.push(...data.map((hit: { id: string }) => hit.id));
      cursor = page.next;
      await between();
    } while (cursor !== null);
    return seen;
  }

  return {
    desk,
    publish,
    republish: (id: string) => change(id, 'publish'),
    unpublish: (id: string) => change(id, 'unpublish'),
    kill: (id: string) => change(id, 'kill'),
    search,
    find,
    walk,
  };
}

export type Stories = ReturnType<typeof storiesOf>;
