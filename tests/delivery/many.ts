import { v7 as uuid } from 'uuid';
import type { Seo } from '../../src/db/tables.ts';
import { createPublicationStore } from '../../src/publishing/publication-store.ts';
import { type PublicationRows, publicationRows } from '../../src/publishing/rows.ts';
import { createSearchIndex } from '../../src/search/search-index.ts';
import type { Newsroom } from '../support/newsroom.ts';

/** What of an article a list can be asked for, or a sitemap leaves out. */
export type Listed = {
  categoryId: string | null;
  tagIds: string[];
  authors: { id: string; role: string }[];
  locale: string;
  sourceName: string | null;
  urgency: number | null;
  seo: Seo | null;
  publishedAt: Date;
  updatedAt: Date;
  commentCount: number;
  views24h: number;
  views7d: number;
};

const usual: Listed = {
  ...{ categoryId: null, tagIds: [], authors: [], locale: 'ar', sourceName: null, urgency: null, seo: null },
  ...{ publishedAt: new Date('2025-11-11T08:00:00Z'), updatedAt: new Date('2025-11-11T08:00:00Z') },
  ...{ commentCount: 0, views24h: 0, views7d: 0 },
};

/** Publishes many articles with the counts that tests want, in a few statements; answers their ids in order. */
export async function publishMany(room: Newsroom, articles: readonly Partial<Listed>[]): Promise<string[]> {
  const { tables } = room.db;
  const rows = articles.map((given, index) => rowsOf({ ...usual, ...given }, index));
  for (let start = 0; start < rows.length; start += 400) {
    const part = rows.slice(start, start + 400);
    await room.db.write(async (tx) => {
      await tx.insert(tables.articles).values(part.map(({ article }) => article));
      await createPublicationStore(tables, createSearchIndex(room.db)).store(
        tx,
        part.map(({ publication, document, searched }): PublicationRows => ({ publication, document, searched })),
      );
      tx.announce('list', 'views', 'comment-counts');
    });
  }
  return rows.map(({ article }) => article.id);
}

function rowsOf({ tagIds, authors, commentCount, views24h, views7d, updatedAt, ...columns }: Listed, index: number) {
  const id = uuid();
  const { publishedAt } = columns;
  const article = {
    ...{ id, externalId: null, status: 'published' as const, headline: `خبر ${index}` },
    ...{ kicker: null, lead: null, slug: id, sourceUrl: null, dateline: null },
    ...{ commentMode: null, custom: null, createdBy: null, sectionsVersion: 1, version: 1 },
    ...{ createdAt: publishedAt, updatedAt, ...columns },
  };
  const made = publicationRows(
    { article, authors, tagIds, sections: [] },
    { revision: 1, publishedAt, updatedAt, commentCount },
  );
  return { article, ...made, publication: { ...made.publication, views24h, views7d } };
}
