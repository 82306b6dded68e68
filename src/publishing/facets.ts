import { and, eq, notExists, or, sql } from 'drizzle-orm';
import type { Tx } from '../db/database.ts';
import { isAmong } from '../db/is-among.ts';
import type { PublicationRefs, Tables } from '../db/tables.ts';

/**
 * Something that publications are listed by: `category:<id>`, `tag:<id>`, `author:<id>`, or one of `locale:ar`,
 * `source:<folded name>`, `urgency:3`.
 */
export type FacetName = string;

/** What of a publication its facets follow from. */
export type Faceted = {
  categoryId: string | null;
  locale: string;
  sourceKey: string | null;
  urgency: number | null;
  refs: PublicationRefs;
};

/** Every facet of a publication, each once. */
export function facetsOf({ categoryId, locale, sourceKey, urgency, refs }: Faceted): FacetName[] {
  const names = [
    `locale:${locale}`,
    ...(categoryId === null ? [] : [`category:${categoryId}`]),
    ...(sourceKey === null ? [] : [`source:${sourceKey}`]),
    ...(urgency === null ? [] : [`urgency:${urgency}`]),
    ...refs.tags.map((id) => `tag:${id}`),
    ...refs.authors.map(({ id }) => `author:${id}`),
  ];
  return [...new Set(names)];
}

/** The number of each facet; those that nothing had until now are given one. */
export async function ensureFacets(
  tx: Tx,
  { facets }: Tables,
  wanted: Iterable<FacetName>,
): Promise<Map<FacetName, number>> {
  // One order for everybody, so that two who publish at once do not wait for each other in a circle.
  const rows = [...new Set(wanted)].sort().map(toRow);
  const numbers = new Map<FacetName, number>();
  const find = async () => {
    const missing = rows.filter((row) => !numbers.has(toName(row)));
    const among = (column: 'categoryId' | 'tagId' | 'authorId' | 'text') => {
      const values = missing.flatMap((row) => row[column] ?? []);
      return values.length === 0 ? undefined : isAmong(facets[column], values);
    };
    if (missing.length === 0) return;
    const found = await tx
      .select()
      .from(facets)
      .where(or(among('categoryId'), among('tagId'), among('authorId'), among('text')));
    for (const row of found) numbers.set(toName(row), row.id);
  };
  await find();
  const missing = rows.filter((row) => !numbers.has(toName(row)));
  if (missing.length === 0) return numbers;
  await tx.insertMany(facets, missing, { taken: 'skip' });
  // Whoever made some of them at this very moment has committed by now, or the insert would still wait.
  await find();
  return numbers;
}

/** Forgets the facet of a category, tag or author that no publication has any more, so that it can be deleted. */
export async function dropUnusedFacet(
  tx: Tx,
  { facets, publicationFacets }: Tables,
  kind: 'category' | 'tag' | 'author',
  id: string,
): Promise<void> {
  const column = { category: facets.categoryId, tag: facets.tagId, author: facets.authorId }[kind];
  const uses = tx.select({ one: sql`1` }).from(publicationFacets).where(eq(publicationFacets.facet, facets.id));
  await tx.delete(facets).where(and(eq(column, id), notExists(uses)));
}

type FacetRow = Pick<Tables['facets']['$inferSelect'], 'categoryId' | 'tagId' | 'authorId' | 'text'>;

function toRow(name: FacetName): FacetRow {
  const [kind = '', value = ''] = name.split(/:(.*)/s);
  const row = { categoryId: null, tagId: null, authorId: null, text: null };
  if (kind === 'category') return { ...row, categoryId: value };
  if (kind === 'tag') return { ...row, tagId: value };
  return kind === 'author' ? { ...row, authorId: value } : { ...row, text: name };
}

function toName({ categoryId, tagId, authorId, text }: FacetRow): FacetName {
  if (categoryId !== null) return `category:${categoryId}`;
  if (tagId !== null) return `tag:${tagId}`;
  return authorId === null ? (text ?? '') : `author:${authorId}`;
}
