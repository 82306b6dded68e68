import type { Reader } from '../db/database.ts';
import { isAmong } from '../db/is-among.ts';
import type { Tables } from '../db/tables.ts';
import { AppError, type FieldError, type LocalText } from '../errors.ts';

/** What an article refers to. */
export type References = {
  categoryId: string | null;
  authors: readonly { id: string }[];
  tagIds: readonly string[];
};

/** A category, tag or author as an article shows it. */
export type Named = { id: string; name: string; slug: string };
export type KnownNames = Record<'categories' | 'authors' | 'tags', Map<string, Named>>;

/** The names of everything that articles refer to, in at most three queries. What does not exist is not in it. */
export async function loadNames(read: Reader, tables: Tables, all: Iterable<References>): Promise<KnownNames> {
  const ids = { categories: new Set<string>(), authors: new Set<string>(), tags: new Set<string>() };
  for (const { categoryId, authors, tagIds } of all) {
    if (categoryId !== null) ids.categories.add(categoryId);
    for (const author of authors) ids.authors.add(author.id);
    for (const tagId of tagIds) ids.tags.add(tagId);
  }
  return {
    categories: await namesOf(read, tables.categories, ids.categories),
    authors: await namesOf(read, tables.authors, ids.authors),
    tags: await namesOf(read, tables.tags, ids.tags),
  };
}

/** A 422 that points at everything unknown in `references`; null when all of it exists. */
export function unknownReferences(known: KnownNames, references: Partial<References>): AppError | null {
  const { categoryId, authors = [], tagIds = [] } = references;
  const errors: FieldError[] = [];
  if (categoryId && !known.categories.has(categoryId))
    errors.push(unknown('/categoryId', 'unknown_category', noCategory));
  authors.forEach(({ id }, index) => {
    if (!known.authors.has(id)) errors.push(unknown(`/authors/${index}/id`, 'unknown_author', noAuthor));
  });
  tagIds.forEach((id, index) => {
    if (!known.tags.has(id)) errors.push(unknown(`/tagIds/${index}`, 'unknown_tag', noTag));
  });
  return errors.length === 0 ? null : new AppError('unprocessable', { errors });
}

/** For the moment between the look and the write: something referred to was deleted in it. */
export function vanishedReference(): AppError {
  return new AppError('unprocessable', { errors: [unknown('', 'unknown_reference', vanished)] });
}

async function namesOf(
  read: Reader,
  table: Tables['categories'] | Tables['authors'] | Tables['tags'],
  ids: Set<string>,
): Promise<Map<string, Named>> {
  if (ids.size === 0) return new Map();
  // Drizzle cannot type a query over one of several tables; the columns used here are those that all of them have.
  const { id, name, slug } = table as Tables['tags'];
  const rows = await read
    .select({ id, name, slug })
    .from(table as Tables['tags'])
    .where(isAmong(id, ids));
  return new Map(rows.map((row) => [row.id, row]));
}

function unknown(pointer: string, code: string, message: LocalText): FieldError {
  return { in: 'body', pointer, code, message };
}

const noCategory = { en: 'There is no such category.', ar: 'لا يوجد تصنيف بهذا المعرّف.' };
const noAuthor = { en: 'There is no such author.', ar: 'لا يوجد كاتب بهذا المعرّف.' };
const noTag = { en: 'There is no such tag.', ar: 'لا يوجد وسم بهذا المعرّف.' };
const vanished = {
  en: 'A category, author or tag was deleted meanwhile.',
  ar: 'حُذف في هذه الأثناء تصنيف أو كاتب أو وسم.',
};
