import { sql } from 'drizzle-orm';
import type { Tx } from '../db/database.ts';
import type { Tables } from '../db/tables.ts';
import { type AppError, fieldError } from '../errors.ts';
import { createTermService, type TermDeps } from '../taxonomy/service.ts';
import type { CategoryCreate, CategoryPatch } from './schemas.ts';

/** Categories form a tree. */
export function createCategoryService(deps: TermDeps) {
  const { categories } = deps.db.tables;
  return createTermService<Tables['categories'], CategoryCreate, CategoryPatch>(deps, {
    kind: 'category',
    table: categories,
    columns: ({ description, parentId }) => ({
      ...(description === undefined ? {} : { description }),
      ...(parentId === undefined ? {} : { parentId }),
    }),
    constraints: { '*foreign-key': unknownParent },
    async check(tx, id, { parentId }) {
      if (parentId) refuseCircle(await lockTree(tx, categories), id, parentId);
    },
  });
}

/** Locks every category against other moves, so that two moves at once cannot close a circle; answers their parents. */
export async function lockTree(tx: Tx, categories: Tables['categories']): Promise<Map<string, string | null>> {
  const rows = await tx
    .update(categories)
    .set({ parentId: sql`${categories.parentId}` })
    .returning({ id: categories.id, parentId: categories.parentId });
  return new Map(rows.map((row) => [row.id, row.parentId]));
}

function refuseCircle(parents: Map<string, string | null>, id: string, parentId: string): void {
  for (let at: string | null | undefined = parentId; at; at = parents.get(at))
    if (at === id)
      throw fieldError('/parentId', 'circular', {
        en: 'A category cannot stand below itself.',
        ar: 'لا يمكن أن يندرج التصنيف تحت نفسه.',
      });
}

function unknownParent(): AppError {
  return fieldError('/parentId', 'unknown_category', {
    en: 'There is no such category.',
    ar: 'لا يوجد تصنيف بهذا المعرّف.',
  });
}
