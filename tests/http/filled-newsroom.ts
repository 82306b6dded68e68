import type { Newsroom } from '../support/newsroom.ts';
import type { Operation } from './api.ts';

/** A small newsroom; tells the id of everything in it. */
export async function fill(room: Newsroom, made: (url: string, id: string) => void): Promise<void> {
  async function make(url: string, body: object, as: string | null = 'admin') {
    const answer = await room.call(url, { ...(as === null ? {} : { as }), body });
    if (answer.status >= 300) throw new Error(`${url}: ${answer.text}`);
    if (answer.body.id) made(url, answer.body.id);
    return answer.body;
  }
  const editorial = '/v1/editorial';
  const parent = await make(`${editorial}/categories`, { name: 'أخبار' });
  await make(`${editorial}/categories`, { name: 'سياسة', parentId: parent.id });
  const tag = await make(`${editorial}/tags`, { name: 'سوريا' });
  const author = await make(`${editorial}/authors`, { name: 'ليلى حداد' });
  await make(`${editorial}/users`, {
    email: 'omar@example.org',
    name: 'عمر الخطيب',
    role: 'editor',
    password: 'كلمة مرور طويلة',
  });
  await make(`${editorial}/api-keys`, { name: 'مفتاح', role: 'editor' });
  for (const headline of ['سوريا توقع إعلان تعاون', 'مؤتمر صحفي في دمشق', 'مسوّدة لم تُنشر']) {
    const article = await make(`${editorial}/articles`, {
      headline,
      categoryId: parent.id,
      tagIds: [tag.id],
      authors: [author.id],
    });
    for (const heading of ['تفاصيل', 'خلفية'])
      await make(`${editorial}/articles/${article.id}/sections`, { heading, body: { text: 'فقرة.' } });
    if (headline.startsWith('مسوّدة')) continue;
    await make(`${editorial}/articles/${article.id}/publish`, {});
    await make(
      `/v1/articles/${article.id}/comments`,
      { body: `تعليق على ${headline}`, author: { name: 'قارئ' } },
      null,
    );
  }
}

/** Gives everything public that has a slug another one; answers those before, by kind. */
export async function moveAll(room: Newsroom, idOf: (kind: string) => string): Promise<Record<string, string>> {
  const former: Record<string, string> = {};
  const headers = { 'if-match': '*' };
  for (const kind of ['articles', 'categories', 'tags', 'authors']) {
    const url = `/v1/editorial/${kind}/${idOf(kind)}`;
    former[kind] = (await room.call(url, { as: 'admin' })).body.slug;
    await room.call(url, { as: 'admin', method: 'PATCH', headers, body: { slug: `${kind}-now` } });
  }
  await room.call(`/v1/editorial/articles/${idOf('articles')}/publish`, { as: 'admin', method: 'POST' });
  return former;
}

/** A path of the description with something in place of its parameters, by the collection that each is of. */
export function pathWith(path: string, idOf: (kind: string) => string): string {
  return path.replace(/\{\w+\}/g, (_, at: number) => encodeURIComponent(idOf(kindOf(path.slice(0, at)))));
}

/** The first example of its body. */
export function exampleOf({ requestBody }: Operation): object | undefined {
  const media = requestBody?.content['application/json'];
  const [first] = Object.values(media?.examples ?? {});
  return (first?.value ?? media?.example) as object | undefined;
}

/** The collection that a path ends with: `articles` of `/v1/articles/`. */
export function kindOf(path: string): string {
  return /([a-z-]+)\/?$/.exec(path)?.[1] ?? 'ids';
}
