import { eq, inArray } from 'drizzle-orm';
import type { Tx } from '../db/database.ts';
import { isAmong } from '../db/is-among.ts';
import type { Tables } from '../db/tables.ts';
import { AppError } from '../errors.ts';
import { chooseSlug } from '../slugs.ts';
import { deleteBylinesAndTags, insertBylinesAndTags } from './bylines-and-tags.ts';
import { differsFrom, hasSameSections } from './compare.ts';
import type { PreparedArticle } from './prepare.ts';
import { type KnownNames, loadNames, unknownReferences } from './references.ts';
import { publishedSection, type SectionRow, storedSection } from './section-rows.ts';
import { changeSlug, claimSlugs, firstSlug, takenExternalId, takenSlug } from './slugs.ts';
import { type ArticleRow, loadWorkingCopies, lockArticles, type WorkingCopy } from './working-copy.ts';

/** What became of one article of many. A refused one has left no trace, and the others are none the worse for it. */
export type Stored =
  | { outcome: 'created' | 'replaced' | 'unchanged'; copy: WorkingCopy }
  | { outcome: 'refused'; error: AppError };

export type ArticleStore = ReturnType<typeof createArticleStore>;

/**
 * Writes whole articles, up to 5,000 at a time, in a transaction that is already open: a few statements for hundreds of
 * articles. It asks nobody's permission and writes no audit; the use cases and imports that call it do.
 */
export function createArticleStore(tables: Tables, clock: () => Date) {
  const { articles, sections } = tables;

  /** Answers one outcome for each of `items`, in their order. */
  async function insertArticles(tx: Tx, createdBy: string, items: readonly PreparedArticle[]): Promise<Stored[]> {
    const known = await loadNames(tx, tables, items.map(referencesOf));
    const outcomes = items.map((item) => refusedReferences(known, item));
    const at = clock();
    const copies = new Map<string, WorkingCopy>();
    items.forEach((item, index) => {
      if (!outcomes[index]) copies.set(item.id, newCopy(item, createdBy, at));
    });
    const rows = [...copies.values()].map((copy) => copy.article);
    const stored = await tx.insertMany(articles, rows, { taken: 'skip', returning: ['id', 'n'] });
    const inserted = new Map(stored.map(({ id, n }) => [id, n]));
    const wishes = items.map((item) => item.slug).filter((wish) => inserted.has(wish.articleId));
    const slugs = await claimSlugs(tx, tables, wishes, at);
    const slugless = wishes.map((wish) => wish.articleId).filter((id) => !slugs.has(id));
    if (slugless.length > 0) await tx.delete(articles).where(inArray(articles.id, slugless));
    items.forEach((item, index) => {
      if (outcomes[index] || slugs.has(item.id)) return;
      copies.delete(item.id);
      outcomes[index] = refused(inserted.has(item.id) ? takenSlug() : takenExternalId());
    });
    for (const [id, slug] of slugs) {
      const copy = copies.get(id);
      if (!copy || copy.article.slug === slug) continue;
      copy.article.slug = slug;
      await tx.update(articles).set({ slug }).where(eq(articles.id, id));
    }
    await insertParts(tx, [...copies.values()], inserted);
    return items.map(
      (item, index) => outcomes[index] ?? { outcome: 'created', copy: copies.get(item.id) as WorkingCopy },
    );
  }

  /**
   * Inserts articles, or replaces those whose `externalId` is there already. An article that says the same as before is
   * left as it is, so that repeating an import changes nothing. No externalId may come twice.
   */
  async function upsertArticles(tx: Tx, createdBy: string, items: readonly PreparedArticle[]): Promise<Stored[]> {
    const externalIds = items.flatMap((item) => item.columns.externalId ?? []);
    const existing =
      externalIds.length === 0 ? [] : await lockArticles(tx, tables, isAmong(articles.externalId, externalIds));
    const copies = new Map(
      (await loadWorkingCopies(tx, tables, existing)).map((copy) => [copy.article.externalId, copy]),
    );
    const fresh: PreparedArticle[] = [];
    const changes: Replacement[] = [];
    for (const item of items) {
      const copy = item.columns.externalId === null ? undefined : copies.get(item.columns.externalId);
      if (copy) changes.push({ copy, item });
      else fresh.push(item);
    }
    const outcomes = new Map<PreparedArticle, Stored>();
    const replaced = await replaceArticles(tx, changes);
    for (const [index, { item }] of changes.entries()) outcomes.set(item, replaced[index] as Stored);
    const created = await insertArticles(tx, createdBy, fresh);
    for (const [index, item] of fresh.entries()) outcomes.set(item, created[index] as Stored);
    return items.map((item) => outcomes.get(item) as Stored);
  }

  /**
   * Makes working copies say what `item` says. Its slug stays unless another one is chosen; a section keeps its id where
   * its anchor is still there, and a killed article stays as it is. The copies must be locked.
   */
  async function replaceArticles(tx: Tx, changes: readonly Replacement[]): Promise<Stored[]> {
    const known = await loadNames(
      tx,
      tables,
      changes.map(({ item }) => referencesOf(item)),
    );
    const at = clock();
    const outcomes: Stored[] = [];
    const rewritten: { old: WorkingCopy; next: WorkingCopy }[] = [];
    for (const { copy, item } of changes) {
      const refusal = refusedReferences(known, item);
      // What was withdrawn for good stays as it was, whatever a feed says of it again.
      if (refusal || copy.article.status === 'killed' || !differsFrom(copy, item)) {
        outcomes.push(refusal ?? { outcome: 'unchanged', copy });
        continue;
      }
      const next = replacedCopy(copy, item, at);
      const error = await tryChangeSlug(tx, copy, next, at);
      if (error) {
        outcomes.push(refused(error));
        continue;
      }
      const { id, ...row } = next.article;
      await tx.update(articles).set(row).where(eq(articles.id, id));
      rewritten.push({ old: copy, next });
      outcomes.push({ outcome: 'replaced', copy: next });
    }
    const ids = rewritten.map(({ next }) => next.article.id);
    if (ids.length > 0) {
      await deleteBylinesAndTags(tx, tables, ids);
      await tx.delete(sections).where(inArray(sections.articleId, ids));
    }
    await insertParts(
      tx,
      rewritten.map(({ next }) => next),
    );
    return outcomes;
  }

  async function tryChangeSlug(tx: Tx, copy: WorkingCopy, next: WorkingCopy, at: Date): Promise<AppError | null> {
    const { slug } = next.article;
    if (copy.article.slug === slug) return null;
    try {
      await changeSlug(tx, tables, copy.article, slug, at);
      return null;
    } catch (error) {
      if (error instanceof AppError) return error;
      throw error;
    }
  }

  async function insertParts(
    tx: Tx,
    copies: readonly WorkingCopy[],
    numbers?: ReadonlyMap<string, number>,
  ): Promise<void> {
    const linked = copies.map(({ article, authors, tagIds }) => ({ articleId: article.id, authors, tagIds }));
    await insertBylinesAndTags(tx, tables, linked, numbers);
    const sectionRows = copies.flatMap(({ isNewlyPublic, sections }) =>
      sections.map(isNewlyPublic ? publishedSection : storedSection),
    );
    await tx.insertMany(sections, sectionRows);
  }

  return { insertArticles, upsertArticles, replaceArticles };
}

type Replacement = { copy: WorkingCopy; item: PreparedArticle };

function newCopy(item: PreparedArticle, createdBy: string, at: Date): WorkingCopy {
  const { createdAt = at, updatedAt = createdAt, isPublishedNext: isNewlyPublic = false } = item;
  const draft: ArticleRow = {
    id: item.id,
    status: 'draft',
    ...item.columns,
    slug: firstSlug(item.slug).slug,
    createdBy,
    sectionsVersion: 1,
    version: 1,
    createdAt,
    updatedAt,
  };
  // As publishing leaves it, which would otherwise write the row a second time.
  const publishedAt = draft.publishedAt ?? at;
  const article: ArticleRow = isNewlyPublic
    ? { ...draft, status: 'published', publishedAt, version: 2, updatedAt: at }
    : draft;
  const sections = item.sections.map(
    (section, position): SectionRow => ({
      ...section,
      articleId: item.id,
      position,
      version: 1,
      createdAt,
      updatedAt,
    }),
  );
  const copy = { article, authors: item.authors, tagIds: item.tagIds, sections };
  return isNewlyPublic ? { ...copy, isNewlyPublic, made: item.made } : copy;
}

function replacedCopy(copy: WorkingCopy, item: PreparedArticle, at: Date): WorkingCopy {
  const { id, version, sectionsVersion } = copy.article;
  const sameSections = hasSameSections(copy, item);
  const byAnchor = new Map(copy.sections.map((section) => [section.anchor, section]));
  const sections = item.sections.map((section, position): SectionRow => {
    const old = byAnchor.get(section.anchor);
    if (!old) return { ...section, articleId: id, position, version: 1, createdAt: at, updatedAt: at };
    return { ...old, ...section, id: old.id, position, version: old.version + 1, updatedAt: at };
  });
  return {
    article: {
      ...copy.article,
      ...item.columns,
      ...(item.slug.isChosen ? { slug: chooseSlug(item.slug.text, id).slug } : {}),
      version: version + 1,
      sectionsVersion: sameSections ? sectionsVersion : sectionsVersion + 1,
      updatedAt: item.updatedAt ?? at,
    },
    authors: item.authors,
    tagIds: item.tagIds,
    sections: sameSections ? copy.sections : sections,
  };
}

function referencesOf({ columns, authors, tagIds }: PreparedArticle) {
  return { categoryId: columns.categoryId, authors, tagIds };
}

function refusedReferences(known: KnownNames, item: PreparedArticle): Stored | undefined {
  const error = unknownReferences(known, referencesOf(item));
  return error ? refused(error) : undefined;
}

function refused(error: AppError): Stored {
  return { outcome: 'refused', error };
}
