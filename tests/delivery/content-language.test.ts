import { afterAll, beforeAll, expect, it } from 'vitest';
import { portOf, speak } from '../http/socket.ts';
import { type Press, pressOf } from '../publishing/press.ts';
import { describeEachEngine } from '../support/engines.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';

describeEachEngine('Content-Language', (engine) => {
  let room: Newsroom;
  let press: Press;
  let port: number;
  let ofSite: string[];
  let ofArticle: string[];
  let moved: string[];
  beforeAll(async () => {
    room = await openNewsroom(engine);
    press = pressOf(room);
    port = await portOf(room);
    const terms = await Promise.all(
      (['categories', 'tags', 'authors'] as const).map(async (kind) => {
        const { id, slug } = await press.term(kind, 'Damascus');
        await press.change(kind, id, { slug: 'Aleppo' });
        return { list: `/v1/${kind}`, one: `/v1/${kind}/${id}`, former: `/v1/${kind}/${slug}` };
      }),
    );
    const { id, slug } = await press.article({ headline: 'News of Damascus', locale: 'en-GB', slug: 'first' });
    await press.patch(id, { slug: 'second' });
    await press.publish(id);
    await press.comment(id, 'Good news for all of us');
    const [said] = (await room.call(`/v1/articles/${id}/comments`)).body.data;
    const sections = `/v1/articles/${id}/sections`;
    ofSite = [
      ...['/v1/articles', '/v1/articles?limit=1&sort=-views', `/v1/articles/${id}/related`, '/v1/archive'],
      ...terms.flatMap(({ list, one }) => [list, one]),
      ...['/v1/search?q=damascus', '/v1/search?q=nothing', '/v1/search/suggest?q=damas'],
      ...['/feeds/rss.xml', '/feeds/feed.json', '/sitemap.xml', '/robots.txt'],
    ];
    ofArticle = [
      ...[`/v1/articles/${id}`, `/v1/articles/${id}?format=html`, `/v1/articles/${id}?fields=id`, sections],
      ...[`/v1/articles/${id}/comments`, `/v1/articles/${id}/comments?limit=1&sort=newest`],
      `/v1/articles/${id}/comments/${said.id}/replies`,
    ];
    moved = [`/v1/articles/${slug}`, `/v1/articles/${slug}/comments`, ...terms.map(({ former }) => former)];
  });
  afterAll(() => room.close());

  /** What it says: made anew, kept, to HEAD, and on a socket, where what is kept is answered before the framework sees it. */
  async function languagesOf(url: string, status = 200) {
    const ask = async (method: 'GET' | 'HEAD') => {
      const answer = await room.call(url, { method });
      return [answer.status, answer.headers['content-language']];
    };
    const onSocket = async () => {
      const answer = await speak(port, [`GET ${url} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`]);
      return [answer.status, answer.headers['content-language']];
    };
    const answers = [await ask('GET'), await ask('GET'), await ask('HEAD'), await onSocket(), await onSocket()];
    for (const answer of answers) expect([url, ...answer]).toEqual([url, status, answers[0]?.[1]]);
    return answers[0]?.[1];
  }

  it('is that of the site, or of the article and what is said under it, and follows the site’s', async () => {
    for (const locale of ['ar', 'fr', 'ar-SY']) {
      const settings = { as: 'admin', method: 'PATCH', body: { locale }, headers: { 'if-match': '*' } } as const;
      expect((await room.call('/v1/editorial/settings', settings)).status).toBe(200);
      for (const url of ofSite) expect([url, await languagesOf(url)]).toEqual([url, locale]);
      for (const url of ofArticle) expect([url, await languagesOf(url)]).toEqual([url, 'en-GB']);
    }
  });

  it('is not said where there is nothing to read, and is English where the API is described', async () => {
    for (const url of moved) expect([url, await languagesOf(url, 308)]).toEqual([url, undefined]);
    for (const url of ['/openapi.json', '/openapi.yaml', '/docs/'])
      expect([url, await languagesOf(url)]).toEqual([url, 'en']);
  });
});
