// Measures the public side and the import, and prints a table.
import { randomInt } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Load } from './load.ts';
import { makeArticle } from './newsrooms/articles.ts';
import { makeNewsroom } from './newsrooms/million.ts';
import { readOptions } from './options.ts';
import { khabar, measure, type Server, startServer } from './processes.ts';
import { type Figure, renderTable } from './table.ts';

const usage = `Usage: npm run bench -- [options]
  --quick             measure a smaller newsroom, for less long
  --articles <n>      articles of the newsroom; 100000
  --million <n>       articles of the largest newsroom, for pages and start-up; 1000000
  --postgres <url>    measure over this empty database
  --write             write the table into bench/README.md
  --only <parts>      measure some of import,reads,comments,size
  --folder <folder>   keep the newsroom there for the next time`;
const values = readOptions(usage, {
  quick: { type: 'boolean', default: false },
  articles: { type: 'string' },
  million: { type: 'string' },
  postgres: { type: 'string' },
  write: { type: 'boolean', default: false },
  only: { type: 'string', default: 'import,reads,comments,size' },
  folder: { type: 'string' },
});
const articles = Number(values.articles ?? (values.quick ? 2000 : 100_000));
const many = Number(values.million ?? (values.quick ? 20_000 : 1_000_000));
// Many short rounds: the speed of a machine that others use too changes within seconds, and both sides of a ratio shall
// meet the same.
const rounds = values.quick ? 5 : 15;
const seconds = 1;
/** Each of these takes several times as long. */
const roundsOfSearch = 5;
/** Seconds of load before those that count: Node compiles under load at first, and that on the server's one core. */
const warming = values.quick ? 2 : 8;
const starts = values.quick ? 3 : 9;
const connections = 32;

const parts = values.only.split(',');
const folder = values.folder ?? (await mkdtemp(join(tmpdir(), 'khabar-bench-')));
await mkdir(folder, { recursive: true });
const figures: Figure[] = [];
try {
  const url = values.postgres ?? join(folder, 'news.db');
  if (parts.includes('import')) await measureImport(url);
  if (parts.includes('reads')) await measureReads(url);
  if (parts.includes('comments')) await measureComments(url);
  if (parts.includes('size') && values.postgres === undefined) await measureSize();
  const table = renderTable(figures, { articles, many, rounds, seconds, postgres: values.postgres !== undefined });
  console.log(table);
  if (values.write) await writeReadme(table);
} finally {
  if (values.folder === undefined) await rm(folder, { recursive: true, force: true });
}

/** Import rate and size of the file, with the search index. */
async function measureImport(url: string): Promise<void> {
  const file = join(folder, 'news.ndjson');
  const out = createWriteStream(file);
  for (let n = 0; n < articles; n++)
    if (!out.write(`${JSON.stringify(makeArticle(n))}\n`))
      await new Promise<void>((resume) => out.once('drain', () => resume()));
  await new Promise<void>((closed) => out.end(() => closed()));
  note(`importing ${articles} articles`);
  const { seconds: took } = await khabar(['import', file, '--json'], { DATABASE_URL: url });
  await rm(file);
  figures.push({ name: 'import, articles of 6 KB a second', value: articles / took, target: 2000, better: 'more' });
  if (values.postgres !== undefined) return;
  const { size } = await stat(url);
  figures.push({ name: 'file, bytes for each article', value: size / articles, target: 10_240, better: 'less' });
}

async function measureReads(url: string): Promise<void> {
  const ids = await idsOf(url);
  const path = `/v1/articles/${ids[0]}`;
  const server = await startServer('khabar', { env: { DATABASE_URL: url } });
  const cold = await startServer('khabar', { env: { DATABASE_URL: url, KHABAR_CACHE_MB: '0' } });
  try {
    figures.push({ name: 'memory at rest, MB', value: (await server.rss()) / 1e6, target: 130, better: 'less' });
    const one = await bareLike(server, path);
    const list = await bareLike(server, '/v1/articles');
    await compare('article, cached', [one, [path]], [server, [path]], 0.85);
    const tag = { 'if-none-match': one.etag };
    await compare('article, cached, 304', [one, [path]], [server, [path]], 0.9, tag);
    await compare('list of 20, cached', [list, ['/v1/articles']], [server, ['/v1/articles']], 0.85);
    const random = ids.map((id) => `/v1/articles/${id}`);
    await compare('article, not cached (random)', [one, [path]], [cold, random], 0.38);
    await compare('list of 20, not cached', [list, ['/v1/articles']], [cold, ['/v1/articles']], 0.15);
    await measure({ ...loadOn(server, random), seconds: seconds * 8 });
    const full = (await server.rss()) / 1e6;
    figures.push({
      name: 'memory after many different reads, MB (cache of 64)',
      value: full,
      target: 194,
      better: 'less',
    });
    await measureSearchBeside(server, path);
    await one.stop();
    await list.stop();
  } finally {
    await server.stop();
    await cold.stop();
  }
}

/** How long cached reads take while others search. */
async function measureSearchBeside(server: Server, path: string): Promise<void> {
  // A 99th percentile of few answers says little.
  const long = { connections: 4, seconds: values.quick ? 2 : 4 };
  const reading = { ...loadOn(server, [path]), ...long, rate: 500 };
  const words = ['حكم', 'كتاب', 'محكمة', 'تجارة', 'نصر', 'مدرسة', 'خبر', 'عمل'];
  const searches = words.map((word, index) => `/v1/search?q=${encodeURIComponent(`${word} ${index}`)}&fresh=false`);
  const searching = { ...loadOn(server, searches), ...long, rate: 50 };
  // The threads that search start with the first questions.
  await measure(searching);
  const ratios: number[] = [];
  for (let round = 0; round < roundsOfSearch; round++) {
    const alone = await measure(reading);
    const [beside] = await Promise.all([measure(reading), measure(searching)]);
    ratios.push(beside.p99 / alone.p99);
  }
  const value = median(ratios);
  figures.push({
    name: 'p99 of cached reads beside 50 searches a second, of p99 alone',
    value,
    target: 3,
    better: 'less',
  });
}

async function measureComments(url: string): Promise<void> {
  const ids = await idsOf(url);
  const paths = ids.slice(0, 500).map((id) => `/v1/articles/${id}/comments`);
  const bare = await startServer('validated');
  const server = await startServer('khabar', { env: { DATABASE_URL: url } });
  try {
    const ratio = await ratioOf(
      { ...loadOn(bare, paths), comments: true },
      { ...loadOn(server, paths), comments: true },
    );
    figures.push({
      name: 'comment, durable, of the same route without a database',
      value: ratio,
      target: 0.45,
      better: 'more',
    });
  } finally {
    await bare.stop();
    await server.stop();
  }
}

/** What must not depend on how many articles there are: pages and start-up. */
async function measureSize(): Promise<void> {
  const small = join(folder, 'small.db');
  const large = join(folder, 'large.db');
  note(`making newsrooms of ${many / 100} and ${many} short articles`);
  if (!existsSync(small)) await makeNewsroom(small, many / 100);
  if (!existsSync(large)) await makeNewsroom(large, many);
  const env = { KHABAR_CACHE_MB: '0' };
  const times: number[] = [];
  for (let start = 0; start < starts; start++) {
    const startedAt = performance.now();
    const server = await startServer('khabar', { env: { ...env, DATABASE_URL: large } });
    times.push((performance.now() - startedAt) / 1000);
    await server.stop();
  }
  figures.push({ name: 'start-up on a million articles, seconds', value: median(times), target: 1, better: 'less' });
  const few = await startServer('khabar', { env: { ...env, DATABASE_URL: small } });
  const lots = await startServer('khabar', { env: { ...env, DATABASE_URL: large } });
  try {
    const deep = await deepPage(lots, values.quick ? 200 : 5000);
    const first = '/v1/articles';
    const size = await ratioOf(loadOn(lots, [first]), loadOn(few, [first]));
    figures.push({
      name: 'first page at 10,000 articles, of that at a million',
      value: size,
      target: 1.25,
      better: 'less',
    });
    const depth = await ratioOf(loadOn(lots, [deep]), loadOn(lots, [first]));
    figures.push({ name: 'first page, of the 5,000th', value: depth, target: 1.25, better: 'less' });
  } finally {
    await few.stop();
    await lots.stop();
  }
}

/** The address of a page far down, found by following the cursors in large steps. */
async function deepPage(server: Server, page: number): Promise<string> {
  let cursor = '';
  for (let step = 0; step < page / 5; step++) {
    const answer = await fetch(`http://127.0.0.1:${server.port}/v1/articles?fields=id&limit=100${cursor}`);
    const body = (await answer.json()) as { page: { next: string | null } };
    if (body.page.next === null) break;
    cursor = `&cursor=${body.page.next}`;
  }
  return `/v1/articles?${cursor.slice(1)}`;
}

/** A bare server with the very bytes that the product answers under `path`. */
async function bareLike(server: Server, path: string): Promise<Server & { etag: string }> {
  const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, { headers: { 'accept-encoding': 'identity' } });
  const body = Buffer.from(await answer.arrayBuffer()).toString('base64');
  const etag = answer.headers.get('etag') ?? '';
  const contentType = answer.headers.get('content-type') ?? '';
  return { ...(await startServer('bare', { input: { body, contentType, etag } })), etag };
}

async function compare(
  name: string,
  [bare, barePaths]: [Server, string[]],
  [server, paths]: [Server, string[]],
  target: number,
  headers: Record<string, string> = {},
): Promise<void> {
  const value = await ratioOf({ ...loadOn(bare, barePaths), headers }, { ...loadOn(server, paths), headers });
  figures.push({ name: `${name}, of bare Fastify`, value, target, better: 'more' });
  note(`${name}: ${value.toFixed(2)}`);
}

/** Requests a second of the second, as a share of the first: the median of several rounds in turn. */
async function ratioOf(first: Load, second: Load): Promise<number> {
  for (const load of [first, second]) await measure({ ...load, seconds: warming });
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const base = await measure(first);
    const own = await measure(second);
    ratios.push(own.perSecond / base.perSecond);
  }
  return median(ratios);
}

function median(numbers: number[]): number {
  return numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

function loadOn({ port }: Server, paths: string[]) {
  return { port, paths, seconds, connections };
}

/** Ids of published articles, in no order. */
async function idsOf(url: string): Promise<string[]> {
  const server = await startServer('khabar', { env: { DATABASE_URL: url, KHABAR_CACHE_MB: '0' } });
  const ids: string[] = [];
  try {
    for (let cursor = ''; ids.length < articles; ) {
      const answer = await fetch(`http://127.0.0.1:${server.port}/v1/articles?fields=id&limit=100${cursor}`);
      const { data, page } = (await answer.json()) as { data: { id: string }[]; page: { next: string | null } };
      ids.push(...data.map(({ id }) => id));
      if (page.next === null) break;
      cursor = `&cursor=${page.next}`;
    }
  } finally {
    await server.stop();
  }
  for (let at = ids.length - 1; at > 0; at--) {
    const other = randomInt(at + 1);
    [ids[at], ids[other]] = [ids[other] ?? '', ids[at] ?? ''];
  }
  return ids;
}

async function writeReadme(table: string): Promise<void> {
  const path = join(import.meta.dirname, 'README.md');
  const mark = values.postgres === undefined ? 'figures' : 'figures-postgres';
  const text = await readFile(path, 'utf8');
  const block = new RegExp(`(<!-- ${mark} -->\n)[\\s\\S]*?(\n<!-- end -->)`);
  const machine = `${cpus().length} cores, Node ${process.versions.node.split('.')[0]}`;
  await writeFile(
    path,
    text.replace(block, (_, start, end) => `${start}Measured on ${machine}.\n\n${table}${end}`),
  );
}

function note(text: string): void {
  process.stderr.write(`${text}\n`);
}
