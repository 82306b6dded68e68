import { asc, eq, inArray } from 'drizzle-orm';
import { type ArticleRow, loadWorkingCopies, type WorkingCopy } from '../articles/working-copy.ts';
import { type CommentRow, selectComments } from '../comments/repository.ts';
import type { Reader } from '../db/database.ts';
import type { Tables } from '../db/tables.ts';
import { beginOf } from '../delivery/view-hours.ts';
import type { PortableText } from '../portable-text/schema.ts';
import { joinDocument } from '../publishing/document.ts';
import type { ArticleRecord, AuthorRecord, CategoryRecord, CommentRecord, Snapshot, TagRecord } from './records.ts';

/** Names that records carry beside ids, for people who read them and for imports elsewhere. */
export type TermNames = {
  categories: Map<string, { name: string; parentId: string | null }>;
  tags: Map<string, string>;
  authors: Map<string, string>;
};

/** What the stored bytes of a publication hold, as far as records need it. */
type Document = Pick<Snapshot, 'headline' | 'kicker' | 'lead' | 'slug' | 'locale' | 'source' | 'dateline' | 'urgency'> &
  Pick<Snapshot, 'seo' | 'sections'> & { custom: Record<string, unknown> };

/** The records of whole articles, in the order of `rows`. */
export async function loadArticleRecords(
  read: Reader,
  tables: Tables,
  rows: ArticleRow[],
  names: TermNames,
): Promise<ArticleRecord[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const copies = await loadWorkingCopies(read, tables, rows);
  const { articles, articleImports, articleSlugs, comments, publications, publicationDocuments, publicationViews } =
    tables;
  const slugs = Map.groupBy(
    await read.select().from(articleSlugs).where(inArray(articleSlugs.articleId, ids)),
    articleOf,
  );
  const commentRows = await selectComments(read, tables)
    .where(inArray(articles.id, ids))
    .orderBy(asc(comments.articleN), asc(comments.createdAt), asc(comments.id));
  const threads = Map.groupBy(commentRows, articleOf);
  const published = await read.select().from(publications).where(inArray(publications.articleId, ids));
  const publication = new Map(published.map((row) => [row.articleId, row]));
  const viewed = Map.groupBy(
    await read
      .select()
      .from(publicationViews)
      .where(
        inArray(
          publicationViews.n,
          published.map((row) => row.n),
        ),
      )
      .orderBy(asc(publicationViews.n), asc(publicationViews.hour)),
    (row) => row.n,
  );
  const stored = await read
    .select({ articleId: publications.articleId, card: publications.card, rest: publicationDocuments.rest })
    .from(publicationDocuments)
    .innerJoin(publications, eq(publications.n, publicationDocuments.n))
    .where(inArray(publications.articleId, ids));
  const imports = await read.select().from(articleImports).where(inArray(articleImports.articleId, ids));
  const digests = new Map(imports.map((row) => [row.articleId, row.digest]));
  const documents = new Map(stored.map((row) => [row.articleId, joinDocument(row.card, row.rest)]));

  return copies.map((copy): ArticleRecord => {
    const { article } = copy;
    const content = contentOf(copy, names);
    const sections = copy.sections.map(({ id, heading, anchor, body, version, createdAt, updatedAt }) => ({
      ...{ id, heading, anchor, body: body as PortableText },
      ...{ version, createdAt, updatedAt },
    }));
    return {
      type: 'article',
      id: article.id,
      externalId: article.externalId,
      importDigest: digests.get(article.id),
      status: article.status,
      ...content,
      slugs: (slugs.get(article.id) ?? [])
        .sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a.slugKey < b.slugKey ? -1 : 1))
        .map(({ slug, wasPublic, createdAt }) => ({ slug, wasPublic, createdAt })),
      createdBy: article.createdBy,
      publishedAt: article.publishedAt,
      sectionsVersion: article.sectionsVersion,
      version: article.version,
      createdAt: article.createdAt,
      updatedAt: article.updatedAt,
      sections,
      publication: publicationRecord(
        publication.get(article.id),
        documents.get(article.id),
        viewed.get(publication.get(article.id)?.n ?? 0) ?? [],
        copy,
        names,
      ),
      comments: parentsFirst(threads.get(article.id) ?? []).map(commentRecord),
    };
  });
}

type PublicationRow = Tables['publications']['$inferSelect'];
type ViewsRow = Tables['publicationViews']['$inferSelect'];

function publicationRecord(
  row: PublicationRow | undefined,
  bytes: Buffer | undefined,
  viewed: readonly ViewsRow[],
  copy: WorkingCopy,
  names: TermNames,
): ArticleRecord['publication'] {
  if (!row || !bytes) return null;
  const { seo, custom, sections, ...document } = JSON.parse(bytes.toString()) as Document;
  const { headline, kicker, lead, slug, locale, source, dateline, urgency } = document;
  const seen: Snapshot = {
    ...{ headline, kicker, lead, slug, locale, source, dateline, urgency },
    category: categoryRef(row.categoryId, names),
    authors: row.refs.authors.map(({ id, role }) => ({ id, name: names.authors.get(id) ?? '', role })),
    tags: row.refs.tags.map((id) => ({ id, name: names.tags.get(id) ?? '' })),
    seo,
    commentMode: row.commentMode,
    custom: Object.keys(custom).length === 0 ? null : custom,
    sections: sections.map(({ id, heading, anchor, body }) => ({ id, heading, anchor, body })),
  };
  const current = snapshotOf(copy, names);
  const isCurrent = JSON.stringify(seen) === JSON.stringify(current);
  const { revision, publishedAt, updatedAt } = row;
  const views = viewed.map((hour) => ({ hour: beginOf(hour.hour), views: hour.views }));
  const shown = { revision, publishedAt, updatedAt, snapshot: isCurrent ? null : seen };
  return views.length > 0 ? { ...shown, views } : shown;
}

/** What a publication of the working copy as it is now would say. */
function snapshotOf(copy: WorkingCopy, names: TermNames): Snapshot {
  const { custom, ...content } = contentOf(copy, names);
  const hasCustom = custom !== null && Object.keys(custom).length > 0;
  return {
    ...content,
    custom: hasCustom ? custom : null,
    sections: copy.sections.map(({ id, heading, anchor, body }) => ({
      ...{ id, heading, anchor, body: body as PortableText },
    })),
  };
}

function contentOf({ article, authors, tagIds }: WorkingCopy, names: TermNames): Omit<Snapshot, 'sections'> {
  const { headline, kicker, lead, slug, locale, sourceName, sourceUrl, dateline, urgency } = article;
  const source = sourceName === null ? null : { name: sourceName, url: sourceUrl };
  return {
    ...{ headline, kicker, lead, slug, locale, source, dateline, urgency },
    category: categoryRef(article.categoryId, names),
    authors: authors.map(({ id, role }) => ({ id, name: names.authors.get(id) ?? '', role })),
    tags: tagIds.map((id) => ({ id, name: names.tags.get(id) ?? '' })),
    seo: article.seo,
    commentMode: article.commentMode,
    custom: article.custom,
  };
}

function categoryRef(id: string | null, { categories }: TermNames): Snapshot['category'] {
  if (id === null) return null;
  const path: string[] = [];
  for (let at: string | null = id; at !== null && path.length < 100; at = categories.get(at)?.parentId ?? null)
    path.unshift(categories.get(at)?.name ?? '');
  return { id, path };
}

function commentRecord(row: CommentRow): CommentRecord {
  const { id, parentId, status, body, authorName, authorEmail, links, version, createdAt, updatedAt } = row;
  const author = { name: authorName, email: authorEmail };
  return { id, parentId, status, body, author, links, version, createdAt, updatedAt };
}

/** In the order they were written, but never a reply before what it answers. */
function parentsFirst(rows: CommentRow[]): CommentRow[] {
  return rows.toSorted(
    (a, b) => a.depth - b.depth || a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1),
  );
}

/** Every category (parents first), tag and author as records, and their names for the articles. */
export async function loadTermRecords(
  read: Reader,
  tables: Tables,
): Promise<{ records: (CategoryRecord | TagRecord | AuthorRecord)[]; names: TermNames }> {
  const categories = await read.select().from(tables.categories).orderBy(asc(tables.categories.id));
  const tags = await read.select().from(tables.tags).orderBy(asc(tables.tags.id));
  const authors = await read.select().from(tables.authors).orderBy(asc(tables.authors.id));
  const { formerTermSlugs } = tables;
  const left = Map.groupBy(
    await read.select().from(formerTermSlugs).orderBy(asc(formerTermSlugs.kind), asc(formerTermSlugs.slugKey)),
    (row) => row.termId,
  );
  const former = (term: { id: string; slugKey: string }) => ({
    formerSlugs: (left.get(term.id) ?? [])
      .filter((row) => row.slugKey !== term.slugKey)
      .map(({ slug, leftAt }) => ({ slug, leftAt })),
  });
  const records = [
    ...fromTheRoot(categories).map(
      ({ id, name, slug, parentId, description, ...row }): CategoryRecord => ({
        type: 'category',
        ...{ id, name, slug, ...former({ id, ...row }), ...stamps(row), parentId, description },
      }),
    ),
    ...tags.map(
      ({ id, name, slug, description, ...row }): TagRecord => ({
        type: 'tag',
        ...{ id, name, slug, ...former({ id, ...row }), ...stamps(row), description },
      }),
    ),
    ...authors.map(
      ({ id, name, slug, bio, avatarUrl, ...row }): AuthorRecord => ({
        type: 'author',
        ...{ id, name, slug, ...former({ id, ...row }), ...stamps(row), bio, avatarUrl },
      }),
    ),
  ];
  const names = {
    categories: new Map(categories.map(({ id, name, parentId }) => [id, { name, parentId }])),
    tags: new Map(tags.map(({ id, name }) => [id, name])),
    authors: new Map(authors.map(({ id, name }) => [id, name])),
  };
  return { records, names };
}

function stamps({ version, createdAt, updatedAt }: { version: number; createdAt: Date; updatedAt: Date }) {
  return { version, createdAt, updatedAt };
}

function fromTheRoot<Row extends { id: string; parentId: string | null }>(rows: Row[]): Row[] {
  const children = Map.groupBy(rows, (row) => row.parentId ?? '');
  const ordered = [...(children.get('') ?? [])];
  for (const parent of ordered) ordered.push(...(children.get(parent.id) ?? []));
  return ordered;
}

function articleOf(row: { articleId: string }): string {
  return row.articleId;
}
