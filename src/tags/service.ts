import type { Tables } from '../db/tables.ts';
import { createTermService, type TermDeps } from '../taxonomy/service.ts';
import type { TagCreate, TagPatch } from './schemas.ts';

export function createTagService(deps: TermDeps) {
  return createTermService<Tables['tags'], TagCreate, TagPatch>(deps, {
    kind: 'tag',
    table: deps.db.tables.tags,
    columns: ({ description }) => (description === undefined ? {} : { description }),
  });
}
