import { copyTag } from '../articles/copy-tag.ts';
import { createArticleRepository } from '../articles/repository.ts';
import { loadWorkingCopies } from '../articles/working-copy.ts';
import { type Actor, mayReadArticle } from '../auth/permissions.ts';
import { countApproved } from '../comments/repository.ts';
import type { Database } from '../db/database.ts';
import { pack } from '../db/packing.ts';
import type { Articles } from '../delivery/articles.ts';
import type { Rendered } from '../delivery/cache.ts';
import type { Publication, Publications } from '../delivery/publications.ts';
import type { ArticleQuery } from '../delivery/query.ts';
import { AppError } from '../errors.ts';
import { publicationRows } from './rows.ts';

export type Previews = ReturnType<typeof createPreviews>;
export type Preview = Pick<Rendered, 'body' | 'contentType'> & { tag: string };
type Deps = { db: Database; clock: () => Date; publications: Publications; articles: Articles };

/** Working copies as readers would get them, were they published now: by the same code, so that nothing looks otherwise then. */
export function createPreviews({ db, clock, publications, articles }: Deps) {
  const { tables } = db;
  const repository = createArticleRepository(tables);

  return {
    /** With the tag of the working copy, which publishing takes. Throws AppError `not-found`. */
    async show(actor: Actor, id: string, query: ArticleQuery, origin: string): Promise<Preview> {
      const row = await repository.find(db.read, id);
      const [copy] = row && mayReadArticle(actor, row) ? await loadWorkingCopies(db.read, tables, [row]) : [];
      if (!copy) throw new AppError('not-found');
      const now = clock();
      const shown = copy.article.publishedAt ?? (await publications.find(id))?.publishedAt ?? now;
      const commentCount = await countApproved(db.read, tables, id);
      const rows = publicationRows(copy, { revision: 1, publishedAt: shown, updatedAt: now, commentCount });
      const { body, contentType } = await articles.show(publicationOf(rows), query, origin);
      return { body, contentType, tag: copyTag({ version: copy.article.version, sections: copy.sections }) };
    },
  };
}

/** What is read of a publication when it is stored, of one that is not. */
function publicationOf({ publication, document }: ReturnType<typeof publicationRows>): Publication {
  const { articleId, slug, locale, refs, publishedAt, updatedAt, card } = publication;
  return {
    ...{ n: 0, articleId, slug, locale, refs, publishedAt, updatedAt, card },
    categoryId: publication.categoryId ?? null,
    commentMode: publication.commentMode ?? null,
    commentCount: publication.commentCount ?? 0,
    packedRest: pack(document.rest),
    hash: document.documentHash,
  };
}
