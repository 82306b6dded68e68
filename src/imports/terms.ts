import { and, asc, eq, isNull } from 'drizzle-orm';
import { nameKey } from '../arabic/clean.ts';
import { collationKey } from '../arabic/collation.ts';
import { slugKey } from '../arabic/slug.ts';
import { lockTree } from '../categories/service.ts';
import type { Tx } from '../db/database.ts';
import { isAmong } from '../db/is-among.ts';
import type { Tables, TermKind } from '../db/tables.ts';
import { AppError } from '../errors.ts';
import { chooseSlug } from '../slugs.ts';
import { rememberSlug } from '../taxonomy/former-slugs.ts';
import { createTermRepository } from '../taxonomy/repository.ts';
import { kindTags } from '../taxonomy/service.ts';
import { uuid } from '../uuid.ts';
import type { TermRecord } from './records.ts';

/** The names that articles of a batch use; a category is the path of names that leads to it. */
export type TermNeeds = { categories: string[][]; tags: string[]; authors: string[] };

/** Ids by what names them: a category by its path joined with tabs, which no name contains. */
export type TermIds = { category: Map<string, string>; tag: Map<string, string>; author: Map<string, string> };

export function noTerms(): TermIds {
  return { category: new Map(), tag: new Map(), author: new Map() };
}

export function pathKey(path: readonly string[]): string {
  return path.join('\t');
}

/**
 * Finds the terms that are named, and makes those that are missing, so that a second article finds them. Names that
 * make the same slug are the same term. Answers the ids of what `known` does not have yet.
 */
export async function ensureTerms(
  tx: Tx,
  tables: Tables,
  needs: TermNeeds,
  known: TermIds,
  at: Date,
): Promise<TermIds> {
  const found = noTerms();
  for (const path of needs.categories.toSorted((a, b) => (pathKey(a) < pathKey(b) ? -1 : 1)))
    if (!known.category.has(pathKey(path))) await ensurePath(tx, tables, path, known, found, at);
  found.tag = await ensureNames(
    tx,
    tables,
    'tag',
    needs.tags.filter((name) => !known.tag.has(name)),
    at,
  );
  found.author = await ensureNames(
    tx,
    tables,
    'author',
    needs.authors.filter((name) => !known.author.has(name)),
    at,
  );
  return found;
}

async function ensureNames(
  tx: Tx,
  tables: Tables,
  kind: 'tag' | 'author',
  names: string[],
  at: Date,
): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  if (names.length === 0) return ids;
  // One order for everybody, so that two imports at once do not wait for each other in a circle.
  const slugs = new Map(names.map((name) => [name, chooseSlug(name, uuid())]));
  const wanted = [...slugs].sort(([, a], [, b]) => (a.slugKey < b.slugKey ? -1 : 1));
  const rows = wanted.map(([name, slug]) => ({
    ...{ id: uuid(), name, ...slug, sortKey: collationKey(name), createdAt: at, updatedAt: at },
    ...(kind === 'author' ? { nameKey: nameKey(name) } : {}),
  }));
  // Drizzle cannot type a query over one of several tables; the columns used here are those that both have.
  const table = (kind === 'tag' ? tables.tags : tables.authors) as Tables['tags'];
  // A batch may name more than a statement takes parameters.
  const made = await tx.insertMany(table, rows, { taken: 'skip', returning: ['id'] });
  for (const { id } of made) tx.announce(`${kind}:${id}`, kindTags[kind]);
  const isNamed = isAmong(
    table.slugKey,
    rows.map((row) => row.slugKey),
  );
  const all = await tx.select({ id: table.id, key: table.slugKey }).from(table).where(isNamed);
  const byKey = new Map(all.map((row) => [row.key, row.id]));
  for (const [name, slug] of slugs) ids.set(name, byKey.get(slug.slugKey) ?? '');
  return ids;
}

/** Walks a path from its root. A path of one name finds a category of that slug wherever it stands in the tree. */
async function ensurePath(
  tx: Tx,
  { categories }: Tables,
  path: string[],
  known: TermIds,
  found: TermIds,
  at: Date,
): Promise<void> {
  let parentId: string | null = null;
  for (let length = 1; length <= path.length; length++) {
    const key = pathKey(path.slice(0, length));
    const id: string =
      known.category.get(key) ??
      found.category.get(key) ??
      (await ensureCategory(tx, categories, path.slice(0, length), path.length > 1 ? parentId : 'anywhere', at));
    found.category.set(key, id);
    parentId = id;
  }
}

/** A name that stands elsewhere in the tree already gets its parents' names in front of it in its slug. */
async function ensureCategory(
  tx: Tx,
  categories: Tables['categories'],
  path: string[],
  parentId: string | null,
  at: Date,
): Promise<string> {
  const name = path.at(-1) ?? '';
  const id = uuid();
  const inPlace =
    parentId === 'anywhere'
      ? undefined
      : parentId === null
        ? isNull(categories.parentId)
        : eq(categories.parentId, parentId);
  const [named] = await tx
    .select({ id: categories.id })
    .from(categories)
    .where(and(inPlace, eq(categories.name, name)))
    .orderBy(asc(categories.id))
    .limit(1);
  if (named) return named.id;
  for (const text of [name, path.slice(-2).join(' '), path.join(' '), `${name} ${id.slice(-12)}`]) {
    const slug = chooseSlug(text, id);
    const row = { id, name, parentId: parentId === 'anywhere' ? null : parentId, ...slug, sortKey: collationKey(name) };
    const [made] = await tx
      .insert(categories)
      .values({ ...row, createdAt: at, updatedAt: at })
      .onConflictDoNothing()
      .returning({ id: categories.id });
    if (made) {
      tx.announce(`category:${id}`, kindTags.category);
      return id;
    }
    const [other] = await tx
      .select({ id: categories.id })
      .from(categories)
      .where(and(inPlace, eq(categories.slugKey, slug.slugKey)));
    if (other) return other.id;
  }
  throw new Error(`no slug is free for the category ${name}`);
}

export type RestoredTerm = { outcome: 'created' | 'updated' | 'unchanged'; id: string };

/**
 * Makes a category, tag or author what its record says, and remembers the slugs that it had. Where another one has its
 * slug already, that one is used in its place and left as it is; `id` says which.
 */
export async function restoreTerm(tx: Tx, tables: Tables, record: TermRecord, at: Date): Promise<RestoredTerm> {
  const { type, formerSlugs = [], ...fields } = record;
  const kind: TermKind = type;
  const row = {
    ...fields,
    slugKey: slugKey(record.slug),
    sortKey: collationKey(record.name),
    ...(type === 'author' ? { nameKey: nameKey(record.name) } : {}),
  };
  const table = tables[kindTags[kind]] as Tables['tags'];
  const { id, ...changes } = row;
  // Held until the transaction ends, for the slug that it has now may be one to remember.
  const old = await createTermRepository(table).lock(tx, id);
  if (!old) {
    const [made] = await tx.insert(table).values(row).onConflictDoNothing().returning({ id: table.id });
    if (!made) {
      const [other] = await tx.select({ id: table.id }).from(table).where(eq(table.slugKey, row.slugKey));
      if (!other) throw new Error(`the ${kind} ${record.name} could neither be made nor found`);
      await restoreSlugs(tx, tables, { kind, id: other.id }, formerSlugs);
      return { outcome: 'unchanged', id: other.id };
    }
  }
  const isOther = old && Object.entries(row).some(([name, value]) => !isSame(value, old[name as keyof typeof old]));
  if (isOther) {
    await tx.update(table).set(changes).where(eq(table.id, id));
    await rememberSlug(tx, tables, { kind, id }, { before: old, now: row, at });
    const isMoved = record.type === 'category' && record.parentId !== old['parentId' as keyof typeof old];
    if (isMoved) await refuseCircle(tx, tables, id);
  }
  const remembered = await restoreSlugs(tx, tables, { kind, id }, formerSlugs);
  if (old && !isOther && !remembered) return { outcome: 'unchanged', id };
  tx.announce(`${kind}:${id}`, kindTags[kind]);
  return { outcome: old ? 'updated' : 'created', id };
}

/** Remembers slugs that a term had elsewhere; answers whether any was new here. */
async function restoreSlugs(
  tx: Tx,
  { formerTermSlugs }: Tables,
  { kind, id }: { kind: TermKind; id: string },
  slugs: NonNullable<TermRecord['formerSlugs']>,
): Promise<boolean> {
  if (slugs.length === 0) return false;
  const rows = slugs.map(({ slug, leftAt }) => ({ kind, slugKey: slugKey(slug), slug, termId: id, leftAt }));
  const made = await tx.insertMany(formerTermSlugs, rows, { taken: 'skip', returning: ['slugKey'] });
  if (made.length > 0) tx.announce(kindTags[kind]);
  return made.length > 0;
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

async function refuseCircle(tx: Tx, { categories }: Tables, id: string): Promise<void> {
  const parents = await lockTree(tx, categories);
  let at = parents.get(id);
  for (let steps = 0; at; at = parents.get(at), steps++)
    if (at === id || steps > parents.size) throw new AppError('conflict', circle);
}

const circle = {
  params: { reason: 'The category would stand below itself.', reasonAr: 'لا يمكن أن يندرج التصنيف تحت نفسه.' },
};
