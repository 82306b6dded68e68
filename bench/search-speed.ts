// Measures search over many articles in one SQLite file.
// Articles of 6 KB are made of the news of the ANT corpus where it is there, of generated words otherwise; they come in
// by the import of the product. Answers are timed at the search service, behind the worker threads and with highlights.
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { systemActor } from '../src/auth/permissions.ts';
import { depsOf } from '../src/cli/import.ts';
import { loadConfig } from '../src/config.ts';
import { migrateDatabase } from '../src/db/migrate.ts';
import { openDatabase } from '../src/db/open.ts';
import { importLines } from '../src/imports/import.ts';
import { foldedWords } from '../src/search/headline-words.ts';
import { searchQuery } from '../src/search/schemas.ts';
import { readOptions } from './options.ts';
import { generatedTexts, newsTexts, type Texts } from './search-quality/news.ts';
import { searchOf } from './search-quality/product.ts';

const usage = `Usage: node bench/search-speed.ts [options]
  --articles <n>    how many; 100000
  --data <folder>   where the ANT corpus is
  --file <file>     the database to make; .tmp/search-speed.db
  --keep            keep the file, and use it again the next time`;
const values = readOptions(usage, {
  articles: { type: 'string', default: '100000' },
  data: { type: 'string', default: join(import.meta.dirname, '..', '..', 'shared', 'data') },
  file: { type: 'string', default: '.tmp/search-speed.db' },
  keep: { type: 'boolean', default: false },
});
const count = Number(values.articles);
const asked = 300;
const bytesOfArticle = 6000;

const corpus = join(values.data, 'ant-corpus.jsonl.gz');
const texts = existsSync(corpus) ? await newsTexts(corpus) : generatedTexts();
const isThere = values.keep && existsSync(values.file);
if (!isThere) await rm(values.file, { force: true });
await migrateDatabase(values.file);
const db = await openDatabase(values.file);
if (!isThere) await fill();
await printSize();
const search = await searchOf(db);
await printSpeed();
await search.close();
await db.close();
if (!values.keep) for (const end of ['', '-wal', '-shm']) await rm(`${values.file}${end}`, { force: true });

async function fill(): Promise<void> {
  const config = loadConfig({ DATABASE_URL: values.file });
  const work = { actor: systemActor, requestId: 'bench', write: db.write };
  const start = performance.now();
  const counts = await importLines(await depsOf(db, config), work, lines(texts), {
    publish: true,
    takeSettings: false,
    dryRun: false,
    onProblem: (line, error) => console.error(line, error),
    onProgress: () => {},
  });
  const seconds = (performance.now() - start) / 1000;
  console.log(
    `imported ${counts.created} articles in ${seconds.toFixed(0)} s: ${Math.round(counts.created / seconds)}/s`,
  );
}

async function* lines({ headlines, paragraphs }: Texts) {
  const day = 24 * 3600 * 1000;
  const now = Date.now();
  let at = 0;
  for (let number = 1; number <= count; number++) {
    let body = '';
    for (let part = 0; Buffer.byteLength(body) < bytesOfArticle; part++) {
      at = (at * 7919 + number * 31 + part + 1) % paragraphs.length;
      body += `${paragraphs[at]}\n\n`;
    }
    const cut = Buffer.from(body)
      .subarray(0, bytesOfArticle)
      .toString()
      .replace(/\ufffd$/, '');
    const text = JSON.stringify({
      externalId: `bench-${number}`,
      headline: headlines[(number * 13) % headlines.length],
      source: `وكالة ${number % 20}`,
      category: [`قسم ${number % 40}`],
      tags: [`وسم ${number % 500}`],
      publishedAt: new Date(now - ((count - number) / count) * 1500 * day).toISOString(),
      sections: [{ body: { text: cut } }],
    });
    yield { number, bytes: text.length, text };
  }
}

async function printSize(): Promise<void> {
  const { sql } = await import('drizzle-orm');
  const [sizes] = await db.read.rows<{ search: number; text: number; file: number }>(sql`select
    (select sum(pgsize) from dbstat where name like 'search_%' or name like 'sqlite_autoindex_search_%') as search,
    (select sum(length(p.card) + length(d.rest)) from publications p join publication_documents d on d.n = p.n) as text,
    (select page_count * page_size from pragma_page_count, pragma_page_size) as file`);
  if (!sizes) return;
  // The documents are JSON; what is read of them is the texts that came in.
  const share = (sizes.search / (count * bytesOfArticle)).toFixed(3);
  console.log(
    `index ${megabytes(sizes.search)}: ${share} of the text; the file ${Math.round(sizes.file / count)} bytes an article`,
  );
}

async function printSpeed(): Promise<void> {
  const words = [...new Set(texts.paragraphs.slice(0, 3000).flatMap(foldedWords))];
  const classes = new Map<string, string[]>([
    ['rare word (≤ 1 %)', []],
    ['word (1–5 %)', []],
    ['common word (5–50 %)', []],
    ['word of almost all (> 50 %)', []],
  ]);
  const [rare, middle, common, everywhere] = [...classes.values()] as [string[], string[], string[], string[]];
  for (let at = 0; at < words.length && rare.length < asked; at++) {
    const word = words[(at * 7919) % words.length] ?? '';
    if (word.length < 2) continue;
    const share = (await totalOf(word)) / count;
    if (share > 0) (share <= 0.01 ? rare : share <= 0.05 ? middle : share <= 0.5 ? common : everywhere).push(word);
  }
  for (const word of ['في', 'من', 'على', 'الى', 'اليوم', 'ان'].filter((each) => !everywhere.includes(each)))
    if ((await totalOf(word)) / count > 0.5) everywhere.push(word);
  console.log('query                          asked    p50 ms   p99 ms   CPU ms   event loop held at most');
  for (const [name, some] of classes) await time(name, some, (q) => run({ q }));
  await time('two words', pairs([...middle, ...common]), (q) => run({ q }));
  await time('a headline', texts.headlines.slice(0, asked), (q) => run({ q }));
  await time('common word, by date', common, (q) => run({ q, sort: 'date' }));
  await time('common word in a category', common, (q) => run({ q, category: 'قسم-7' }));
  await time('suggest, as one types', prefixes(), (q) => search.service.suggest(q));
}

async function time(name: string, queries: string[], ask: (q: string) => Promise<unknown>): Promise<void> {
  const some = queries.slice(0, asked);
  if (some.length === 0) return;
  for (const q of some.slice(0, 20)) await ask(q);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const times: number[] = [];
  const before = process.cpuUsage();
  for (const q of some) {
    const start = performance.now();
    await ask(q);
    times.push(performance.now() - start);
  }
  delay.disable();
  const used = process.cpuUsage(before);
  const cpu = ((used.user + used.system) / 1000 / some.length).toFixed(1);
  times.sort((a, b) => a - b);
  const at = (share: number) => (times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0).toFixed(1);
  console.log(
    `${name.padEnd(30)} ${String(some.length).padStart(5)} ${at(0.5).padStart(9)} ${at(0.99).padStart(8)} ${cpu.padStart(8)}   ${(delay.max / 1e6).toFixed(0)} ms`,
  );
}

function run(query: Record<string, string>) {
  return search.service.search(searchQuery.parse(query));
}

async function totalOf(q: string): Promise<number> {
  return (await search.service.search(searchQuery.parse({ q, total: 'exact', limit: '1' }))).total ?? 0;
}

function pairs(words: string[]): string[] {
  return words.slice(0, asked).map((word, at) => `${word} ${words[(at * 31 + 7) % words.length]}`);
}

/** What is typed of headlines, letter by letter. */
function prefixes(): string[] {
  return texts.headlines
    .slice(0, 40)
    .flatMap((headline) =>
      Array.from({ length: 12 }, (_, at) => headline.slice(0, at + 1)).filter((q) => /\p{L}/u.test(q)),
    );
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
