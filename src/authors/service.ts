import { nameKey } from '../arabic/clean.ts';
import type { Tables } from '../db/tables.ts';
import { fieldError } from '../errors.ts';
import { createTermService, type TermDeps } from '../taxonomy/service.ts';
import type { AuthorCreate, AuthorPatch } from './schemas.ts';

/** Authors are the names in bylines; one may belong to a user, and none has to. */
export function createAuthorService(deps: TermDeps) {
  return createTermService<Tables['authors'], AuthorCreate, AuthorPatch>(deps, {
    kind: 'author',
    table: deps.db.tables.authors,
    columns: ({ name, bio, avatarUrl, userId }) => ({
      ...(name === undefined ? {} : { nameKey: nameKey(name) }),
      ...(bio === undefined ? {} : { bio }),
      ...(avatarUrl === undefined ? {} : { avatarUrl }),
      ...(userId === undefined ? {} : { userId }),
    }),
    constraints: {
      '*foreign-key': () =>
        fieldError('/userId', 'unknown_user', { en: 'There is no such user.', ar: 'لا يوجد مستخدم بهذا المعرّف.' }),
    },
  });
}
