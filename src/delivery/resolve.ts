import { sql } from 'drizzle-orm';
import { slugKey } from '../arabic/slug.ts';
import type { Database } from '../db/database.ts';
import { askedFor } from '../db/placeholder.ts';
import { AppError } from '../errors.ts';
import { isId } from '../uuid.ts';

/** A published article, by the slug it has now; `isCurrent` is false when it was asked for under one it had before. */
export type Resolved = { articleId: string; slug: string; isCurrent: boolean };
export type Resolve = (ref: string) => Promise<Resolved>;

/**
 * Finds the published article that an id, a slug, or a slug it had before stands for. Slugs are compared in their folded
 * form, so spelling variants and Unicode forms of a slug all arrive. Throws AppError `gone` (410) for an article that was
 * withdrawn for good, `not-found` for everything else that is not public.
 */
export function createResolver({ tables, prepare }: Pick<Database, 'tables' | 'prepare'>): Resolve {
  const { articles, publications, articleSlugs } = tables;
  type Row = { article_id: string; status: string; slug: string | null; was_public?: boolean | number };
  const columns = sql`a.id as article_id, a.status, p.slug`;
  const publication = sql`left join ${publications} p on p.article_id = a.id`;
  const asked = askedFor({ ref: 'text' });
  const byId = prepare<Row>(sql`select ${columns} from ${asked} join ${articles} a on a.id = asked.ref ${publication}`);
  const bySlug = prepare<Row>(
    sql`select ${columns}, s.was_public from ${asked} join ${articleSlugs} s on s.slug_key = asked.ref join ${articles} a on a.id = s.article_id ${publication}`,
  );

  return async (reference) => {
    const asId = isId(reference);
    const key = asId ? reference.toLowerCase() : slugKey(reference);
    const [row] = key === '' ? [] : await (asId ? byId : bySlug)({ ref: key });
    const isCurrent = asId || (row?.slug != null && isSameSlug(row.slug, reference, key));
    // A slug that a draft has does not say that there is such a draft.
    if (!row || !(isCurrent || row.was_public)) throw new AppError('not-found');
    if (row.status === 'killed') throw new AppError('gone');
    if (row.slug === null) throw new AppError('not-found');
    return { articleId: row.article_id, slug: row.slug, isCurrent };
  };
}

/** Whether an article's slug is what `reference`, whose folded form is `key`, asks for. */
export function isSameSlug(slug: string, reference: string, key: string): boolean {
  return slug === reference || slugKey(slug) === key;
}
