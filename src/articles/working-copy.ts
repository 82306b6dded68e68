import { asc, eq, inArray, type SQL, sql } from 'drizzle-orm';
import { countWords } from '../arabic/reading.ts';
import type { Reader, Tx } from '../db/database.ts';
import type { Tables } from '../db/tables.ts';
import { AppError } from '../errors.ts';
import type { PortableText } from '../portable-text/schema.ts';
import { toText } from '../portable-text/to-text.ts';
import type { MadeAhead } from '../publishing/made-ahead.ts';
import { type SectionRow, selectSections } from './section-rows.ts';

/** Without its number, which a new article has only when it is stored. */
export type ArticleRow = Omit<Tables['articles']['$inferSelect'], 'n'>;

/** All of a working copy: the article, its bylines and tags in order, and its sections in order. */
export type WorkingCopy = {
  article: ArticleRow;
  authors: { id: string; role: string }[];
  tagIds: string[];
  sections: SectionRow[];
  /** New in this transaction and stored as published already: nothing of it was public before, or is searched. */
  isNewlyPublic?: boolean;
  /** Of a new article: what its publication will consist of, where that was made already. */
  made?: MadeAhead | undefined;
};

/**
 * The working copy as it is now, or null. It is locked until the transaction ends, so what is read here is one state
 * that no editor can change in between.
 */
export async function loadWorkingCopy(tx: Tx, tables: Tables, articleId: string): Promise<WorkingCopy | null> {
  const article = await lockArticle(tx, tables, articleId);
  if (!article) return null;
  const [copy] = await loadWorkingCopies(tx, tables, [article]);
  return copy ?? null;
}

/** Locks an article until the transaction ends, and answers its row. Every change of its parts begins with this. */
export async function lockArticle(tx: Tx, tables: Tables, articleId: string): Promise<ArticleRow | undefined> {
  const [row] = await lockArticles(tx, tables, eq(tables.articles.id, articleId));
  return row;
}

/** The same of many articles, in no order. */
export async function lockArticles(tx: Tx, { articles }: Tables, where: SQL): Promise<ArticleRow[]> {
  // An update that changes nothing takes the row's lock on every engine; SELECT … FOR UPDATE does not exist on all.
  return tx
    .update(articles)
    .set({ sectionsVersion: sql`${articles.sectionsVersion}` })
    .where(where)
    .returning();
}

/** Throws AppError `conflict` for a story that was withdrawn for good: it stays as it was, for the record. */
export function demandNotKilled({ status }: Pick<ArticleRow, 'status'>): void {
  if (status === 'killed')
    throw new AppError('conflict', {
      params: { reason: 'The article was withdrawn for good.', reasonAr: 'سُحب هذا المقال نهائيًا.' },
    });
}

/** The working copies of many articles in their order, in three queries: for exports and imports. Nothing is locked. */
export async function loadWorkingCopies(read: Reader, tables: Tables, rows: ArticleRow[]): Promise<WorkingCopy[]> {
  if (rows.length === 0) return [];
  const { articles, articleAuthors, articleTags, authors, sections, tags } = tables;
  const copies = new Map(rows.map((article) => [article.id, emptyCopy(article)]));
  const ids = [...copies.keys()];
  const authorRows = await read
    .select({ articleId: articles.id, id: authors.id, role: articleAuthors.role })
    .from(articles)
    .innerJoin(articleAuthors, eq(articleAuthors.articleN, articles.n))
    .innerJoin(authors, eq(authors.n, articleAuthors.authorN))
    .where(inArray(articles.id, ids))
    .orderBy(asc(articleAuthors.articleN), asc(articleAuthors.position));
  for (const { articleId, id, role } of authorRows) copies.get(articleId)?.authors.push({ id, role });
  const tagRows = await read
    .select({ articleId: articles.id, id: tags.id })
    .from(articles)
    .innerJoin(articleTags, eq(articleTags.articleN, articles.n))
    .innerJoin(tags, eq(tags.n, articleTags.tagN))
    .where(inArray(articles.id, ids))
    .orderBy(asc(articleTags.articleN), asc(articleTags.position));
  for (const { articleId, id } of tagRows) copies.get(articleId)?.tagIds.push(id);
  const sectionRows = await selectSections(read, tables, inArray(sections.articleId, ids));
  for (const section of sectionRows) copies.get(section.articleId)?.sections.push(section);
  return [...copies.values()];
}

/** How many words a reader reads: headline, lead, headings and bodies. */
export function countCopyWords({ article, sections }: Pick<WorkingCopy, 'article' | 'sections'>): number {
  const texts = sections.flatMap(({ heading, body }) => [heading ?? '', toText(body as PortableText)]);
  return countWords([article.headline, article.lead ?? '', ...texts].join('\n'));
}

function emptyCopy(article: ArticleRow): WorkingCopy {
  return { article, authors: [], tagIds: [], sections: [] };
}
