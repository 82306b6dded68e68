import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareArticle } from '../../src/articles/prepare.ts';
import { createArticleStore } from '../../src/articles/store.ts';
import { loadConfig } from '../../src/config.ts';
import type { Database } from '../../src/db/database.ts';
import { migrateDatabase } from '../../src/db/migrate.ts';
import { openDatabase } from '../../src/db/open.ts';
import { createComposer } from '../../src/delivery/compose.ts';
import { loadNames } from '../../src/delivery/names.ts';
import { createPublications } from '../../src/delivery/publications.ts';
import { createPublicationStore } from '../../src/publishing/publication-store.ts';
import { publicationRows } from '../../src/publishing/rows.ts';
import { createSearch } from '../../src/search/create.ts';
import { searchQuery } from '../../src/search/schemas.ts';
import { defaultSiteSettings } from '../../src/settings/service.ts';

export type Engine = 'sqlite' | 'postgres';

/** A throw-away PostgreSQL. */
export async function startPostgres(): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = spawn(process.execPath, ['tests/support/postgres-server.ts'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [url] = await once(server.stdout, 'data');
  return {
    url: String(url).trim(),
    async stop() {
      server.stdin.end();
      await once(server, 'exit');
    },
  };
}

/** A throw-away newsroom with the index and the queries of the product. */
export async function openProduct(engine: Engine) {
  const folder = await mkdtemp(join(tmpdir(), 'khabar-eval-'));
  const server = engine === 'postgres' ? await startPostgres() : null;
  const url = server?.url ?? join(folder, 'eval.db');
  await migrateDatabase(url);
  const db = await openDatabase(url);
  const search = await searchOf(db);
  return {
    db,
    search,
    async close() {
      await search.close();
      await db.close();
      await server?.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type Product = Awaited<ReturnType<typeof openProduct>>;

/** Search over a database, with the settings of a new site. */
export async function searchOf(db: Database) {
  const config = loadConfig({});
  const site = () => defaultSiteSettings(config);
  const names = await loadNames(db);
  const search = createSearch({
    db,
    clock: () => new Date(),
    settings: { site, search: () => ({ synonyms: [], protectedWords: [] }) },
    names,
    publications: createPublications(db),
    composer: createComposer({ names, site, defaultCommentMode: config.KHABAR_COMMENT_MODE }),
    onError: (error) => console.error(error),
  });
  return { ...search, close: () => search.close().then(names.stop) };
}

const atOnce = 200;

/** Publishes texts as stories without a headline, for it would answer the questions; answers their numbers. */
export async function publishTexts({ db, search }: Product, texts: readonly string[]): Promise<number[]> {
  const clock = () => new Date();
  const articles = createArticleStore(db.tables, clock);
  const publications = createPublicationStore(db.tables, search.index);
  const numbers: number[] = [];
  for (let start = 0; start < texts.length; start += atOnce) {
    const items = await Promise.all(texts.slice(start, start + atOnce).map(preparedText));
    const stored = await db.write(async (tx) => {
      const copies = await articles.insertArticles(tx, 'eval', items);
      const at = clock();
      const shown = { revision: 1, publishedAt: at, updatedAt: at, commentCount: 0 };
      const rows = copies.map((each) => {
        if (each.outcome === 'refused') throw each.error;
        return publicationRows(each.copy, shown);
      });
      return publications.store(tx, rows);
    });
    numbers.push(...stored.map(({ n }) => n));
  }
  return numbers;
}

async function preparedText(text: string) {
  const prepared = await prepareArticle(
    { headline: '', sections: [{ body: { text } }] },
    { locale: 'ar', timeZone: 'UTC' },
  );
  return { ...prepared, slug: { ...prepared.slug, text: prepared.id.slice(-12) } };
}

/** The numbers of the stories that the search of the public API finds, best first. All are equally new. */
export async function ask({ search }: Product, q: string, limit: number): Promise<number[]> {
  const query = searchQuery.safeParse({ q: q.slice(0, 1000), limit: String(limit), fresh: 'false' });
  return query.success ? search.service.numbers(query.data) : [];
}
