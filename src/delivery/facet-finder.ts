import { type SQLWrapper, sql } from 'drizzle-orm';
import { slugKey } from '../arabic/slug.ts';
import type { Database } from '../db/database.ts';
import type { TermKind } from '../db/tables.ts';
import { isId } from '../uuid.ts';
import type { Filter } from './lists.ts';
import type { Names } from './names.ts';

/** What a list may be narrowed by; terms by id or slug, one that they had before too. */
export type FacetQuery = {
  category?: string | undefined;
  tag?: string | undefined;
  author?: string | undefined;
  locale?: string | undefined;
  sourceKey?: string | undefined;
  urgency?: string | undefined;
};

export type FacetFinder = ReturnType<typeof createFacetFinder>;

/** Finds the numbers that filters have in the table of facets. */
export function createFacetFinder({ tables, prepare, read }: Database, names: Names) {
  const { facets, categories, tags, authors, formerTermSlugs } = tables;
  const value = sql.placeholder('value');
  const bySlug = (kind: TermKind, terms: SQLWrapper) =>
    prepare<{ id: string }>(sql`
      select id, 1 as is_current, null as left_at from ${terms} where slug_key = ${value}
      union all
      select term_id, 0, left_at from ${formerTermSlugs} where kind = ${sql.raw(`'${kind}'`)} and slug_key = ${value}
      order by is_current desc, left_at desc, id desc limit 1`);
  const idBySlug = {
    category: bySlug('category', categories),
    tag: bySlug('tag', tags),
    author: bySlug('author', authors),
  };
  const byTag = prepare<{ id: number }>(sql`select id from ${facets} where tag_id = ${value}`);
  const byAuthor = prepare<{ id: number }>(sql`select id from ${facets} where author_id = ${value}`);
  const byText = prepare<{ id: number }>(sql`select id from ${facets} where text = ${value}`);

  async function termId(kind: TermKind, reference: string): Promise<string> {
    if (isId(reference)) return reference.toLowerCase();
    const [row] = await idBySlug[kind]({ value: slugKey(reference) });
    return row?.id ?? '';
  }

  const numbers = (rows: readonly { id: number }[]): Filter => rows.map((row) => Number(row.id));

  return {
    /** The query with its terms by id: those of one list are the same then, however it was asked for. */
    async withIds<Query extends FacetQuery>(query: Query): Promise<Query> {
      const ids: Partial<Record<TermKind, string>> = {};
      for (const kind of ['category', 'tag', 'author'] as const) {
        const reference = query[kind];
        if (reference !== undefined) ids[kind] = await termId(kind, reference);
      }
      return { ...query, ...ids };
    },

    /** One filter for each parameter; an empty one for a term that does not exist, which nothing has. */
    async find(query: FacetQuery): Promise<Filter[]> {
      const found: Filter[] = [];
      if (query.category !== undefined) {
        const below = names.subtree(await termId('category', query.category));
        found.push(numbers(await read.rows(sql`select id from ${facets} where category_id in ${below}`)));
      }
      if (query.tag !== undefined) found.push(numbers(await byTag({ value: await termId('tag', query.tag) })));
      if (query.author !== undefined)
        found.push(numbers(await byAuthor({ value: await termId('author', query.author) })));
      for (const [kind, text] of [
        ['locale', query.locale],
        ['source', query.sourceKey],
        ['urgency', query.urgency],
      ] as const)
        if (text !== undefined) found.push(numbers(await byText({ value: `${kind}:${text}` })));
      return found;
    },
  };
}
