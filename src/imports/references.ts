import { inArray } from 'drizzle-orm';
import type { Tx } from '../db/database.ts';
import type { Tables } from '../db/tables.ts';
import type { ArticleRecord, Snapshot } from './records.ts';
import { ensureTerms, noTerms, pathKey } from './terms.ts';

/** Ids in a file that stand for other ids here, because a term of that slug was here before. */
export type Aliases = Map<string, string>;

/**
 * The records with every reference to a category, tag or author turned into one that exists here: the id of the file,
 * what that stands for, or else the term of that name, which is made where there is none.
 */
export async function resolveReferences(
  tx: Tx,
  tables: Tables,
  records: readonly ArticleRecord[],
  aliases: Aliases,
  at: Date,
): Promise<ArticleRecord[]> {
  const contents = records.flatMap((record) => {
    const snapshot = record.publication?.snapshot;
    return snapshot ? [record, snapshot] : [record];
  });
  const alias = (id: string) => aliases.get(id) ?? id;
  const categories = new Map(
    contents.flatMap(({ category }) => (category ? [[alias(category.id), category.path]] : [])),
  );
  const tags = new Map(contents.flatMap((content) => content.tags.map(({ id, name }) => [alias(id), name])));
  const authors = new Map(contents.flatMap((content) => content.authors.map(({ id, name }) => [alias(id), name])));
  await dropExisting(tx, tables.categories, categories);
  await dropExisting(tx, tables.tags, tags);
  await dropExisting(tx, tables.authors, authors);
  if (categories.size + tags.size + authors.size === 0 && aliases.size === 0) return [...records];

  const needs = { categories: [...categories.values()], tags: [...tags.values()], authors: [...authors.values()] };
  const made = await ensureTerms(tx, tables, needs, noTerms(), at);
  const category = (id: string) => made.category.get(pathKey(categories.get(id) ?? [])) ?? id;
  const tag = (id: string) => made.tag.get(tags.get(id) ?? '') ?? id;
  const author = (id: string) => made.author.get(authors.get(id) ?? '') ?? id;
  const resolve = <Content extends Pick<Snapshot, 'category' | 'tags' | 'authors'>>(content: Content): Content => ({
    ...content,
    category: content.category && { ...content.category, id: category(alias(content.category.id)) },
    tags: content.tags.map((each) => ({ ...each, id: tag(alias(each.id)) })),
    authors: content.authors.map((each) => ({ ...each, id: author(alias(each.id)) })),
  });
  return records.map((record) => {
    const { publication } = record;
    if (!publication?.snapshot) return resolve(record);
    return { ...resolve(record), publication: { ...publication, snapshot: resolve(publication.snapshot) } };
  });
}

async function dropExisting(
  tx: Tx,
  table: Tables['categories'] | Tables['tags'] | Tables['authors'],
  wanted: Map<string, unknown>,
): Promise<void> {
  if (wanted.size === 0) return;
  // Drizzle cannot type a query over one of several tables; all of them have an id.
  const one = table as Tables['tags'];
  const rows = await tx
    .select({ id: one.id })
    .from(one)
    .where(inArray(one.id, [...wanted.keys()]));
  for (const { id } of rows) wanted.delete(id);
}
