import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { workFolder } from '../cli/khabar.ts';
import { describeEachEngine, freshDatabase } from '../support/engines.ts';

const rounds = 12;
const words = ['سوريا', 'دمشق', 'اقتصاد', 'سياسة', 'رياضة', 'مؤتمر', 'إعمار', 'بيروت'];
const kinds = ['categories', 'tags', 'authors'] as const;
const between = (most: number) => Math.floor(Math.random() * most);
const oneOf = <T>(list: readonly T[]): T => list[between(list.length)] as T;
const phrase = () => `${oneOf(words)} ${oneOf(words)} ${between(1000)}`;

describeEachEngine('after random changes in several processes at once', (engine) => {
  let folder: Awaited<ReturnType<typeof workFolder>>;
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let env: Record<string, string>;
  let headers: Record<string, string>;
  let origins: string[];
  const ids = { categories: [] as string[], tags: [] as string[], authors: [] as string[] };
  const articles: string[] = [];
  const comments: string[] = [];

  beforeAll(async () => {
    folder = await workFolder();
    database = await freshDatabase(engine);
    // Lost connections are meant here, and logged.
    env = { DATABASE_URL: database.url, KHABAR_COMMENT_MODE: 'post', KHABAR_LOG_LEVEL: 'fatal' };
    const { stdout } = await folder.khabar(['key', 'create', '--name', 'test', '--role', 'admin', '--json'], { env });
    headers = { authorization: `Bearer ${JSON.parse(stdout).secret}`, 'if-match': '*' };
    const servers = await Promise.all(['64', '1', '64'].map((mb) => folder.serve({ ...env, KHABAR_CACHE_MB: mb })));
    origins = servers.map(({ origin }) => origin);
    for (const kind of kinds) ids[kind].push((await send('POST', `/v1/editorial/${kind}`, { name: phrase() })).id);
    for (let index = 0; index < 4; index++) await addArticle();
  }, 120_000);
  afterAll(async () => {
    await folder.dispose();
    await database.dispose();
  });

  /** Changes something in any of the processes; what is refused, or lost with a connection, is no matter here. */
  async function send(method: string, path: string, body?: object): Promise<{ id: string }> {
    const response = await fetch(oneOf(origins) + path, {
      method,
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      body: body === undefined ? null : JSON.stringify(body),
    });
    expect([200, 201, 404, 409, 410, 422, 503]).toContain(response.status);
    return (await response.json()) as { id: string };
  }

  const draft = () => ({
    ...{ headline: phrase(), lead: phrase(), urgency: 1 + between(9), authors: ids.authors, tagIds: ids.tags },
    categoryId: oneOf(ids.categories),
  });
  async function addArticle(): Promise<void> {
    const { id } = await send('POST', '/v1/editorial/articles', draft());
    if (id) articles.push(id);
    await send('POST', `/v1/editorial/articles/${id}/publish`);
  }

  const changes = [
    async () => {
      const kind = oneOf(kinds);
      await send('PATCH', `/v1/editorial/${kind}/${oneOf(ids[kind])}`, { name: phrase() });
    },
    async () => {
      const id = oneOf(articles);
      await send('PATCH', `/v1/editorial/articles/${id}`, draft());
      await send('POST', `/v1/editorial/articles/${id}/publish`);
    },
    () => send('POST', `/v1/editorial/articles/${oneOf(articles)}/${oneOf(['publish', 'unpublish'])}`),
    async () => {
      const body = { body: `${phrase()} ${phrase()}`, author: { name: phrase() } };
      const { id } = await send('POST', `/v1/articles/${oneOf(articles)}/comments`, body);
      if (id) comments.push(id);
    },
    async () => {
      const status = oneOf(['approved', 'rejected', 'pending']);
      if (comments.length > 0) await send('PATCH', `/v1/editorial/comments/${oneOf(comments)}`, { status });
    },
    () => send('PATCH', '/v1/editorial/settings', { name: phrase(), baseUrl: `https://a${between(9)}.example` }),
  ];

  const addresses = () => [
    ...['/v1/articles', '/v1/articles?sort=-commentCount', '/v1/articles?include=sections&count=exact', '/v1/archive'],
    ...['/feeds/rss.xml', '/sitemap-0.xml', `/v1/search?sort=date&q=${encodeURIComponent(words[0] as string)}`],
    ...kinds.flatMap((kind) => [`/v1/${kind}`, `/v1/${kind}/${ids[kind][0]}`]),
    ...[`/v1/articles?category=${ids.categories[0]}`, `/v1/articles?tag=${ids.tags[0]}`],
    ...articles.flatMap((id) =>
      ['', '/related', '/comments', '?format=jsonld'].map((end) => `/v1/articles/${id}${end}`),
    ),
  ];

  async function answerOf(origin: string, path: string) {
    const response = await fetch(origin + path);
    const text = await response.text();
    return response.ok ? [response.status, response.headers.get('etag'), text] : [response.status];
  }

  /** Ends connections under those who work; a file has none. */
  async function cutConnections(): Promise<void> {
    if (engine === 'sqlite') return;
    const which = oneOf(["= 'khabar changes'", "= 'khabar'", "like 'khabar%'"]);
    await database.db.read.rows(
      sql.raw(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and application_name ${which}`,
      ),
    );
  }

  it('every process answers what one that was just started does', async () => {
    for (let round = 0; round < rounds; round++) {
      let isOver = false;
      const until = (work: () => Promise<unknown>) => async () => {
        while (!isOver) await work();
      };
      const readAny = () => answerOf(oneOf(origins), oneOf(addresses()));
      const busy = [...Array(4).fill(until(() => oneOf(changes)())), ...Array(6).fill(until(readAny))];
      const done = Promise.all(busy.map((work) => work()));
      await sleep(300 + between(900));
      if (round % 2 === 1) await cutConnections();
      await sleep(300);
      isOver = true;
      await done;
      // A second, and what it takes to listen again.
      await sleep(engine === 'sqlite' ? 1000 : 2000);
      const fresh = await folder.serve(env);
      for (const path of addresses()) {
        const wanted = await answerOf(fresh.origin, path);
        for (const origin of origins) expect([path, ...(await answerOf(origin, path))]).toEqual([path, ...wanted]);
      }
      fresh.child.kill();
      await fresh.exited;
    }
  }, 300_000);
});
