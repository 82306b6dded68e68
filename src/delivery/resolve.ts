import { sql } from 'drizzle-orm';
import { slugKey } from '../arabic/slug.ts';
import type { Database } from '../db/database.ts';

export type Resolved = { articleId: string; slug: string; isCurrent: boolean };
export type Resolve = (ref: string) => Promise<Resolved | null>;

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function isId(ref: string): boolean {
  return uuid.test(ref);
}

/**
 * Finds the published article that an id, a slug, or a slug it had before stands for; null where nothing public does.
 * Slugs are compared in their folded form, so spelling variants and Unicode forms of a slug all arrive.
 */
export function createResolver({ tables, prepare }: Pick<Database, 'tables' | 'prepare'>): Resolve {
  const { publications, articleSlugs } = tables;
  type Row = { article_id: string; slug: string; slug_key: string };
  const byId = prepare<Row>(
    sql`select article_id, slug, slug_key from ${publications} where article_id = ${sql.placeholder('ref')}`,
  );
  const bySlug = prepare<Row>(
    sql`select p.article_id, p.slug, p.slug_key from ${articleSlugs} s join ${publications} p on p.article_id = s.article_id where s.slug_key = ${sql.placeholder('ref')} and (s.was_public or p.slug_key = s.slug_key)`,
  );

  return async (ref) => {
    const asId = isId(ref);
    const key = asId ? ref.toLowerCase() : slugKey(ref);
    if (key === '') return null;
    const [row] = await (asId ? byId : bySlug)({ ref: key });
    return row ? { articleId: row.article_id, slug: row.slug, isCurrent: asId || row.slug_key === key } : null;
  };
}
