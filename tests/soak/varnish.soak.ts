import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Press, pressOf } from '../publishing/press.ts';
import { type Newsroom, openNewsroom } from '../support/newsroom.ts';
import { startVarnish } from './varnish.ts';

type Varnish = Awaited<ReturnType<typeof startVarnish>>;

/** What Varnish made of our headers, shown to the test; and short lives on request, so that it need not wait a minute. */
const forTests = `
sub vcl_recv {
  if (req.url ~ "fields=slug" && std.healthy(req.backend_hint)) { set req.grace = 0s; }
}
sub vcl_backend_response {
  set beresp.http.X-Ttl = beresp.ttl;
  set beresp.http.X-Grace = beresp.grace;
  if (bereq.url ~ "fields=headline") { set beresp.ttl = 0.5s; }
  if (bereq.url ~ "fields=slug") { set beresp.ttl = 0.001s; }
}
`;

describe('behind Varnish, public answers', () => {
  let room: Newsroom;
  let press: Press;
  let varnish: Varnish;
  let origin: string;
  beforeAll(async () => {
    room = await openNewsroom('sqlite');
    press = pressOf(room);
    origin = await room.app.listen({ port: 0, host: '127.0.0.1' });
    varnish = await startVarnish(new URL(origin), forTests);
  });
  afterAll(async () => {
    await varnish?.stop();
    await room.close();
  });

  async function ask(path: string, options: RequestInit = {}) {
    const response = await fetch(`${varnish.url}${path}`, options);
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, cache: response.headers.get('x-cache') };
  }
  const purge = (tag: string) => ask('/', { method: 'PURGE', headers: { 'surrogate-key': tag } });
  const plain = { headers: { 'accept-encoding': 'identity' } };

  it('are kept for as long as s-maxage says, and may be stale for as long as stale-if-error says', async () => {
    const { id } = await press.article();
    const [first, second] = [await ask(`/v1/articles/${id}`), await ask(`/v1/articles/${id}`)];
    expect([first.cache, second.cache]).toEqual(['MISS', 'HIT']);
    expect(second.text).toBe(first.text);
    const life = ['x-ttl', 'x-grace'].map((name) => Number(first.headers.get(name)));
    expect(life).toEqual([60, 86_400]);
    const query = await ask(`/v1/articles?limit=5&sort=publishedAt`);
    const sameQuery = await ask(`/v1/articles?sort=publishedAt&limit=5`);
    expect([query.cache, sameQuery.cache]).toEqual(['MISS', 'HIT']);
    const feed = await ask('/feeds/rss.xml');
    const sharedFeed = await ask('/feeds/rss.xml?utm_source=x');
    expect([feed.cache, sharedFeed.cache]).toEqual(['MISS', 'HIT']);
  });

  it('are the same bytes for who reads gzip and who does not', async () => {
    const { id } = await press.article({ lead: 'وقعت سوريا إعلان تعاون سياسي مع التحالف. '.repeat(30) });
    const direct = await (await fetch(`${origin}/v1/articles/${id}`, plain)).text();
    for (const encoding of ['gzip', 'identity', 'br', 'gzip'])
      expect((await ask(`/v1/articles/${id}`, { headers: { 'accept-encoding': encoding } })).text).toBe(direct);
  });

  it('are 304 for who has them', async () => {
    const { id } = await press.article();
    const etag = String((await ask(`/v1/articles/${id}`, plain)).headers.get('etag'));
    const answer = await ask(`/v1/articles/${id}`, { headers: { ...plain.headers, 'if-none-match': etag } });
    expect([answer.status, answer.text, answer.cache]).toEqual([304, '', 'HIT']);
  });

  it('are old until their tag is purged, and then the new ones; others stay', async () => {
    const author = await press.term('authors', 'ليلى');
    const { id } = await press.article({ headline: 'قديم', authors: [{ id: author.id, role: 'author' }] });
    const other = await press.article({ headline: 'آخر' });
    const [url, otherUrl, list] = [`/v1/articles/${id}`, `/v1/articles/${other.id}`, '/v1/articles?limit=2'];
    for (const each of [url, otherUrl, list]) await ask(each);
    await press.patch(id, { headline: 'جديد' });
    await press.publish(id);
    expect((await ask(url)).text).toContain('قديم');
    for (const tag of [`article:${id}`, 'list']) expect((await purge(tag)).status).toBe(200);
    const [fresh, same, page] = [await ask(url), await ask(otherUrl), await ask(list)];
    expect([fresh.cache, same.cache, page.cache]).toEqual(['MISS', 'HIT', 'MISS']);
    for (const { text } of [fresh, page]) expect(text).toContain('جديد');
    await press.change('authors', author.id, { name: 'سلمى' });
    await purge(`author:${author.id}`);
    expect((await ask(url)).text).toContain('سلمى');
    await purge('everything');
    expect((await ask(otherUrl)).cache).toBe('MISS');
  });

  it('that are stale are answered at once, and made anew behind the reader’s back', async () => {
    const { id } = await press.article({ headline: 'قديم' });
    const url = `/v1/articles/${id}?fields=headline`;
    await ask(url);
    await press.patch(id, { headline: 'جديد' });
    await press.publish(id);
    const seen: string[] = [];
    await vi.waitFor(
      async () => {
        const { text, cache } = await ask(url);
        seen.push(`${cache} ${JSON.parse(text).headline}`);
        expect(seen.at(-1)).toBe('HIT جديد');
      },
      { timeout: 10_000, interval: 50 },
    );
    // Nobody waited for it: what was stale was sent until the new one was there.
    expect(seen.filter((each) => each.startsWith('MISS'))).toEqual([]);
    expect(seen[0]).toBe('HIT قديم');
  });

  it('that are gone, missing or moved are told as they are, and what is missing is not kept', async () => {
    const { id } = await press.create({ slug: 'أول' });
    const url = `/v1/articles/${id}`;
    expect((await ask(url)).status).toBe(404);
    await press.publish(id);
    expect((await ask(url)).status).toBe(200);
    await press.patch(id, { slug: 'ثان' });
    await press.publish(id);
    const moved = await ask(`/v1/articles/${encodeURIComponent('أول')}`, { redirect: 'manual' });
    expect([moved.status, moved.headers.get('location')]).toEqual([308, `/v1/articles/${encodeURIComponent('ثان')}`]);
    await press.kill(id);
    await purge(`article:${id}`);
    const gone = await ask(`/v1/articles/${encodeURIComponent('أول')}`, { redirect: 'manual' });
    expect([gone.status, (await ask(url)).status]).toEqual([410, 410]);
  });

  it('are never mixed with the editors’ own', async () => {
    const headers = { authorization: `Bearer ${await room.tokenOf('editor')}` };
    for (let times = 0; times < 2; times++) {
      const answer = await ask('/v1/editorial/articles', { headers });
      expect([answer.status, answer.cache]).toEqual([200, 'MISS']);
    }
    expect((await ask('/v1/editorial/articles')).status).toBe(401);
  });

  // The last one: it stops the server.
  it('are stale rather than nothing while the server is down', async () => {
    const { id, slug } = await press.article();
    const url = `/v1/articles/${id}?fields=slug`;
    expect((await ask(url)).cache).toBe('MISS');
    await vi.waitFor(async () => expect((await ask(url)).cache).toBe('MISS'), { timeout: 5000, interval: 20 });
    await room.app.close();
    await vi.waitFor(
      async () => {
        const { status, text, cache } = await ask(url);
        expect([status, cache, text]).toEqual([200, 'HIT', JSON.stringify({ slug })]);
      },
      { timeout: 20_000, interval: 100 },
    );
  });
});
