import { type SQL, sql } from 'drizzle-orm';
import type { Audit } from '../audit/audit.ts';
import {
  type Actor,
  can,
  demand,
  demandArticleDelete,
  demandArticleEdit,
  mayReadArticle,
} from '../auth/permissions.ts';
import { removeDeletedComments } from '../comments/repository.ts';
import type { Database, Reader, Tx } from '../db/database.ts';
import { AppError } from '../errors.ts';
import { decodeCursor, listDigest, timeAndId, toPage } from '../http/cursor.ts';
import type { ExpectedVersions } from '../http/etag.ts';
import type { Likeness } from '../likeness/likeness.ts';
import type { ReadBody } from '../portable-text/body-input.ts';
import type { SearchIndex } from '../search/search-index.ts';
import type { Settings } from '../settings/service.ts';
import { chooseSlug } from '../slugs.ts';
import { assertChanged, translateConstraints } from '../versioned.ts';
import type { Work } from '../work.ts';
import { articleColumns, prepareArticle } from './prepare.ts';
import { loadNames, unknownReferences, vanishedReference } from './references.ts';
import { createArticleRepository } from './repository.ts';
import type { Article, ArticleCreate, ArticlePatch, ArticleQuery, SavedArticle } from './schemas.ts';
import { changeSlug, takenExternalId } from './slugs.ts';
import { createArticleStore } from './store.ts';
import { presentArticle, presentSummary } from './view.ts';
import { type ArticleRow, demandNotKilled, loadWorkingCopies, lockArticle, type WorkingCopy } from './working-copy.ts';

export type ArticleService = ReturnType<typeof createArticleService>;
export type ArticleDeps = {
  db: Database;
  clock: () => Date;
  audit: Audit;
  settings: Pick<Settings, 'site'>;
  likeness: Likeness;
  readBody: ReadBody;
  index: SearchIndex;
  search: ArticleSearch;
};
/** Finds working copies by their words. */
export type ArticleSearch = { articlesMatching(q: string, n: SQL): Promise<SQL> };

/** What editors may do with working copies. Nothing here changes what readers see: that is publishing's work. */
export function createArticleService(deps: ArticleDeps) {
  const { db, clock, audit, settings, likeness, readBody, index, search } = deps;
  const { tables } = db;
  const repository = createArticleRepository(tables);
  const store = createArticleStore(tables, clock);
  const constraints = {
    articles_external_id: () => takenExternalId(),
    '*foreign-key': vanishedReference,
  };

  async function present(read: Reader, copy: WorkingCopy): Promise<Article> {
    const { article, authors, tagIds } = copy;
    const names = await loadNames(read, tables, [{ categoryId: article.categoryId, authors, tagIds }]);
    const publication = article.status === 'published' ? await repository.findPublication(read, article.id) : null;
    return presentArticle(copy, names, publication);
  }

  async function loadCopy(read: Reader, row: ArticleRow): Promise<WorkingCopy> {
    const [copy] = await loadWorkingCopies(read, tables, [row]);
    if (!copy) throw new AppError('not-found');
    return copy;
  }

  /** Compares the story as a change is about to make it. What the actor may not change is refused by the write. */
  async function compareChanged(actor: Actor, id: string, { headline, lead }: ArticlePatch) {
    const row = await repository.find(db.read, id);
    if (!row) throw new AppError('not-found');
    const { article, sections } = await loadCopy(db.read, row);
    const changed = { headline: headline ?? article.headline, lead: lead === undefined ? article.lead : lead };
    return { ...(await likeness.compare(actor, id, { article: changed, sections })), before: article };
  }

  async function setParts(tx: Tx, id: string, input: ArticlePatch): Promise<void> {
    if (input.authors !== undefined) await repository.setAuthors(tx, id, input.authors);
    if (input.tagIds !== undefined) await repository.setTags(tx, id, input.tagIds);
  }

  return {
    async list(actor: Actor, query: ArticleQuery) {
      if (!can(actor, 'articles:read')) demand(actor, 'articles:read-own');
      const digest = listDigest('editorial-articles', query);
      const after = decodeCursor(query.cursor, digest, timeAndId);
      const filter = {
        status: query.status,
        category: query.category,
        author: query.author,
        found: query.q === undefined ? undefined : await search.articlesMatching(query.q, sql`${tables.articles.n}`),
        createdBy: can(actor, 'articles:read') ? undefined : actor.id,
      };
      const rows = await repository.list(db.read, filter, after, query.limit + 1);
      const { data, page } = toPage(rows, query.limit, digest, (row) => [row.updatedAt.getTime(), row.id]);
      const bylines = await repository.listBylines(
        db.read,
        data.map((row) => row.id),
      );
      const categories = data.map(({ categoryId }) => ({ categoryId, authors: [], tagIds: [] }));
      const names = await loadNames(db.read, tables, categories);
      return {
        data: data.map((row) =>
          presentSummary(row, bylines.get(row.id) ?? [], names.categories.get(row.categoryId ?? '') ?? null),
        ),
        page,
      };
    },

    /** Throws AppError `not-found` where the actor may not know that the article exists. */
    async get(actor: Actor, id: string): Promise<Article> {
      const row = await repository.find(db.read, id);
      if (!row || !mayReadArticle(actor, row)) throw new AppError('not-found');
      return present(db.read, await loadCopy(db.read, row));
    },

    async create(work: Work, input: ArticleCreate): Promise<SavedArticle> {
      demand(work.actor, 'articles:create');
      const prepared = await prepareArticle(input, settings.site(), readBody);
      const { id, columns, sections } = prepared;
      const { print, shown } = await likeness.compare(work.actor, id, { article: columns, sections });
      return translateConstraints(constraints, () =>
        work.write(async (tx) => {
          const [stored] = await store.insertArticles(tx, work.actor.id, [prepared]);
          if (stored?.outcome === 'refused') throw stored.error;
          if (!stored) throw new Error('an insert answered nothing');
          await index.putArticles(tx, [stored.copy]);
          await audit(tx, work, 'article.created', { type: 'article', id });
          await likeness.add(tx, id, print);
          return { ...(await present(tx, stored.copy)), ...shown };
        }),
      );
    },

    async update(work: Work, id: string, expected: ExpectedVersions, input: ArticlePatch): Promise<SavedArticle> {
      const compared = await compareChanged(work.actor, id, input);
      return translateConstraints(constraints, () =>
        work.write(async (tx) => {
          const current = await lockArticle(tx, tables, id);
          if (!current) throw new AppError('not-found');
          demandArticleEdit(work.actor, owned(current));
          demandNotKilled(current);
          const { categoryId = null, authors = [], tagIds = [] } = input;
          const references = { categoryId, authors, tagIds };
          const error = unknownReferences(await loadNames(tx, tables, [references]), references);
          if (error) throw error;
          const at = clock();
          const slug = input.slug === undefined ? null : chooseSlug(input.slug, id).slug;
          const changes = {
            ...articleColumns(input, settings.site().timeZone),
            ...(slug === null ? {} : { slug }),
            updatedAt: at,
          };
          const row = await repository.update(tx, id, expected, changes);
          assertChanged(row, current);
          if (slug !== null && slug !== current.slug) await changeSlug(tx, tables, current, slug, at);
          await setParts(tx, id, input);
          const copy = await loadCopy(tx, row);
          await index.putArticles(tx, [copy]);
          await audit(tx, work, 'article.updated', { type: 'article', id }, { fields: Object.keys(input) });
          await likeness.replace(tx, compared, { locked: current, story: copy });
          return { ...(await present(tx, copy)), ...compared.shown };
        }),
      );
    },

    /**
     * Deletes for good. Refuses what is published, what was killed, for it stays for the record and its addresses are
     * gone, and what has comments: readers' words do not vanish by the way.
     */
    async remove(work: Work, id: string, expected: ExpectedVersions): Promise<void> {
      const inUse = () => new AppError('in-use', { params: { by: 'comments' } });
      await translateConstraints({ '*foreign-key': inUse }, () =>
        work.write(async (tx) => {
          const current = await lockArticle(tx, tables, id);
          if (!current) throw new AppError('not-found');
          demandArticleDelete(work.actor, owned(current));
          demandNotKilled(current);
          if (current.status === 'published') throw stillPublished();
          await removeDeletedComments(tx, tables, id);
          const removed = await repository.remove(tx, id, expected);
          if (!removed) assertChanged(undefined, current);
          const { headline, slug } = current;
          await audit(tx, work, 'article.deleted', { type: 'article', id }, { headline, slug });
        }),
      );
    },
  };
}

/** Whose an article is, and whether it was ever public: a date that an editor set beforehand does not make it so. */
export function owned({ createdBy, status, publishedAt, updatedAt }: ArticleRow) {
  return { createdBy, publishedAt: status === 'draft' ? null : (publishedAt ?? updatedAt) };
}

function stillPublished(): AppError {
  return new AppError('conflict', {
    params: {
      reason: 'The article is published: unpublish it first.',
      reasonAr: 'المقال منشور: ألغِ نشره أولًا.',
    },
  });
}
