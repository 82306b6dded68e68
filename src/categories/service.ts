import { v7 as uuid } from 'uuid';
import { collationKey } from '../arabic/collation.ts';
import type { Audit } from '../audit/audit.ts';
import type { Database, Tx } from '../db/database.ts';
import { AppError, fieldError } from '../errors.ts';
import { decodeCursor, listDigest, textAndId, toPage } from '../http/cursor.ts';
import type { ExpectedVersion } from '../http/etag.ts';
import { chooseSlug } from '../slugs.ts';
import { assertChanged, translateConstraints } from '../versioned.ts';
import type { Work } from '../work.ts';
import { type CategoryRow, createCategoryRepository } from './repository.ts';
import type { CategoryCreate, CategoryPatch } from './schemas.ts';

export type CategoryService = ReturnType<typeof createCategoryService>;

const constraints = {
  categories_slug_key: () => new AppError('already-exists', { params: { field: 'slug' } }),
  categories_parent_fk: () =>
    fieldError('/parentId', 'unknown_category', { en: 'There is no such category.', ar: 'لا يوجد تصنيف بهذا المعرّف.' }),
};

export function createCategoryService(deps: { db: Database; clock: () => Date; audit: Audit }) {
  const { db, clock, audit } = deps;
  const repository = createCategoryRepository(db.tables);

  return {
    async list(query: { limit: number; cursor?: string | undefined }) {
      const digest = listDigest('categories', {});
      const after = decodeCursor(query.cursor, digest, textAndId);
      const rows = await repository.list(db.read, after, query.limit + 1);
      return toPage(rows, query.limit, digest, (row) => [row.sortKey, row.id]);
    },

    async get(id: string): Promise<CategoryRow> {
      const row = await repository.find(db.read, id);
      if (!row) throw new AppError('not-found');
      return row;
    },

    async create(work: Work, input: CategoryCreate): Promise<CategoryRow> {
      return translateConstraints(constraints, () =>
        work.write(async (tx) => {
          const id = uuid();
          const at = clock();
          const row = await repository.insert(tx, {
            id,
            name: input.name,
            sortKey: collationKey(input.name),
            ...chooseSlug(input.slug ?? input.name, id),
            description: input.description ?? null,
            parentId: input.parentId ?? null,
            createdAt: at,
            updatedAt: at,
          });
          await audit(tx, work, 'category.created', { type: 'category', id });
          announce(tx, id);
          return row;
        }),
      );
    },

    async update(work: Work, id: string, expected: ExpectedVersion, input: CategoryPatch): Promise<CategoryRow> {
      return translateConstraints(constraints, () =>
        work.write(async (tx) => {
          if (input.parentId) refuseCircle(await repository.lockTree(tx), id, input.parentId);
          const row = await repository.update(tx, id, expected, {
            ...(input.name === undefined ? {} : { name: input.name, sortKey: collationKey(input.name) }),
            ...(input.slug === undefined ? {} : chooseSlug(input.slug, id)),
            ...(input.description === undefined ? {} : { description: input.description }),
            ...(input.parentId === undefined ? {} : { parentId: input.parentId }),
            updatedAt: clock(),
          });
          assertChanged(row, await repository.find(tx, id));
          await audit(tx, work, 'category.updated', { type: 'category', id }, { fields: Object.keys(input) });
          announce(tx, id);
          return row;
        }),
      );
    },

    async remove(work: Work, id: string, expected: ExpectedVersion): Promise<void> {
      await translateConstraints(
        { '*foreign-key': () => new AppError('in-use', { params: { by: 'articles, categories' } }) },
        () =>
          work.write(async (tx) => {
            const removed = await repository.remove(tx, id, expected);
            assertChanged(removed || undefined, await repository.find(tx, id));
            await audit(tx, work, 'category.deleted', { type: 'category', id });
            announce(tx, id);
          }),
      );
    },
  };
}

function announce(tx: Tx, id: string): void {
  tx.announce(`category:${id}`, 'categories');
}

function refuseCircle(parents: Map<string, string | null>, id: string, parentId: string): void {
  for (let at: string | null | undefined = parentId; at; at = parents.get(at))
    if (at === id)
      throw fieldError('/parentId', 'circular', {
        en: 'A category cannot stand below itself.',
        ar: 'لا يمكن أن يندرج التصنيف تحت نفسه.',
      });
}
